"""Days from Monday to Friday. *Pure*."""

import datetime as dt

SATURDAY = 5


def last_business_day(day: dt.date) -> dt.date:
    """`day` itself, or the Friday before a weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def business_days_back(last: dt.date, count: int) -> dt.date:
    """The first of `count` business days that end with `last`."""
    day = last_business_day(last)
    for _step in range(count - 1):
        day = last_business_day(day - dt.timedelta(days=1))
    return day
