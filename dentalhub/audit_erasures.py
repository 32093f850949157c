"""Which content the trail itself says was erased because its time was over."""

import datetime as dt
import hmac
from collections.abc import Iterator

from dentalhub.audit_chain import as_text, content_digest, link_hash
from dentalhub.audit_keys import known_keys
from dentalhub.audit_models import AuditEvent

ACTION = "trail.erased"


def proven_erasures() -> dict[str, dt.datetime]:
    """For each kind the latest moment of the genuine events `trail.erased`: what came before it may be empty."""
    keys = known_keys()
    found: dict[str, dt.datetime] = {}
    for event in _erasures():
        key = keys.get(event.key_id)
        if key is None or not hmac.compare_digest(link_hash(key, event.link), bytes(event.hash)):
            continue
        if content_digest(bytes(event.salt), event.content) != bytes(event.digest):
            continue
        kind, before = str(event.details["kind"]), dt.datetime.fromisoformat(event.details["before"])
        found[kind] = max(before, found.get(kind, before))
    return found


def _erasures() -> Iterator[AuditEvent]:
    last = 0
    while events := list(AuditEvent.objects.filter(action=ACTION, sequence__gt=last).order_by("sequence")[:500]):
        yield from events
        last = events[-1].sequence


def details_of(kind: str, before: dt.datetime, count: int) -> dict[str, str | int]:
    """What an event `trail.erased` says."""
    return {"kind": kind, "before": as_text(before), "events": count}
