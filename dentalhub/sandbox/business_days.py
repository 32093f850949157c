"""Business days, Monday to Friday (*pure*). Public holidays differ by state and are worked on here."""

from datetime import date, timedelta

_SATURDAY = 5


def last_business_days(until: date, count: int) -> tuple[date, ...]:
    """The last ``count`` business days up to and including ``until``, oldest first."""
    days: list[date] = []
    day = until
    while len(days) < count:
        if day.weekday() < _SATURDAY:
            days.append(day)
        day -= timedelta(days=1)
    return tuple(reversed(days))
