"""Through what django-q2's queues go: rows of our own database, or lists of a Redis server. *Pure*."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

VARIABLE = "DENTALHUB_BROKER_URL"
SCHEMES = ("redis", "rediss")
PORT = 6379
# The name of a cache that keeps nothing: django-q2 notes figures that nobody reads, twice a second for each queue.
NO_CACHE = "nothing"


def broker(address: str) -> dict[str, Any]:
    """django-q2's settings for `address`; empty: our own database.

    Raises ImproperlyConfigured for an address that is none, without repeating it: it has a password in it.
    """
    if not address:
        return {"orm": "default", "cache": NO_CACHE}
    if address.partition(":")[0] not in SCHEMES:
        raise ImproperlyConfigured(f"{VARIABLE} must begin with redis:// or rediss://.")
    if find_spec("redis") is None:
        raise ImproperlyConfigured(f"{VARIABLE} needs the package redis: pip install 'dentalhub[redis]'.")
    try:
        # A dictionary, so that Django's error pages and `diffsettings` leave the password out.
        server = _server(address)
    except ValueError:
        raise ImproperlyConfigured(f"{VARIABLE} must look like redis://user:password@host:6379/0.") from None
    return {"broker_class": "dentalhub.redis_broker.RedisBroker", "redis": server, "cache": NO_CACHE}


def place(settings: dict[str, Any]) -> str:
    """Where the queues are, for people: never with a user or a password."""
    server = settings.get("redis")
    return f"redis://{server['host']}:{server['port']}/{server['db']}" if server else "our own database"


def _server(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    number = parts.path.strip("/") or "0"
    if not parts.hostname or not number.isdecimal() or parts.fragment:
        raise ValueError("no host, or no number of a database")
    found: dict[str, Any] = {"host": parts.hostname, "port": parts.port or PORT, "db": int(number)}
    if parts.username:
        found["username"] = unquote(parts.username)
    if parts.password:
        found["password"] = unquote(parts.password)
    if parts.scheme == "rediss":
        found["ssl"] = True
    options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    # A certificate authority of one's own; that the certificate is verified cannot be switched off.
    if options and (set(options) != {"ssl_ca_certs"} or "ssl" not in found):
        raise ValueError("an unknown option")
    return found | {name: values[-1] for name, values in options.items()}
