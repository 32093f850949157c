"""Where to look for the next entries of a filter: slices are found first, by their figures, and then their entries.

There are twenty times fewer slices than entries, and their figures say how many entries have a status or a code. So a
page costs the same whatever the filter, and a rare text never makes one request look at millions of entries.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import In

from extraction.entry_filter import EntryFilter
from extraction.entry_keys import Key
from extraction.models import SliceFigures
from extraction.slice_counts import STATUSES, code_mark, codes_of

# A request looks at so many entries for a text, and then says how far it came.
MOST_SEARCHED = 100_000
# Slices of one statement; those with a code are named in it one by one.
MOST_SLICES = 6_000
MOST_NAMED = 400
SLICE_ORDER = ("business_date", "center_id")
Place = tuple[dt.date, int]


@dataclass(frozen=True, slots=True)
class Window:
    """Slices in the order of the search. `is_cut`: more follow; `is_named`: only these, not all up to the last one."""

    places: Sequence[Place]
    is_cut: bool
    is_named: bool

    @property
    def last(self) -> Place:
        """The slice where the window ends."""
        return self.places[-1]


def figures_of(wanted: EntryFilter, centers: Sequence[int] | None) -> QuerySet[SliceFigures]:
    """The figures of the slices that can have an entry of `wanted`, as far as they tell; in no order yet."""
    found = SliceFigures.objects.order_by()
    if wanted.date_from:
        found = found.filter(business_date__gte=wanted.date_from)
    if wanted.date_to:
        found = found.filter(business_date__lte=wanted.date_to)
    if centers is not None:
        # One center has an index of its own. Of several the database would sort all slices: an expression keeps it
        # in the order by date, where it can stop.
        found = (
            found.filter(center_id=centers[0]) if len(centers) == 1 else found.filter(In(F("center_id") + 0, centers))
        )
    if wanted.status:
        found = found.filter(**{f"{_COLUMNS[wanted.status]}__gt": 0})
    if wanted.service_code:
        found = found.filter(codes__contains=code_mark(wanted.service_code))
    return found


def next_window(
    wanted: EntryFilter, centers: Sequence[int] | None, start: Key | None, size: int, *, backwards: bool = False
) -> Window:
    """The slices with the next `size` entries of `wanted`, beginning with that of `start`; one query.

    There may be fewer entries in them, and more than `size`.
    """
    found = figures_of(wanted, centers)
    if start is not None:
        found = found.filter(_from(start, backwards=backwards))
    order = [f"-{field}" for field in SLICE_ORDER] if backwards else SLICE_ORDER
    is_named = bool(wanted.service_code)
    # No slice is without an entry, so that so many are enough, and one for the part of the first that was shown.
    most = MOST_NAMED if is_named else MOST_SLICES if wanted.text else min(size + 2, MOST_SLICES)
    columns = (*SLICE_ORDER, *_COLUMNS.values(), *(("codes",) if is_named else ()))
    rows = list(found.order_by(*order).values_list(*columns)[: most + 1])
    count = _needed(rows[:most], wanted, start, size)
    return Window([row[:2] for row in rows[:count]], count < len(rows), is_named)


def in_window(window: Window, *, backwards: bool = False) -> Q:
    """The condition that an entry is in the window's slices, which are not none, as far as its end is concerned."""
    if window.is_named:
        by_day: dict[dt.date, list[int]] = {}
        for day, center in window.places:
            by_day.setdefault(day, []).append(center)
        named = Q()
        for day, centers in by_day.items():
            named |= Q(business_date=day, center_id__in=centers)
        return named
    day, center = window.last
    if backwards:
        return Q(business_date__gte=day) & (Q(business_date__gt=day) | Q(business_date=day, center_id__gte=center))
    return Q(business_date__lte=day) & (Q(business_date__lt=day) | Q(business_date=day, center_id__lte=center))


_COLUMNS = dict(zip(STATUSES, ("gkv_count", "pkv_count", "self_payer_count"), strict=True))


def _from(key: Key, *, backwards: bool) -> Q:
    if backwards:
        return Q(business_date__lte=key.day) & (
            Q(business_date__lt=key.day) | Q(business_date=key.day, center_id__lte=key.center)
        )
    return Q(business_date__gte=key.day) & (
        Q(business_date__gt=key.day) | Q(business_date=key.day, center_id__gte=key.center)
    )


def _needed(rows: Sequence[tuple[Any, ...]], wanted: EntryFilter, start: Key | None, size: int) -> int:
    """How many of these slices have to be looked at."""
    looked_at = found = 0
    for number, (day, center, *counts) in enumerate(rows, start=1):
        if start is not None and (day, center) == (start.day, start.center):
            # Nobody knows how much of it was shown; and a window of nothing else would lead to itself.
            continue
        by_status = codes_of(counts.pop())[wanted.service_code] if wanted.service_code else counts
        looked_at += sum(counts)
        found += by_status[STATUSES.index(wanted.status)] if wanted.status else sum(by_status)
        if looked_at >= MOST_SEARCHED or (found > size and not wanted.text):
            return number
    return len(rows)
