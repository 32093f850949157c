"""What is known of every center on every day of a range, in four queries whatever their number."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast

from centers.agreements import network_today, terms_of
from centers.models import Center
from centers.opening import OpeningDays
from extraction.attempts import Attempt, last_attempts
from extraction.enums import HeldState
from extraction.models import AcceptedSlice, HeldSlice, Slice
from extraction.slice_states import HISTORY_DAYS, NOTHING, SliceState, states_of

# No practice kept its charts in a computer before.
EARLIEST_DAY = dt.date(1980, 1, 1)
DayNumbers = dict[int, set[int]]


@dataclass(frozen=True, slots=True)
class CenterRow:
    """One center: its states and counts (NOTHING: no slice) for each day of the grid, and attempts by number of day.

    `past` are the counts of the HISTORY_DAYS before, suppressed rows included.
    """

    center: Center
    states: list[SliceState]
    counts: list[int]
    attempts: dict[int, Attempt]
    past: list[int]


@dataclass(frozen=True, slots=True)
class SliceGrid:
    """All calendar days from `first`, and a row per center in the order of their ids."""

    first: dt.date
    day_count: int
    rows: list[CenterRow]

    @property
    def days(self) -> list[dt.date]:
        """The days, the earliest first."""
        return [self.first + dt.timedelta(days=number) for number in range(self.day_count)]


def slice_grid(first: dt.date, last: dt.date, centers: QuerySet[Center] | None = None) -> SliceGrid:
    """The grid from `first` to `last`, of all centers or of `centers`."""
    wanted = Center.objects.all() if centers is None else centers
    chosen = list(wanted.select_related("server__region").order_by("center_id"))
    return _grid(first, last, chosen, {} if centers is None else {"center__in": centers.order_by().values("pk")})


def center_row(center: Center, day: dt.date) -> CenterRow:
    """The row of one center and one day; in three queries, none of which is for the center."""
    return _grid(day, day, [center], {"center": center}).rows[0]


def _grid(first: dt.date, last: dt.date, chosen: list[Center], only: dict[str, Any]) -> SliceGrid:
    """`only` is the filter that keeps what belongs to the `chosen` centers."""
    start, pks = first - dt.timedelta(days=HISTORY_DAYS), {center.pk for center in chosen}
    counts, suppressed = _counts(start, last, pks, only)
    held, accepted = _marked_days(start, first, last)
    attempts = last_attempts(first, last, only)
    rows, today = [], network_today()
    for center in chosen:
        closed = OpeningDays(center.area, center.closing_days).closed_days(start, last)
        tried = {(day - first).days: attempt for day, attempt in attempts.get(center.pk, {}).items()}
        states = states_of(
            counts[center.pk],
            closed,
            held=held[center.pk],
            accepted=accepted[center.pk],
            attempts={HISTORY_DAYS + number: attempt.state for number, attempt in tried.items()},
            is_paused=not center.is_active,
        )
        shown = counts[center.pk][HISTORY_DAYS:]
        kept_from = terms_of(center).kept_from(today)
        for number in range(min(len(states), (kept_from - first).days if kept_from else 0)):
            if shown[number] == NOTHING:
                states[number] = SliceState.DELETED
        for number, count in suppressed[center.pk]:
            if number >= HISTORY_DAYS:
                shown[number - HISTORY_DAYS] -= count
        rows.append(CenterRow(center, states, shown, tried, counts[center.pk][:HISTORY_DAYS]))
    return SliceGrid(first, (last - first).days + 1, rows)


def _counts(
    start: dt.date, last: dt.date, pks: set[int], only: dict[str, Any]
) -> tuple[dict[int, list[int]], defaultdict[int, list[tuple[int, int]]]]:
    """The rows that the sources had, a list per center with a place for each day from `start`.

    Then the suppressed ones among them, as number of the day and count: a patient who was erased is no loss.
    """
    size = (last - start).days + 1
    number_of = {(start + dt.timedelta(days=number)).isoformat(): number for number in range(size)}
    counts = {center_pk: [NOTHING] * size for center_pk in pks}
    found = Slice.objects.filter(business_date__range=(start, last), **only).order_by()
    # As text: tens of thousands of dates would each be parsed.
    rows = found.annotate(day=Cast("business_date", CharField(max_length=10)))
    suppressed: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for center_pk, day, count, gone in rows.values_list("center_id", "day", "entry_count", "suppressed_count"):
        if center_pk in counts:
            counts[center_pk][number_of[day]] = count + gone
            if gone:
                suppressed[center_pk].append((number_of[day], gone))
    return counts, suppressed


def _marked_days(start: dt.date, first: dt.date, last: dt.date) -> tuple[DayNumbers, DayNumbers]:
    """The numbers of the days that are held, and of those that a person has accepted, by center."""
    same = {name: OuterRef(name) for name in ("center", "business_date", "checksum")}
    # An acceptance holds as long as the rows are the same.
    accepted = AcceptedSlice.objects.filter(Exists(Slice.objects.filter(**same)))
    held = HeldSlice.objects.filter(state=HeldState.WAITING)
    parts = [
        marked.filter(business_date__range=(first, last))
        .order_by()
        .values_list("center_id", "business_date", Value(is_held))
        for marked, is_held in ((held, 1), (accepted, 0))
    ]
    numbers: tuple[DayNumbers, DayNumbers] = (defaultdict(set), defaultdict(set))
    for center_pk, day, is_held in parts[0].union(parts[1], all=True):
        numbers[0 if is_held else 1][center_pk].add((day - start).days)
    return numbers


def closed_reason(center: Center, day: dt.date) -> str:
    """Why `center` is closed on `day`, in words; empty when it is open."""
    closure = OpeningDays(center.area, center.closing_days).closure(day)
    return closure.label if closure else ""
