"""When a region's nights begin, in its own time zone, and which business dates each one reads. *Pure*."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a region is read each day: the wall time of its zone, and how many days before yesterday are read again."""

    zone: ZoneInfo
    starts_at: dt.time
    look_back_days: int


@dataclass(frozen=True, slots=True)
class Night:
    """The night that begins on `date`, at the moment `begins` (UTC), and reads the days from `first` to `last`."""

    date: dt.date
    begins: dt.datetime
    first: dt.date
    last: dt.date


def night_at(now: dt.datetime, timing: Timing) -> Night:
    """The night that began last at `now`; it lasts until the next one begins."""
    night = night_of(now.astimezone(timing.zone).date(), timing)
    return night if night.begins <= now else night_of(night.date - _DAY, timing)


def next_night(now: dt.datetime, timing: Timing) -> Night:
    """The first night that begins after `now`."""
    night = night_at(now, timing)
    while night.begins <= now:
        night = night_of(night.date + _DAY, timing)
    return night


def night_of(date: dt.date, timing: Timing) -> Night:
    """The night that begins on `date`: its last day is the one before, whatever the hour."""
    last = date - _DAY
    begins = first_moment(dt.datetime.combine(date, timing.starts_at), timing.zone)
    return Night(date, begins, last - timing.look_back_days * _DAY, last)


def first_moment(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first moment (UTC, whole seconds) at which the clocks of `zone` have reached `wall`.

    An hour that is skipped in spring is reached when the clocks are put forward; of a doubled one the first counts.
    """
    wall = wall.replace(tzinfo=None, microsecond=0)
    early, late = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if _clock(early, zone) >= wall:
        return early
    # The clocks jump over `wall` between the two; look for the jump.
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        early, late = (early, middle) if _clock(middle, zone) >= wall else (middle, late)
    return late


def _clock(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
