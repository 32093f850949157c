"""Bars and shares as numbers for SVG, so that a template only writes them down. *Pure*."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH, HEIGHT = 960.0, 120.0
# More bars than that nobody tells apart: months then.
MOST_BARS = 120


class Counted(Protocol):
    """A day and how many entries it has."""

    @property
    def day(self) -> dt.date: ...

    @property
    def entries(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in units of the drawing; `day` is the first of a month where `DayChart.is_monthly`."""

    day: dt.date
    entries: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class DayChart:
    """The entries over time; `most` is what the highest bar stands for."""

    bars: tuple[Bar, ...]
    most: int
    is_monthly: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; `x` and `width` of WIDTH, `percent` of 100."""

    name: str
    entries: int
    percent: float
    x: float
    width: float


def day_chart(days: Sequence[Counted], places: int = 1) -> DayChart:
    """A bar for each day, or for each month of more than MOST_BARS days; the last of `places` when there are fewer."""
    is_monthly = len(days) > MOST_BARS
    sums: dict[dt.date, int] = {}
    for day in days:
        place = day.day.replace(day=1) if is_monthly else day.day
        sums[place] = sums.get(place, 0) + day.entries
    most, step = max(sums.values(), default=0), WIDTH / max(len(sums), places)
    first = max(places - len(sums), 0)
    bars = (
        Bar(
            day,
            entries,
            round(number * step, 2),
            round(HEIGHT - HEIGHT * entries / most, 2),
            round(max(step - 1, step * 0.8), 2),
            round(HEIGHT * entries / most, 2),
        )
        for number, (day, entries) in enumerate(sums.items(), first)
    )
    return DayChart(tuple(bars) if most else (), most, is_monthly)


def shares(parts: Sequence[tuple[str, int]]) -> tuple[Share, ...]:
    """Each part of the whole, one after the other; none when there is nothing."""
    whole, found, before = sum(count for _name, count in parts), list[Share](), 0
    for name, count in parts if whole else ():
        x, width = WIDTH * before / whole, WIDTH * count / whole
        found.append(Share(name, count, 100 * count / whole, round(x, 2), round(width, 2)))
        before += count
    return tuple(found)


def lengths(parts: Sequence[tuple[str, int]]) -> tuple[Share, ...]:
    """Bars side by side: the longest is WIDTH wide, `percent` is of it."""
    most = max((count for _name, count in parts), default=0)
    return tuple(
        Share(name, count, 100 * count / most, 0.0, round(WIDTH * count / most, 2)) for name, count in parts if most
    )
