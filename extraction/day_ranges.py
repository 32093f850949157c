"""Days as ranges: how a center run keeps the ones that it reads, and in which answers they come. *Pure*."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extraction.dates import chunks, days

# So many unwanted days in a row are read along: an answer that spans a weekend costs less than a second one, because
# many practices have no index by date and each answer reads the whole table.
MOST_READ_ALONG = 3
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days in a row, both ends included."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


def ranges_of(wanted: Iterable[dt.date]) -> tuple[DayRange, ...]:
    """The days in as few ranges as there are, the earliest first."""
    found: list[DayRange] = []
    for day in sorted(set(wanted)):
        if found and found[-1].last == day - _DAY:
            found[-1] = DayRange(found[-1].first, day)
        else:
            found.append(DayRange(day, day))
    return tuple(found)


def days_of(ranges: Iterable[DayRange]) -> Iterator[dt.date]:
    """Every day of the ranges."""
    for part in ranges:
        yield from days(part.first, part.last)


def write_ranges(ranges: Iterable[DayRange]) -> str:
    """As text: `2026-11-16..2026-11-18 2026-11-20`."""
    return " ".join(f"{part.first}" if part.first == part.last else f"{part.first}..{part.last}" for part in ranges)


def read_ranges(text: str) -> tuple[DayRange, ...]:
    """The inverse of `write_ranges`."""
    found = []
    for part in text.split():
        first, _dots, last = part.partition("..")
        found.append(DayRange(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)))
    return tuple(found)


def answers(ranges: Iterable[DayRange], most: int) -> list[DayRange]:
    """The ranges in pieces of at most `most` days, short gaps read along: what is asked of a source, one by one."""
    found: list[DayRange] = []
    for part in ranges:
        for first, last in chunks(part.first, part.last, most):
            before = found[-1] if found else None
            if before and (first - before.last).days - 1 <= MOST_READ_ALONG and (last - before.first).days < most:
                found[-1] = DayRange(before.first, last)
            else:
                found.append(DayRange(first, last))
    return found
