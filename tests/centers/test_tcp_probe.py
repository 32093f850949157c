import socket

import pytest

from centers.exceptions import SourceError, SourceErrorKind
from centers.tcp_probe import knock, resolve
from tests.centers.listening import listening, silent


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_knock_at_a_listening_port_says_nothing() -> None:
    with listening(silent) as port:
        knock(resolve("127.0.0.1", port))


def test_knock_returns_the_address_that_answers() -> None:
    with listening(silent) as port:
        refused = (socket.AF_INET, ("127.0.0.1", closed_port()))
        answering = (socket.AF_INET, ("127.0.0.1", port))
        assert knock([refused, answering]) == answering


def test_knock_at_a_closed_port_is_refused() -> None:
    with pytest.raises(SourceError) as caught:
        knock(resolve("127.0.0.1", closed_port()))
    assert (caught.value.kind, caught.value.transient) == (SourceErrorKind.REFUSED, False)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70 + ".invalid"])
def test_resolve_of_an_unknown_name_is_a_dns_failure(host: str) -> None:
    with pytest.raises(SourceError) as caught:
        resolve(host, 1433)
    assert caught.value.kind is SourceErrorKind.DNS


def test_probe_that_nobody_answers_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_answer(self: socket.socket, address: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(socket.socket, "connect", no_answer)
    with pytest.raises(SourceError) as caught:
        knock([(socket.AF_INET, ("192.0.2.1", 1433))])
    assert (caught.value.kind, caught.value.transient) == (SourceErrorKind.UNREACHABLE, True)
