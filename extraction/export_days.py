"""The days of a saved export. *Pure*."""

import datetime as dt

from extraction.enums import ExportDays

_DAY = dt.timedelta(days=1)


def days_of(which: ExportDays, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day, as they are on `today`."""
    if which is ExportDays.LAST_MONTH:
        last = today.replace(day=1) - _DAY
        return last.replace(day=1), last
    return today - (7 if which is ExportDays.LAST_7_DAYS else 1) * _DAY, today - _DAY
