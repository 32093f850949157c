"""How many entries a filter finds, by day, insurance status and service code: from figures where they say it all.

Figures know days, centers, statuses and codes. A text or a patient is looked for among the entries, no further than one
page of the search goes, and the answer then says that there may be more.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from extraction.entries import EntryFilter, center_keys, page
from extraction.entry_windows import SLICE_ORDER, figures_of
from extraction.slice_counts import STATUSES, Counts, codes_of

# Codes are counted in so many slices, the newest ones: twenty years of a center, two weeks of five hundred.
MOST_CODE_SLICES = 6_000
MOST_ENTRIES = 2_000
TOP_CODES = 12
_COLUMNS = ("gkv_count", "pkv_count", "self_payer_count")


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The entries of one business date, by status in the order of STATUSES."""

    day: dt.date
    counts: tuple[int, ...]

    @property
    def entries(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Totals:
    """Days with entries, the earliest first, and the most frequent codes with their entries.

    `is_complete`: False where there may be more. `codes_from`: the first day whose codes were counted, when it is not
    the first of all.
    """

    days: tuple[DayCounts, ...]
    codes: tuple[tuple[str, int], ...]
    is_complete: bool = True
    codes_from: dt.date | None = None

    @property
    def entries(self) -> int:
        """All entries."""
        return sum(day.entries for day in self.days)

    @property
    def by_status(self) -> tuple[tuple[str, int], ...]:
        """The entries of each insurance status."""
        return tuple((status, sum(day.counts[place] for day in self.days)) for place, status in enumerate(STATUSES))


def entry_count(wanted: EntryFilter) -> int | None:
    """The number of entries in one query; None where only the entries themselves, or many codes, tell it."""
    if wanted.text or wanted.pseudonym or wanted.service_code:
        return None
    found = figures_of(wanted, center_keys(wanted))
    sums = found.aggregate(**{name: Sum(name, default=0) for name in _wanted_columns(wanted)})
    return sum(int(number) for number in sums.values())


def totals(wanted: EntryFilter) -> Totals:
    """The totals of what `wanted` finds; a constant number of queries."""
    if wanted.text or wanted.pseudonym:
        return _counted(wanted)
    found = figures_of(wanted, center_keys(wanted))
    newest = found.order_by(*(f"-{field}" for field in SLICE_ORDER))
    rows = list(newest.values_list("business_date", "codes")[: MOST_CODE_SLICES + 1])
    is_cut = len(rows) > MOST_CODE_SLICES
    by_code = [(day, codes_of(text)) for day, text in rows[:MOST_CODE_SLICES]]
    codes_from = by_code[-1][0] if is_cut else None
    if wanted.service_code:
        # Which other codes its entries have, no figure says.
        days = _days((day, codes[wanted.service_code]) for day, codes in by_code)
        return Totals(_of_status(days, wanted.status), (), not is_cut, codes_from)
    sums = found.order_by("business_date").values_list("business_date").annotate(*(Sum(name) for name in _COLUMNS))
    days = tuple(DayCounts(day, tuple(counts)) for day, *counts in sums)
    return Totals(_of_status(days, wanted.status), _top_codes(by_code, wanted.status), codes_from=codes_from)


def _counted(wanted: EntryFilter) -> Totals:
    found = page(wanted, size=MOST_ENTRIES)
    codes = Counter(code for entry in found.entries for code in dict.fromkeys(entry.codes))
    days = _days(
        (entry.business_date, [int(entry.insurance_status == status) for status in STATUSES]) for entry in found.entries
    )
    return Totals(days, tuple(codes.most_common(TOP_CODES)), is_complete=found.next_key is None)


def _days(counted: Iterable[tuple[dt.date, Sequence[int]]]) -> tuple[DayCounts, ...]:
    sums: dict[dt.date, Counts] = {}
    for day, counts in counted:
        of_day = sums.setdefault(day, [0] * len(STATUSES))
        for place, count in enumerate(counts):
            of_day[place] += count
    return tuple(DayCounts(day, tuple(sums[day])) for day in sorted(sums))


def _of_status(days: tuple[DayCounts, ...], wanted: str) -> tuple[DayCounts, ...]:
    """The days with nothing but the entries of a status; as they are when it is empty."""
    if not wanted:
        return days
    kept = STATUSES.index(wanted)
    only = (
        DayCounts(day.day, tuple(count if place == kept else 0 for place, count in enumerate(day.counts)))
        for day in days
    )
    return tuple(day for day in only if day.entries)


def _top_codes(by_code: Iterable[tuple[dt.date, dict[str, Counts]]], status: str) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    place = STATUSES.index(status) if status else None
    for _day, codes in by_code:
        for code, counts in codes.items():
            found[code] += sum(counts) if place is None else counts[place]
    return tuple((code, count) for code, count in found.most_common(TOP_CODES) if count)


def _wanted_columns(wanted: EntryFilter) -> Sequence[str]:
    return _COLUMNS if not wanted.status else (_COLUMNS[STATUSES.index(wanted.status)],)
