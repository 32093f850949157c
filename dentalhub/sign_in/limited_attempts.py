"""Attempts to sign in that were refused because there had been too many: an event for the first of a while.

Who goes on trying fills no table, and what was typed is kept nowhere: only names that exist are.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest

from dentalhub import client_address
from dentalhub.audit import record
from dentalhub.rate_limit import seconds_to_wait

UNKNOWN = "unknown"
# As long as failed attempts count.
WINDOW_SECONDS = 300
# From many addresses at once.
MOST_A_MINUTE = 30


def note_limited(request: HttpRequest, credentials: Mapping[str, Any]) -> None:
    """Record the refusal, once in a while for a person, and for an address that tries names that nobody has."""
    person, address = person_of(credentials), client_address.of(request)
    who = f"person:{person.pk}" if person is not None else f"address:{address}"
    if not cache.add(f"sign-in-limited:{who}", 1, timeout=WINDOW_SECONDS):
        return
    if seconds_to_wait("sign-in-limited", MOST_A_MINUTE):
        return
    target: User | str = person if person is not None else f"auth.user:{UNKNOWN}"
    record(None, "person.sign_in_limited", target, step="password", address=address)


def person_of(credentials: Mapping[str, Any]) -> User | None:
    """Who has the name or e-mail address that was typed."""
    name = str(credentials.get("username") or credentials.get("email") or "")
    found = get_user_by_username(name) if name else None
    if found is None and name:
        found = next(iter(filter_users_by_email(name)), None)
    return found if isinstance(found, User) else None
