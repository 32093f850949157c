"""What a run would read: the days of each center, and why others are left out. Asks for nothing."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count
from django.db.models.functions import Cast

from centers.agreements import network_today, terms_of
from centers.models import Center
from centers.opening import OpeningDays
from extraction.attempts import Attempt, last_attempts
from extraction.causes import Cause
from extraction.dates import days
from extraction.day_ranges import DayRange, ranges_of
from extraction.enums import RunMode
from extraction.models import Slice
from extraction.obstacles import approved_mappings, obstacle, too_old
from extraction.reader import Failure
from extraction.slice_states import SliceState, absent_state
from mappings.models import Mapping

# SQL Server takes 2,100 parameters in a statement.
_MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class CenterPlan:
    """The days of one center that a run reads; `obstacle` says why it is skipped instead."""

    center: Center
    days: tuple[dt.date, ...]
    obstacle: Failure | None = None

    @property
    def ranges(self) -> tuple[DayRange, ...]:
        """The days in as few ranges as there are."""
        return ranges_of(self.days)


@dataclass(frozen=True, slots=True)
class SkippedGroup:
    """Centers that are skipped for the same reason."""

    failure: Failure
    centers: tuple[Center, ...]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run would do with `centers` centers that can be read, on `days` days.

    Of all their slices `present` are there, and are replaced only when everything is read; `closed` are on closed days,
    `under_way` are being read by another run, and `untried` are missing although nothing failed, where only failures
    are read; `beyond` are older than their centers keep.
    """

    mode: RunMode
    centers: int
    days: int
    reading: tuple[CenterPlan, ...]
    skipped: tuple[CenterPlan, ...]
    present: int = 0
    closed: int = 0
    under_way: int = 0
    untried: int = 0
    beyond: int = 0

    @property
    def slices(self) -> int:
        """All slices of the centers that can be read."""
        return self.centers * self.days

    @property
    def to_read(self) -> int:
        """How many slices would be read."""
        return sum(len(part.days) for part in self.reading)

    @property
    def left_out(self) -> int:
        """How many slices would not be read."""
        return self.slices - self.to_read

    @property
    def is_hindered(self) -> bool:
        """True when a center is skipped for a reason that somebody must mend; a paused one rests on purpose."""
        return any(part.obstacle and part.obstacle.cause != Cause.PAUSED for part in self.skipped)

    def skipped_groups(self) -> list[SkippedGroup]:
        """The skipped centers by reason, the most frequent first."""
        groups: defaultdict[Failure, list[Center]] = defaultdict(list)
        for part in self.skipped:
            if part.obstacle:
                groups[part.obstacle].append(part.center)
        found = [SkippedGroup(failure, tuple(centers)) for failure, centers in groups.items()]
        return sorted(found, key=lambda group: -len(group.centers))


def plan(
    centers: Sequence[Center], first: dt.date, last: dt.date, mode: RunMode = RunMode.ALL, *, with_closed: bool = False
) -> RunPlan:
    """The plan for `centers`, with their servers and regions, from `first` to `last`; at most five queries.

    `with_closed`: also days on which a center is closed, where only what is missing is read. A center that is skipped
    although nothing of it would be read is left out.
    """
    mapped, all_days = approved_mappings(), tuple(days(first, last))
    filters = _filter_of(centers)
    if mode is RunMode.ALL:
        return _plan_of_all(centers, mapped, all_days, filters)
    landed, attempts = _landed(first, last, filters), last_attempts(first, last, filters)
    counts: Counter[SliceState] = Counter()
    reading: list[CenterPlan] = []
    skipped: list[CenterPlan] = []
    ready = beyond = 0
    for center in centers:
        there, reason = landed.get(center.pk, frozenset[dt.date]()), obstacle(center, mapped)
        states = _absent_states(center, all_days, there, attempts.get(center.pk, {}))
        if (kept_from := terms_of(center).kept_from(network_today())) is not None:
            whole, states = len(states), {day: state for day, state in states.items() if day >= kept_from}
            beyond += (whole - len(states)) * (reason is None)
        if reason is None:
            ready += 1
            counts[SliceState.LANDED] += len(there)
            counts.update(states.values())
        if wanted := tuple(day for day, state in states.items() if _is_wanted(state, mode, with_closed=with_closed)):
            (reading if reason is None else skipped).append(CenterPlan(center, wanted, reason))
    return RunPlan(
        mode,
        centers=ready,
        days=len(all_days),
        reading=tuple(reading),
        skipped=tuple(skipped),
        present=counts[SliceState.LANDED],
        closed=0 if with_closed and mode is RunMode.MISSING else counts[SliceState.CLOSED],
        under_way=counts[SliceState.RUNNING],
        untried=counts[SliceState.MISSING] if mode is RunMode.FAILED else 0,
        beyond=beyond,
    )


def _plan_of_all(
    centers: Sequence[Center], mapped: dict[int, Mapping], all_days: tuple[dt.date, ...], filters: dict[str, Any]
) -> RunPlan:
    slices = Slice.objects.filter(business_date__range=(all_days[0], all_days[-1]), **filters).order_by()
    there = dict(slices.values_list("center_id").annotate(Count("pk")))
    parts = [_whole_part(center, all_days, obstacle(center, mapped)) for center in centers]
    reading = tuple(part for part in parts if part.obstacle is None)
    return RunPlan(
        RunMode.ALL,
        centers=len(reading),
        days=len(all_days),
        reading=reading,
        skipped=tuple(part for part in parts if part.obstacle),
        present=sum(there.get(part.center.pk, 0) for part in reading),
        beyond=sum(len(all_days) - len(part.days) for part in reading),
    )


def _whole_part(center: Center, all_days: tuple[dt.date, ...], reason: Failure | None) -> CenterPlan:
    """All days that the center keeps; skipped when it keeps none of them."""
    kept_from = terms_of(center).kept_from(network_today())
    if kept_from is None or kept_from <= all_days[0]:
        return CenterPlan(center, all_days, reason)
    kept = tuple(day for day in all_days if day >= kept_from)
    return CenterPlan(center, kept or all_days, reason or (None if kept else too_old(kept_from)))


def _is_wanted(state: SliceState, mode: RunMode, *, with_closed: bool) -> bool:
    if state is SliceState.FAILED:
        return True
    return mode is RunMode.MISSING and (state is SliceState.MISSING or (with_closed and state is SliceState.CLOSED))


def _absent_states(
    center: Center, all_days: Sequence[dt.date], there: Collection[dt.date], tried: dict[dt.date, Attempt]
) -> dict[dt.date, SliceState]:
    """The states of the days on which nothing has landed, as the matrix has them."""
    if len(there) == len(all_days):
        return {}
    closed = OpeningDays(center.area, center.closing_days).closed_days(all_days[0], all_days[-1])
    return {
        day: absent_state(tried[day].state if day in tried else "", is_closed=is_closed, is_paused=False)
        for day, is_closed in zip(all_days, closed, strict=True)
        if day not in there
    }


def _landed(first: dt.date, last: dt.date, filters: dict[str, Any]) -> dict[int, frozenset[dt.date]]:
    """The days that have a slice, by center."""
    by_text = {f"{day}": day for day in days(first, last)}
    found: defaultdict[int, list[dt.date]] = defaultdict(list)
    slices = Slice.objects.filter(business_date__range=(first, last), **filters).order_by()
    # As text: tens of thousands of dates would each be parsed.
    rows = slices.annotate(day=Cast("business_date", CharField(max_length=10)))
    for center_pk, day in rows.values_list("center_id", "day"):
        found[center_pk].append(by_text[day])
    return {center_pk: frozenset(own) for center_pk, own in found.items()}


def _filter_of(centers: Sequence[Center]) -> dict[str, Any]:
    # Of more centers than fit into a statement everything is read; what belongs to others is not looked at.
    return {"center__in": [center.pk for center in centers]} if len(centers) <= _MOST_KEYS else {}
