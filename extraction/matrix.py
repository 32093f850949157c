"""The matrix of centers and business dates: which days it shows, which center is first, how much is open. *Pure*."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from centers.opening import SATURDAY
from extraction.slice_grid import CenterRow, SliceGrid
from extraction.slice_states import OPEN_STATES, SliceState

BUSINESS_DAYS = 30
# Nothing to see on a weekend.
_QUIET = frozenset({SliceState.CLOSED, SliceState.PAUSED, SliceState.DELETED})
_WORST_FIRST = tuple(state for state in SliceState if state in OPEN_STATES)


@dataclass(frozen=True, slots=True)
class Month:
    """Columns of one month side by side."""

    first: dt.date
    columns: int


@dataclass(frozen=True, slots=True)
class RegionPart:
    """A region to zoom into: how many centers it has, and how many slices of theirs are open."""

    code: str
    name: str
    centers: int
    open: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The columns (`numbers` of the grid's days) and the rows in the order in which they are shown."""

    grid: SliceGrid
    numbers: tuple[int, ...]
    rows: tuple[CenterRow, ...]
    totals: Counter[SliceState]

    @property
    def days(self) -> list[dt.date]:
        """The business dates of the columns."""
        return [self.grid.first + dt.timedelta(days=number) for number in self.numbers]

    @property
    def months(self) -> list[Month]:
        """The months above the columns."""
        groups = groupby(self.days, key=lambda day: (day.year, day.month))
        found = [list(days) for _month, days in groups]
        return [Month(days[0], len(days)) for days in found]

    @property
    def open_count(self) -> int:
        """How many slices somebody has to do something about."""
        return sum(self.totals[state] for state in OPEN_STATES)


def matrix_of(grid: SliceGrid, *, failing_first: bool = True, open_only: bool = False) -> Matrix:
    """The matrix of `grid`: weekdays, and the weekends on which something happened."""
    numbers = tuple(number for number, day in enumerate(grid.days) if _is_shown(grid, number, day))
    rows = [row for row in grid.rows if not open_only or _open_count(row, numbers)]
    if failing_first:
        rows.sort(key=lambda row: [-row.states.count(state) for state in _WORST_FIRST])
    totals: Counter[SliceState] = Counter()
    for row in rows:
        totals.update(row.states)
    # A weekend that is not shown is not counted either.
    for number in set(range(grid.day_count)) - set(numbers):
        totals.subtract(row.states[number] for row in rows)
    return Matrix(grid, numbers, tuple(rows), totals)


def region_parts(rows: Iterable[CenterRow]) -> list[RegionPart]:
    """The regions of `rows` by name."""
    centers: Counter[tuple[str, str]] = Counter()
    opened: Counter[tuple[str, str]] = Counter()
    for row in rows:
        region = row.center.server.region
        key = region.name, region.code
        centers[key] += 1
        opened[key] += sum(row.states.count(state) for state in OPEN_STATES)
    return [RegionPart(code, name, count, opened[name, code]) for (name, code), count in sorted(centers.items())]


def first_business_day(last: dt.date, count: int = BUSINESS_DAYS) -> dt.date:
    """The first of `count` weekdays that end with `last`."""
    day, left = last, count
    while True:
        left -= day.weekday() < SATURDAY
        if left <= 0:
            return day
        day -= dt.timedelta(days=1)


def _is_shown(grid: SliceGrid, number: int, day: dt.date) -> bool:
    return day.weekday() < SATURDAY or any(row.states[number] not in _QUIET for row in grid.rows)


def _open_count(row: CenterRow, numbers: tuple[int, ...]) -> int:
    return sum(1 for number in numbers if row.states[number] in OPEN_STATES)
