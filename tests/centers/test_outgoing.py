"""Webhooks reach no address that is always refused, by whatever name."""

import socket
import threading
from typing import Any

import pytest
from pytest_django import Settings

from centers.outgoing import RefusedAddressError, connection_to
from tests.centers.listening import listening
from tests.centers.test_reachable import NAMES, PRACTICE, _answer


@pytest.fixture(autouse=True)
def in_production(settings: Settings) -> None:
    settings.SANDBOX = False


def answers(monkeypatch: pytest.MonkeyPatch, *replies: list[str]) -> list[str]:
    """Let the name server give these replies one after the other; what was asked."""
    asked: list[str] = []

    def answer(host: str, port: int, **_options: Any) -> list[Any]:
        asked.append(host)
        return [_answer(text, port) for text in replies[min(len(asked), len(replies)) - 1]]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_name_that_stands_for_a_refused_address_gets_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, scheme: str
) -> None:
    connected: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, place: connected.append(place))
    answers(monkeypatch, NAMES[name])
    with pytest.raises(RefusedAddressError):
        connection_to(f"{scheme}://{name}/hook", 1).request("POST", "/hook", b"{}")
    assert connected == []


@pytest.mark.parametrize(
    "host", ["0x7f.1", "2130706433", "127.1", "[::ffff:127.0.0.1]", "169.254.169.254", "127.0.0.2"]
)
def test_address_in_any_writing_gets_nothing(host: str) -> None:
    seen = threading.Event()

    def remember(_client: socket.socket) -> None:
        seen.set()

    with listening(remember) as port:
        with pytest.raises(RefusedAddressError):
            connection_to(f"http://{host}:{port}/", 1).request("POST", "/", b"{}")
        assert seen.wait(0.1) is False


def test_name_that_is_rebound_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, ["10.1.2.3"], ["127.0.0.1"])
    connected: list[object] = []

    def connect(_self: socket.socket, place: object) -> None:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(ConnectionRefusedError):
        connection_to(f"https://{PRACTICE}/", 1).request("POST", "/", b"{}")
    assert (asked, connected) == ([PRACTICE], [("10.1.2.3", 443)])


def test_operator_may_name_this_machine_and_no_redirect_is_followed() -> None:
    asked: list[bytes] = []

    def redirect(client: socket.socket) -> None:
        asked.append(client.recv(4096))
        client.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")

    with listening(redirect) as port:
        connection = connection_to(f"http://127.0.0.1:{port}/hook", 2)
        connection.request("POST", "/hook", b"{}")
        assert connection.getresponse().status == 302
        connection.close()
    assert len(asked) == 1
