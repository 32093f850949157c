"""What a person searches for and no address may hold: kept in the session, an address has only a handle to it."""

import secrets

from django.contrib.sessions.models import Session
from django.http import HttpRequest, QueryDict
from django.utils import timezone

# Parts of the filter that say something about a patient.
KEPT = ("text", "pseudonym")
# What the handle is called in addresses.
HANDLE = "search"
MOST_KEPT = 30
_SESSION = "entry_searches"


def keep(request: HttpRequest, parts: dict[str, str]) -> str:
    """A handle that only this session knows; empty when there is nothing to keep. The oldest ones are forgotten."""
    parts = {name: value for name, value in parts.items() if name in KEPT and value}
    if not parts:
        return ""
    known: dict[str, dict[str, str]] = request.session.get(_SESSION, {})
    handle = next((handle for handle, kept in known.items() if kept == parts), "")
    known.pop(handle, None)
    handle = handle or secrets.token_urlsafe(16)
    known[handle] = parts
    request.session[_SESSION] = dict(list(known.items())[-MOST_KEPT:])
    return handle


def with_kept(request: HttpRequest) -> QueryDict | None:
    """The query of the address with what its handle stands for; None when this session does not know the handle.

    The same for an address that holds a text or pseudonym itself: without it the filter would find too much.
    """
    data = request.GET.copy()
    if any(data.get(name) for name in KEPT):
        return None
    handle = data.get(HANDLE, "")
    if not handle:
        return data
    kept = request.session.get(_SESSION, {}).get(handle)
    if kept is None:
        return None
    data.update(kept)
    return data


def forget_ended_sessions() -> int:
    """Delete the sessions whose time is over, and with them what was searched for in them; how many there were."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
