"""Erases the content of events whose time is over. Their links stay, so that the chain can still be verified."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from dentalhub.audit import Detail, Note, record_each
from dentalhub.audit_erasures import details_of
from dentalhub.audit_kinds import DEFAULT_DAYS, Kind
from dentalhub.audit_models import AuditErasure, AuditEvent

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Due:
    """So many events of `kind` from before `before` still have content."""

    kind: Kind
    before: dt.datetime
    count: int


def days_of(kind: Kind) -> int:
    """For how many days the content of this kind is kept; 0 for ever."""
    return 0 if kind is Kind.CHAIN else int(settings.AUDIT_RETENTION_DAYS.get(kind.value, DEFAULT_DAYS[kind]))


def due(now: dt.datetime | None = None) -> list[Due]:
    """What is to be erased, whole days (UTC) only; kinds without anything are left out."""
    today = (now or timezone.now()).astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    done = dict(AuditErasure.objects.values_list("kind", "done_before"))
    found = []
    for kind in Kind:
        if (days := days_of(kind)) == 0:
            continue
        before = today - dt.timedelta(days=days)
        count = _living(kind, before, done.get(kind.value)).count()
        if count:
            found.append(Due(kind, before, count))
    return found


def erase(item: Due) -> int:
    """Erase what is due, a few events to a transaction; how many. The trail says so before the first is erased."""
    with transaction.atomic():
        # The triggers ask for this row, and verification asks for the event.
        AuditErasure.objects.update_or_create(kind=item.kind.value, defaults={"before": item.before})
        details: dict[str, Detail] = {**details_of(item.kind.value, item.before, item.count)}
        record_each(None, [Note("trail.erased", f"kind:{item.kind.value}", details)])
    count = 0
    while numbers := list(_living(item.kind, item.before, None).values_list("sequence", flat=True)[:AT_ONCE]):
        # Past the queryset of the model, which refuses every change.
        rows: models.QuerySet[AuditEvent] = models.QuerySet(AuditEvent).filter(sequence__in=numbers, erased=False)
        count += rows.update(erased=True, actor=None, actor_name="", target="", origin="", details={}, salt=b"")
    AuditErasure.objects.filter(kind=item.kind.value).update(done_before=item.before)
    return count


def _living(kind: Kind, before: dt.datetime, since: dt.datetime | None) -> "models.QuerySet[AuditEvent]":
    events = AuditEvent.objects.filter(kind=kind.value, at__lt=before, erased=False).order_by("at", "sequence")
    return events.filter(at__gte=since) if since else events
