"""Which slices of a night are due, from what is there and what was tried. *Pure*.

A slice that is landed or held is there. It is due when it is missing, and once more in each night while its day is
looked back at, because entries are made late.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extraction.causes import Cause
from extraction.due_nights import Night
from extraction.enums import RunState

# So many days before yesterday are filled when they are missing, for centers that have older slices.
HEAL_DAYS = 14
# After a failure a center is left in peace for this long, twice as long after the next, and so on.
FIRST_REST = dt.timedelta(minutes=10)
LONGEST_REST = dt.timedelta(hours=4)
# What is dated further in the future comes from a clock that was wrong.
CLOCK_SKEW = dt.timedelta(minutes=5)

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Try:
    """A center run that covers the days from `first` to `last`; `ended_at` is None while it is open."""

    key: int
    state: str
    cause: str
    first: dt.date
    last: dt.date
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What our rows say of one center: when each slice was read, since which day it has any, and what was tried.

    `read_at` and `since` look back HEAL_DAYS and no further; `tries` are those asked for in this night, and open ones.
    """

    center_pk: int
    read_at: Mapping[dt.date, dt.datetime]
    since: dt.date | None
    tries: tuple[Try, ...]
    # What is older is deleted; None: nothing is.
    kept_from: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DueRange:
    """Centers that lack the same days in a row: what one run reads."""

    first: dt.date
    last: dt.date
    centers: tuple[int, ...]
    # The key of each center's last try of this night, which makes two requests for the same thing one.
    last_tries: tuple[int, ...]


def healing_begins(night: Night) -> dt.date:
    """The earliest day that a night may read."""
    return min(night.first, night.last - HEAL_DAYS * _DAY)


def wanted_days(known: Known, night: Night) -> list[dt.date]:
    """The days of one center that are to be read in this night, the earliest first, whatever was tried."""
    days, day = [], healing_begins(night)
    while day <= night.last:
        read_at = known.read_at.get(day)
        is_looked_at = day >= night.first
        is_gap = read_at is None and known.since is not None and day > known.since
        is_kept = known.kept_from is None or day >= known.kept_from
        if is_kept and ((is_looked_at and (read_at is None or read_at < night.begins)) or is_gap):
            days.append(day)
        day += _DAY
    return days


def due_days(known: Known, night: Night, now: dt.datetime) -> list[dt.date]:
    """Those of the wanted days that may be asked for at `now`."""
    days = wanted_days(known, night)
    if not days:
        return []
    rests = rests_until(known.tries, days[0], days[-1], now)
    return days if rests is None or rests <= now else []


def rests_until(tries: Iterable[Try], first: dt.date, last: dt.date, now: dt.datetime) -> dt.datetime | None:
    """Until when a center is not asked for these days again; None: at once. The end of time stands for the night's."""
    failures, latest = 0, None
    for found in tries:
        if found.ended_at is None:
            return dt.datetime.max.replace(tzinfo=dt.UTC)
        is_about_them = found.first <= last and found.last >= first
        # A center that was skipped was not read; what it lacked then it may have by now.
        if not is_about_them or found.state == RunState.SKIPPED or found.ended_at > now + CLOCK_SKEW:
            continue
        if found.state == RunState.CANCELLED:
            # A person stopped it; the next night asks again.
            return dt.datetime.max.replace(tzinfo=dt.UTC)
        latest = found.ended_at if latest is None else max(latest, found.ended_at)
        # A center that was left alone has not failed itself. One that succeeded and still lacks days has.
        failures += found.cause != Cause.BREAKER
    return None if latest is None else latest + rest_after(failures)


def rest_after(failures: int) -> dt.timedelta:
    """How long a center rests after so many failures of one night."""
    doublings = min(max(0, failures - 1), 10)
    return min(LONGEST_REST, FIRST_REST * (1 << doublings))


def ranges(due: Mapping[int, list[dt.date]], last_tries: Mapping[int, int]) -> list[DueRange]:
    """The runs that read the latest days in a row of each center; what lies before a gap is due when they have ended.

    The latest days come first.
    """
    groups: defaultdict[tuple[dt.date, dt.date], list[int]] = defaultdict(list)
    for center_pk in sorted(due):
        if due[center_pk]:
            groups[_latest_row(due[center_pk])].append(center_pk)
    return [
        DueRange(first, last, tuple(centers), tuple(last_tries.get(center_pk, 0) for center_pk in centers))
        for (first, last), centers in sorted(groups.items(), key=lambda group: (group[0][1], group[0][0]), reverse=True)
    ]


def request_key(region: str, night: Night, wanted: DueRange) -> str:
    """The same for two ticks that see the same, another one once something was tried; at most 64 characters."""
    parts = (region, wanted.first, wanted.last, wanted.centers, wanted.last_tries)
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
    return f"due:{night.date}:{digest[:40]}"


def _latest_row(days: list[dt.date]) -> tuple[dt.date, dt.date]:
    first = last = days[-1]
    for day in reversed(days[:-1]):
        if day != first - _DAY:
            break
        first = day
    return first, last
