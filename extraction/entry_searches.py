"""What a person searches for and no address may hold: kept in the session, an address has only a handle to it.

The session's row holds it sealed with that handle (`sealed_searches`).
"""

from django.contrib.sessions.models import Session
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from extraction.sealed_searches import handle_of, name_of, seal, unseal

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
    handle = handle_of(request.session.session_key or "", parts)
    known: dict[str, str] = request.session.get(_SESSION, {})
    known.pop(name_of(handle), None)
    known[name_of(handle)] = seal(handle, parts)
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
    sealed = request.session.get(_SESSION, {}).get(name_of(handle))
    # What an earlier release kept is in another form, and forgotten.
    kept = unseal(handle, sealed) if isinstance(sealed, str) else None
    if kept is None:
        return None
    data.update(kept)
    return data


def forget_everywhere() -> int:
    """Drop what anybody has searched for, because it may name a patient who is erased; how many sessions had any."""
    count = 0
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator(chunk_size=500):
        data = session.get_decoded()
        if data.pop(_SESSION, None):
            encoded = Session.objects.encode(data)
            # A session that has ended or changed meanwhile is left alone: it must not come back.
            own = Session.objects.filter(pk=session.pk, session_data=session.session_data)
            count += own.update(session_data=encoded)
    return count


def forget_ended_sessions() -> int:
    """Delete the sessions whose time is over, and with them what was searched for in them; how many there were."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
