"""Deletes what is older than a center's retention, in small transactions that a run need not wait for.

Nothing remembers what is to be deleted: it is what is there and too old, so a killed process is made good by the next.
Whole days go, with their manifests; `run_plans` and `due_facts` ask the same terms and never read such a day again.
"""

import datetime as dt
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Min, Sum

from centers.agreements import network_today, terms_of
from centers.models import Center
from dentalhub.audit import record
from extraction.models import AcceptedSlice, ChartEntry, HeldSlice, Slice, SliceChange, SliceFigures

# So many days of a center go in one transaction.
DAYS_AT_ONCE = 20
# What the tick takes of it in a minute; the rest is next minute's.
TICK_SECONDS = 30.0
_MODELS = (ChartEntry, SliceFigures, HeldSlice, SliceChange, AcceptedSlice, Slice)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What one center has that is too old: days and entries, the first such day, and the first that is kept."""

    center: Center
    first: dt.date
    kept_from: dt.date
    days: int
    entries: int


def overdue(center_ids: Iterable[str] = (), today: dt.date | None = None) -> Iterator[Overdue]:
    """The centers that have something too old, or those with these ids among them."""
    day, wanted = today or network_today(), set(center_ids)
    for center in Center.objects.select_related("server__region").order_by("center_id"):
        kept_from = terms_of(center).kept_from(day)
        if kept_from is None or (wanted and center.center_id not in wanted):
            continue
        old = {"center": center, "business_date__lt": kept_from}
        counts = (
            Slice.objects.filter(**old).order_by().aggregate(first=Min("business_date"), entries=Sum("entry_count"))
        )
        days = {*_old_days(Slice, old), *_old_days(HeldSlice, old)}
        if days:
            yield Overdue(center, counts["first"] or min(days), kept_from, len(days), counts["entries"] or 0)


def apply_retention(
    center_ids: Iterable[str] = (), person: User | None = None, *, seconds: float | None = None
) -> list[Overdue]:
    """Delete what is too old, for at most `seconds`; returns what has gone, by center."""
    ends, done = time.monotonic() + seconds if seconds is not None else None, list[Overdue]()
    for found in list(overdue(center_ids)):
        days = entries = 0
        for some in _pieces(found):
            if ends is not None and time.monotonic() > ends:
                break
            entries += _delete(found.center, some)
            days += len(some)
        if days:
            gone = Overdue(found.center, found.first, found.kept_from, days, entries)
            record(
                person,
                "center.retention_applied",
                found.center,
                days=days,
                entries=entries,
                before=f"{found.kept_from}",
            )
            done.append(gone)
    return done


def retain_for_tick() -> int:
    """What the tick does of it; how many days went."""
    return sum(found.days for found in apply_retention(seconds=TICK_SECONDS))


def _pieces(found: Overdue) -> Iterator[list[dt.date]]:
    old = {"center": found.center, "business_date__lt": found.kept_from}
    days = sorted({day for model in (Slice, HeldSlice) for day in _old_days(model, old)})
    for start in range(0, len(days), DAYS_AT_ONCE):
        yield days[start : start + DAYS_AT_ONCE]


def _old_days(model: type[Slice] | type[HeldSlice], old: dict[str, object]) -> Iterator[dt.date]:
    yield from model._default_manager.filter(**old).order_by().values_list("business_date", flat=True)


@transaction.atomic
def _delete(center: Center, days: list[dt.date]) -> int:
    """Everything of these days; how many entries that were."""
    count = 0
    for model in _MODELS:
        gone = model._default_manager.filter(center=center, business_date__in=days).delete()[0]
        count += gone if model is ChartEntry else 0
    return count
