"""Whose address counts when proxies stand before dentalhub."""

import pytest
from django.test import RequestFactory

from dentalhub import client_address

TRUSTED = client_address.networks(["10.0.0.5", "10.1.0.0/16", "fd00::/8", "127.0.0.1"])


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        # Who is connected directly may claim what they like.
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.5", "203.0.113.7", "203.0.113.7"),
        # The client began the list, the proxy ended it.
        ("10.0.0.5", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.5", "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        # Our own people, and nobody outside.
        ("10.0.0.5", "10.1.2.3", "10.1.2.3"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "unknown", "10.0.0.5"),
        ("10.0.0.5", "203.0.113.7, garbage, 10.1.2.3", "10.1.2.3"),
        ("10.0.0.5", "203.0.113.7:4711", "203.0.113.7"),
        ("fd00::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:10.0.0.5", "203.0.113.7", "203.0.113.7"),
        # A web server behind a socket file hears no address.
        ("", "203.0.113.7", "203.0.113.7"),
        ("", "", "127.0.0.1"),
    ],
)
def test_the_nearest_that_is_no_trusted_proxy_counts(remote: str, forwarded: str, expected: str) -> None:
    assert client_address.client_address(remote, forwarded, TRUSTED) == expected


def test_without_trusted_proxies_the_header_says_nothing() -> None:
    assert client_address.client_address("10.0.0.5", "203.0.113.7", ()) == "10.0.0.5"


def test_the_request_is_judged_by_the_setting(settings: object) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.5", headers={"X-Forwarded-For": "203.0.113.7"})
    assert client_address.of(request) == "10.0.0.5"
    settings.TRUSTED_PROXIES = TRUSTED  # type: ignore[attr-defined]
    assert client_address.of(request) == "203.0.113.7"


@pytest.mark.parametrize("name", ["proxy.example", "10.0.0.1/8", ""])
def test_a_wrong_network_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each has a text of its own
        client_address.networks([name])
