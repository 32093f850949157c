"""Settings with which no patient's data may be served: system checks that end every command, worker and web server."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from dentalhub import odbc_runtime

# The tag of these checks, for commands that run no others.
START = "start"
# As Django's own deployment check, which only warns.
KEY_LENGTH = 50
KEY_SIGNS = 5
# What people leave in from an example.
_EXAMPLE_KEY = re.compile(r"django-insecure|change.?me|example|replace.?me|your.?secret|not.?so.?secret", re.IGNORECASE)
# What Django's test client calls itself.
_OWN_NAMES = frozenset({"localhost", "testserver"})


def is_this_machine(host: str) -> bool:
    """True when a request for `host`, as ALLOWED_HOSTS names it, can only come from this machine. *Pure*."""
    name = host.strip("[]").lower()
    if name in _OWN_NAMES or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


@checks.register(START)
def secret_key_is_secret(**_: Any) -> list[checks.CheckMessage]:
    """Sessions and tokens are signed with it; whoever guesses it is everybody."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if all(len(key) >= KEY_LENGTH and len(set(key)) >= KEY_SIGNS and not _EXAMPLE_KEY.search(key) for key in keys):
        return []
    text = (
        f"DENTALHUB_SECRET_KEY, and each of DENTALHUB_SECRET_KEY_FALLBACKS, must be random and have {KEY_LENGTH} signs "
        "or more; `make setup` writes one."
    )
    return [checks.Error(text, id="dentalhub.E003")]


@checks.register(START)
def hosts_are_named(**_: Any) -> list[checks.CheckMessage]:
    """Who answers for any name can be made to write links to a stranger's."""
    if not any("*" in host for host in settings.ALLOWED_HOSTS):
        return []
    return [checks.Error("DENTALHUB_ALLOWED_HOSTS must name hosts, not *.", id="dentalhub.E004")]


@checks.register(START)
def public_hosts_are_served_safely(**_: Any) -> list[checks.CheckMessage]:
    """Beyond this machine: no error pages that show variables, and no cookie or password in the clear."""
    public = [host for host in settings.ALLOWED_HOSTS if not is_this_machine(host)]
    found: list[checks.CheckMessage] = []
    if public and settings.DEBUG:
        text = "DENTALHUB_DEBUG shows variables on error pages: turn it off, or allow only hosts of this machine."
        found.append(checks.Error(text, id="dentalhub.E005"))
    if public and not settings.SECURE:
        text = "DENTALHUB_SECURE is off, so passwords and cookies would travel in the clear: serve over HTTPS."
        found.append(checks.Error(text, id="dentalhub.E006"))
    return found


@checks.register(START)
def secure_is_meant_everywhere(**_: Any) -> list[checks.CheckMessage]:
    """DENTALHUB_SECURE beside a setting that takes it back."""
    if not settings.SECURE:
        return []
    return [checks.Error(text, id="dentalhub.E007") for text in _taken_back()]


@checks.register(START)
def driver_manager_keeps_no_connections(**_: Any) -> list[checks.CheckMessage]:
    """A pool of the driver manager hands one practice's rows to another (docs/operations.md)."""
    reason = odbc_runtime.pooling_beside(settings.DATA_DIR / "odbc")
    return [checks.Error(reason, id="dentalhub.E008")] if reason else []


def refuse_unsafe_start() -> None:
    """For what starts without a command, such as gunicorn. Raises ImproperlyConfigured with every reason."""
    found = [str(message.msg) for message in checks.run_checks(tags=[START]) if message.is_serious()]
    if found:
        raise ImproperlyConfigured(" ".join(found))


def _taken_back() -> Iterator[str]:
    if settings.DEBUG:
        yield "DENTALHUB_DEBUG and DENTALHUB_SECURE exclude each other."
    for name, address in [("DENTALHUB_PUBLIC_URL", settings.PUBLIC_URL)] + [
        ("DENTALHUB_CSRF_TRUSTED_ORIGINS", origin) for origin in settings.CSRF_TRUSTED_ORIGINS
    ]:
        if address and urlsplit(address).scheme != "https":
            yield f"{name} must begin with https:// where DENTALHUB_SECURE is on."
