"""One door to the audit trail."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import AnonymousUser, User
from django.db import models, transaction

from dentalhub.audit_chain import Content
from dentalhub.audit_changes import Changes
from dentalhub.audit_head import move_head, open_head
from dentalhub.audit_links import Draft, chained
from dentalhub.audit_models import AuditEvent, AuditHead
from dentalhub.request_ids import present_request_id

Detail = str | int | float | bool | None | list[str] | Changes
SYSTEM = "system"
_COMMAND_SCRIPTS = frozenset({"manage.py", "dentalhub"})


@dataclass(frozen=True, slots=True)
class Note:
    """One of several events that are recorded together; the fields are the arguments of `record`."""

    action: str
    target: models.Model | str
    details: dict[str, Detail] = field(default_factory=dict)
    region: str = ""


def record(
    actor: User | AnonymousUser | None, action: str, target: models.Model | str, *, region: str = "", **details: Detail
) -> AuditEvent:
    """Store that `actor` (None: the system itself) did `action` to `target`.

    `action` is a dotted word such as `mapping.approved`, with a label in a module `audit_actions`. `details` hold no
    patient value and no secret; a change of the configuration has `changes=` with what `audit_changes.changes`
    returned. `region` is the code of the region that it is about, where the target does not say so itself with
    `audit_region()`.

    The event commits or rolls back with the present transaction, and everybody else who records waits until it does:
    call this last. Raises AuditError when the end of the chain moved meanwhile.
    """
    return record_each(actor, [Note(action, target, details, region)])[0]


def record_each(actor: User | AnonymousUser | None, notes: Iterable[Note]) -> list[AuditEvent]:
    """`record` for each of `notes`, in their order and in a few statements."""
    drafts = [_draft(actor, note) for note in notes]
    if not drafts:
        return []
    # Whatever fails here takes the caller's work along: nothing happens without its event.
    with transaction.atomic(savepoint=False):
        head, broken = open_head()
        if broken:
            target = AuditHead._meta.label_lower
            drafts.insert(0, Draft("trail.broken", "", Content(None, SYSTEM, target, "", broken)))
        events = list(chained(drafts, head.sequence, bytes(head.hash)))
        if len(events) == 1:
            events[0].save()
        else:
            AuditEvent.objects.bulk_create(events, batch_size=100)
        move_head(head, events[-1].sequence, bytes(events[-1].hash))
    return events[1:] if broken else events


def _draft(actor: User | AnonymousUser | None, note: Note) -> Draft:
    person = actor if isinstance(actor, User) else None
    target, region = note.target, note.region
    if isinstance(target, models.Model):
        region = region or _region_of(target)
        target = f"{target._meta.label_lower}:{target}"
    name = person.get_username() if person else SYSTEM
    content = Content(person.pk if person else None, name, target[:200], _origin(), note.details)
    return Draft(note.action, region, content)


def _origin() -> str:
    """The request that did it, by the id that the lines of the log have too; else the command. Never an address."""
    if request_id := present_request_id():
        return f"request {request_id}"[:60]
    is_command = len(sys.argv) > 1 and Path(sys.argv[0]).name in _COMMAND_SCRIPTS
    return f"command {sys.argv[1]}"[:60] if is_command else ""


def _region_of(target: models.Model) -> str:
    asked = getattr(target, "audit_region", None)
    return str(asked()) if callable(asked) else ""
