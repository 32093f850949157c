"""Which events of the audit trail somebody wants to see, and a page of them.

The order is by time and number, newest first or oldest first, and a page is found by the event next to it. One
condition is looked up in an index; what else is asked for is looked for among the next `LOOKED_AT` events, so that a
page may be short or empty before the last one.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.module_loading import import_string

from dentalhub.audit_models import AuditEvent
from dentalhub.spellings import contains, spellings

LOOKED_AT = 50_000
# In the order in which they narrow most; the first that is asked for is looked up.
_INDEXED = ("target", "actor_name", "action", "kind", "region")


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Empty fields ask for nothing. The days are included, in the network's time zone; `text` is found anywhere."""

    since: dt.date | None = None
    until: dt.date | None = None
    kind: str = ""
    action: str = ""
    actor_name: str = ""
    target: str = ""
    region: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class EventPage:
    """`older` and `newer` are the numbers to go on from; 0 where there is nothing more.

    They are the next and the previous one, whatever the order.
    """

    events: list[AuditEvent]
    older: int
    newer: int
    # Where looking stopped before the page was full.
    looked_back_to: dt.datetime | None = None


def visible_regions(person: User | AnonymousUser) -> Collection[str] | None:
    """The codes of the regions whose events `person` sees; None: all events, also those about no single region."""
    asked: Collection[str] | None = import_string(settings.AUDIT_REGIONS)(person)
    return asked


def page(
    wanted: EventFilter, regions: Collection[str] | None, size: int, *, before: int = 0, oldest_first: bool = False
) -> EventPage:
    """At most `size` events that come behind the event `before` (0: from the first on) in the order asked for."""
    base, rest = _conditions(wanted, regions)
    order = ("at", "sequence") if oldest_first else ("-at", "-sequence")
    events: QuerySet[AuditEvent] = AuditEvent.objects.filter(base).order_by(*order)
    anchor = AuditEvent.objects.filter(pk=before).first() if before else None
    if anchor is not None:
        events = events.filter(_behind(anchor, oldest_first=oldest_first))
    horizon = None
    if rest is not None:
        horizon = events.only("at", "sequence")[LOOKED_AT : LOOKED_AT + 1].first()
        if horizon is not None:
            events = events.filter(~_behind(horizon, oldest_first=oldest_first))
        events = _with_text(events).filter(rest)
    found = list(events[: size + 1])
    if len(found) > size:
        return EventPage(found[:size], found[size - 1].sequence, before)
    if horizon is not None:
        return EventPage(found, horizon.sequence, before, horizon.at)
    return EventPage(found, 0, before)


def walk(wanted: EventFilter, regions: Collection[str] | None, size: int = 1_000) -> Iterator[AuditEvent]:
    """All of them, the newest first, a page at a time."""
    before = 0
    while True:
        found = page(wanted, regions, size, before=before)
        yield from found.events
        before = found.older
        if not before:
            return


def _conditions(wanted: EventFilter, regions: Collection[str] | None) -> tuple[Q, Q | None]:
    """What an index finds, and what is looked for among that."""
    base, rest, has_rest, is_narrow = Q(), Q(), False, False
    if wanted.since:
        base &= Q(at__gte=_midnight(wanted.since))
    if wanted.until:
        base &= Q(at__lt=_midnight(wanted.until + dt.timedelta(days=1)))
    for name in _INDEXED:
        value = getattr(wanted, name)
        if value and not is_narrow:
            base, is_narrow = base & Q(**{name: value}), True
        elif value:
            rest, has_rest = rest & Q(**{name: value}), True
    if regions is not None:
        rest, has_rest = rest & Q(region__in=sorted(regions)), True
    if wanted.text:
        found = contains(wanted.text, "target", "actor_name")
        for spelling in spellings(wanted.text):
            # The details are JSON, which writes umlauts as \u00fc.
            found |= Q(details_text__icontains=json.dumps(spelling)[1:-1])
        rest, has_rest = rest & found, True
    return base, rest if has_rest else None


def _with_text(events: "QuerySet[AuditEvent]") -> "QuerySet[AuditEvent]":
    return events.alias(details_text=Cast("details", TextField()))


def _behind(event: AuditEvent, *, oldest_first: bool) -> Q:
    # The first half is for the index, the second is the truth.
    if oldest_first:
        return Q(at__gte=event.at) & (Q(at__gt=event.at) | Q(sequence__gt=event.sequence))
    return Q(at__lte=event.at) & (Q(at__lt=event.at) | Q(sequence__lt=event.sequence))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
