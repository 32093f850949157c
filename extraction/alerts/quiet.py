"""When nobody is to be disturbed. *Pure*."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one wall time up to another one, which may be on the next morning."""

    begins: dt.time
    ends: dt.time
    time_zone: str


def quiet_until(hours: QuietHours | None, now: dt.datetime) -> dt.datetime | None:
    """When the quiet hours end in which `now` lies; None when it lies in none.

    A wall time that the clocks pass over or show twice ends them at the first moment after `now` that they call so.
    """
    if hours is None or hours.begins == hours.ends:
        return None
    zone = ZoneInfo(hours.time_zone)
    local = now.astimezone(zone)
    time, day = local.time(), local.date()
    if hours.begins < hours.ends:
        if not hours.begins <= time < hours.ends:
            return None
    elif time >= hours.begins:
        day += dt.timedelta(days=1)
    elif time >= hours.ends:
        return None
    ends = (dt.datetime.combine(day, hours.ends, zone).replace(fold=fold) for fold in (0, 1))
    return next((end for end in (one.astimezone(dt.UTC) for one in ends) if end > now), None)
