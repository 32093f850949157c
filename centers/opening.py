"""Is a center open on a day? Weekends, public holidays and its own closing days say no. *Pure*."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.closing_days import parse_closing_days
from centers.public_holidays import holiday_name

SATURDAY = 5


class ClosedFor(StrEnum):
    """Why a center is closed."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSING_DAY = "closing_day"


_LABELS: dict[ClosedFor, Promise] = {
    ClosedFor.WEEKEND: _("weekend"),
    ClosedFor.HOLIDAY: _("public holiday"),
    ClosedFor.CLOSING_DAY: _("closing day of the center"),
}


@dataclass(frozen=True, slots=True)
class Closure:
    """Why a center is closed on a day; `name` is that of the holiday, or what a person wrote, or empty."""

    kind: ClosedFor
    name: str = ""

    @property
    def label(self) -> str:
        """In words, such as "public holiday: Epiphany"."""
        kind = str(_LABELS[self.kind])
        return f"{kind}: {self.name}" if self.name else kind


@dataclass(frozen=True, slots=True)
class OpeningDays:
    """What decides when a center is open: an area of `public_holidays`, and its closing days as they are stored."""

    area: str = ""
    closing_days: str = ""

    def closure(self, day: dt.date) -> Closure | None:
        """Why the center is closed on `day`; None when it is open."""
        if holiday := holiday_name(self.area, day):
            return Closure(ClosedFor.HOLIDAY, holiday)
        for period in parse_closing_days(self.closing_days):
            if period.first <= day <= period.last:
                return Closure(ClosedFor.CLOSING_DAY, period.reason)
        return Closure(ClosedFor.WEEKEND) if day.weekday() >= SATURDAY else None

    def closed_days(self, first: dt.date, last: dt.date) -> tuple[bool, ...]:
        """Whether the center is closed, for each day from `first` to `last`."""
        return _closed_days(self, first, last)


@lru_cache(maxsize=1024)
def _closed_days(opening: OpeningDays, first: dt.date, last: dt.date) -> tuple[bool, ...]:
    # Hundreds of centers share a few calendars.
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(opening.closure(day) is not None for day in days)
