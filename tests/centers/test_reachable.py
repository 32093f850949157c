"""Nothing leaves for a blocked target: not from the form, the probes, the handshake or the driver."""

import ipaddress
import json
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from pytest_django import Settings

from centers import connection, reachable, tcp_probe, tls_probe
from centers.connection import open_connection
from centers.connection_test import climb
from centers.exceptions import SourceError, SourceErrorKind
from centers.server_spec import ServerSpec
from centers.validators import validate_source_host, validate_source_port
from dentalhub.network_settings import PRIVATE_NETWORKS, SQL_SERVER_PORTS, checked_networks, checked_ports
from tests.centers.listening import listening, silent
from tests.centers.makers import SPEC

CORPUS = json.loads((Path(__file__).parents[1] / "data" / "blocked_targets.json").read_text(encoding="utf-8"))
HOSTS: list[str] = [host for hosts in CORPUS["hosts"].values() for host in hosts]
NAMES: dict[str, list[str]] = CORPUS["names"]
# What a name stands for that is allowed.
PRACTICE = "sql.practice.example"

_connected: list[Any] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        _connected.append(arguments[1])


# Sees every connect of every Python socket, however it is made.
sys.addaudithook(_watch)


class FakeDriver:
    """Stands for pyodbc, whose sockets no audit hook sees; keeps the connection strings."""

    Error = OSError

    def __init__(self) -> None:
        self.targets: list[str] = []

    def connect(self, target: str, **_options: object) -> object:
        self.targets.append(target)
        raise OSError("[08001] nobody is there")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    made = FakeDriver()
    monkeypatch.setattr(connection, "_load_driver", lambda: made)
    monkeypatch.setenv("IVORIS_PASSWORD", "secret")
    return made


@pytest.fixture(autouse=True)
def in_production(settings: Settings) -> None:
    """Every network and port is allowed, but this is no sandbox: what is refused now is refused always."""
    settings.SANDBOX = False
    settings.SOURCE_NETWORKS = checked_networks(["0.0.0.0/0", "::/0"], "X")
    settings.SOURCE_PORTS = ((1, 65_535),)


@pytest.fixture
def connected() -> list[Any]:
    _connected.clear()
    return _connected


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answers the corpus's names, and the system's own reading of anything else; keeps what was asked."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, port: int, *arguments: Any, **options: Any) -> list[Any]:
        asked.append(host)
        if host in NAMES:
            return [_answer(text, port) for text in NAMES[host]]
        return list(real(host, port, *arguments, **{**options, "flags": socket.AI_NUMERICHOST}))

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def _answer(text: str, port: int) -> tuple[Any, ...]:
    if ":" in text:
        return socket.AF_INET6, socket.SOCK_STREAM, 6, "", (text, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)


def kind_of_refusal(spec: ServerSpec) -> SourceErrorKind | None:
    try:
        open_connection(spec).close()
    except SourceError as error:
        return error.kind
    return None


def test_corpus_has_150_forms_and_none_twice() -> None:
    assert len(HOSTS) + len(NAMES) >= 150
    assert len(set(HOSTS)) == len(HOSTS)


@pytest.mark.parametrize("host", [*HOSTS, *NAMES])
def test_blocked_target_gets_nothing(
    host: str, driver: FakeDriver, connected: list[Any], name_server: list[str]
) -> None:
    spec = replace(SPEC, host=host)
    assert kind_of_refusal(spec) is SourceErrorKind.NETWORK
    failure = climb(spec, "DB_1", deadline=5).failure
    assert failure is not None
    assert (failure.step.value, failure.kind) == ("dns", "network_refused")
    assert (connected, driver.targets) == ([], [])
    # What is no name is told without a name server.
    assert set(name_server) <= set(NAMES)


@pytest.mark.parametrize("host", HOSTS)
def test_blocked_host_is_refused_by_the_form(host: str) -> None:
    with pytest.raises(ValidationError):
        validate_source_host(host)


def test_listener_on_this_machine_sees_no_connection(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, name_server: list[str]
) -> None:
    monkeypatch.setenv("IVORIS_PASSWORD", "secret")
    seen = threading.Event()

    def remember(client: socket.socket) -> None:
        seen.set()
        silent(client)

    with listening(remember) as port:
        for host in [*HOSTS, *NAMES]:
            spec = replace(SPEC, host=host, port=port, login_timeout=1)
            assert kind_of_refusal(spec) is SourceErrorKind.NETWORK
        assert seen.wait(0.2) is False
        # It would have seen one.
        settings.SANDBOX = True
        tcp_probe.knock(reachable.resolve("127.0.0.1", port))
        assert seen.wait(5) is True


class Rebinding:
    """A name server that gives an allowed address first and this machine's ever after."""

    def __init__(self) -> None:
        self.answers = 0

    def __call__(self, host: str, port: int, *_arguments: Any, **_options: Any) -> list[Any]:
        self.answers += 1
        return [_answer("10.1.2.3" if self.answers == 1 else "127.0.0.1", port)]


@pytest.fixture
def rebinding(monkeypatch: pytest.MonkeyPatch) -> Rebinding:
    """Every connect of a socket succeeds at once; the handshake says that all is well."""
    answering = Rebinding()
    monkeypatch.setattr(socket, "getaddrinfo", answering)
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: _connected.append(address))
    monkeypatch.setattr(tls_probe, "_handshake", lambda _spec, _client: "encrypted, certificate verified")
    return answering


def test_name_that_is_rebound_leads_only_to_the_address_that_was_judged(
    rebinding: Rebinding, driver: FakeDriver, connected: list[Any]
) -> None:
    spec = replace(SPEC, host=PRACTICE)
    assert kind_of_refusal(spec) is SourceErrorKind.OTHER
    assert (rebinding.answers, connected) == (1, [("10.1.2.3", 1433)])
    (target,) = driver.targets
    assert "SERVER={tcp:10.1.2.3,1433};" in target
    assert f"HostNameInCertificate={{{PRACTICE}}};" in target
    # The second login asks again, and is refused.
    assert kind_of_refusal(spec) is SourceErrorKind.NETWORK
    assert (len(connected), len(driver.targets)) == (1, 1)


def test_name_that_is_rebound_leads_the_connection_test_to_one_address(
    rebinding: Rebinding, driver: FakeDriver, connected: list[Any]
) -> None:
    failure = climb(replace(SPEC, host=PRACTICE), None, deadline=5).failure
    assert failure is not None
    assert failure.step.value == "login"
    assert (rebinding.answers, set(connected)) == (1, {("10.1.2.3", 1433)})
    assert ["SERVER={tcp:10.1.2.3,1433};" in target for target in driver.targets] == [True]


@pytest.mark.parametrize(
    "host",
    [
        *("8.8.8.8", "9.255.255.255", "11.0.0.1", "100.64.0.1", "172.15.255.255", "172.32.0.1", "192.167.255.255"),
        *("192.169.0.1", "2001:4860:4860::8888", "fb00::1", "fe00::1", "64:ff9b::8.8.8.8", "::ffff:10.1.2.3"),
    ],
)
def test_address_outside_of_the_usual_networks_is_refused(
    host: str, settings: Settings, driver: FakeDriver, connected: list[Any]
) -> None:
    settings.SOURCE_NETWORKS = checked_networks(PRIVATE_NETWORKS, "X")
    with pytest.raises(SourceError) as caught:
        open_connection(replace(SPEC, host=host))
    assert caught.value.kind is SourceErrorKind.NETWORK
    assert caught.value.message.endswith("is in none of the allowed networks (DENTALHUB_SOURCE_NETWORKS).")
    assert (connected, driver.targets) == ([], [])


@pytest.mark.parametrize("host", ["10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.178.20", "fd12:3456::7"])
def test_private_address_is_allowed_as_usual(host: str, settings: Settings) -> None:
    settings.SOURCE_NETWORKS = checked_networks(PRIVATE_NETWORKS, "X")
    settings.SOURCE_PORTS = checked_ports(SQL_SERVER_PORTS, "X")
    assert [address[0] for _family, address in reachable.resolve(host, 1433)] == [str(ipaddress.ip_address(host))]
    validate_source_host(host)


@pytest.mark.parametrize(("port", "is_allowed"), [(1433, True), (49_152, True), (65_535, True)])
@pytest.mark.parametrize("sandbox", [False, True])
def test_usual_port_is_allowed(port: int, is_allowed: bool, sandbox: bool, settings: Settings) -> None:
    settings.SOURCE_PORTS = checked_ports(SQL_SERVER_PORTS, "X")
    settings.SANDBOX = sandbox
    assert bool(reachable.resolve("10.1.2.3", port)) is is_allowed


@pytest.mark.parametrize("port", [22, 80, 443, 1432, 1434, 3306, 6379, 8080, 49_151])
def test_other_port_is_refused_before_anything_is_sent(
    port: int, settings: Settings, driver: FakeDriver, connected: list[Any]
) -> None:
    settings.SOURCE_PORTS = checked_ports(SQL_SERVER_PORTS, "X")
    with pytest.raises(SourceError) as caught:
        open_connection(replace(SPEC, host="10.1.2.3", port=port))
    assert caught.value.message == f"Port {port} is not allowed (DENTALHUB_SOURCE_PORTS)."
    assert (connected, driver.targets) == ([], [])
    with pytest.raises(ValidationError):
        validate_source_port(port)


def test_sandbox_allows_this_machine_and_nothing_else_that_is_blocked(settings: Settings) -> None:
    settings.SANDBOX = True
    settings.SOURCE_PORTS = ()
    assert [address[0] for _family, address in reachable.resolve("127.0.0.1", 14_330)] == ["127.0.0.1"]
    assert reachable.resolve("localhost", 14_330) != []
    validate_source_host("localhost")
    validate_source_port(14_330)
    for host in ("169.254.169.254", "::ffff:127.0.0.1", "::", "fe80::1", "2130706433", "metadata", "10.1.2.3"):
        with pytest.raises(SourceError) as caught:
            reachable.resolve(host, 14_330)
        assert caught.value.kind is SourceErrorKind.NETWORK


@pytest.mark.parametrize("text", ["10.0.0.1/8", "localhost", "10.0.0.0/33", ""])
def test_settings_that_name_no_network_are_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DENTALHUB_SOURCE_NETWORKS"):
        checked_networks([text], "DENTALHUB_SOURCE_NETWORKS")


@pytest.mark.parametrize("text", ["0", "65536", "2-1", "1433-", "-1", "sql", ""])
def test_settings_that_name_no_port_are_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DENTALHUB_SOURCE_PORTS"):
        checked_ports([text], "DENTALHUB_SOURCE_PORTS")


def test_settings_name_ports_and_ranges() -> None:
    assert checked_ports(["1433", "49152-65535"], "X") == ((1433, 1433), (49_152, 65_535))
