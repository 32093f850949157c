"""Which broker an address names, and that no answer repeats the password in it."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from dentalhub import broker_settings
from dentalhub.broker_settings import broker, place

LOCAL = {"orm": "default", "cache": "nothing"}


def test_without_an_address_our_own_database_is_the_broker() -> None:
    assert (broker(""), place(broker(""))) == (LOCAL, "our own database")


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("redis://broker", {"host": "broker", "port": 6379, "db": 0}),
        ("redis://broker:6380/2", {"host": "broker", "port": 6380, "db": 2}),
        ("redis://:p%40ss%2F@[::1]:6379/0", {"host": "::1", "port": 6379, "db": 0, "password": "p@ss/"}),
        (
            "rediss://dentalhub:geheim@broker/1?ssl_ca_certs=/etc/redis-ca.pem",
            {"host": "broker", "port": 6379, "db": 1, "username": "dentalhub", "password": "geheim", "ssl": True}
            | {"ssl_ca_certs": "/etc/redis-ca.pem"},
        ),
    ],
)
def test_address_of_a_server_is_taken_apart(address: str, server: dict[str, Any]) -> None:
    found = broker(address)
    assert found == {"broker_class": "dentalhub.redis_broker.RedisBroker", "redis": server, "cache": "nothing"}
    assert place(found) == f"redis://{server['host']}:{server['port']}/{server['db']}"


@pytest.mark.parametrize(
    "address",
    [
        "amqp://user:geheim@broker",
        "redis://user:geheim@",
        "redis://user:geheim@broker/first",
        "redis://user:geheim@broker:port/0",
        "redis://user:geheim@broker/0#1",
        "redis://user:geheim@broker/0?ssl_ca_certs=/etc/redis-ca.pem",
        "rediss://user:geheim@broker/0?ssl_cert_reqs=none",
    ],
)
def test_address_of_nothing_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        broker(address)
    assert str(caught.value).startswith("DENTALHUB_BROKER_URL must ")
    assert "geheim" not in str(caught.value)


def test_redis_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_settings, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'dentalhub\[redis\]'"):
        broker("redis://broker")
