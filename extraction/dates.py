"""Source dates: how a value of each form is read, and how a day is written as a parameter. *Pure*."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from mappings.enums import DateFormat

_COMPACT = re.compile(r"\A(\d{4})(\d{2})(\d{2})\Z", re.ASCII)
_ISO = re.compile(r"\A(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_GERMAN = re.compile(r"\A(?P<day>\d{2})\.(?P<month>\d{2})\.(?P<year>\d{4})\Z", re.ASCII)
_GERMAN_SHORT = re.compile(r"\A(?P<day>\d{2})\.(?P<month>\d{2})\.(?P<year>\d{2})\Z", re.ASCII)
# A year of two digits means one of these: no practice has charts on a computer from before 1980.
SHORT_YEARS = range(1980, 2080)
_MIDNIGHT_1970 = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# The last second of the year 9999. A zero stands for "no date", as it does in a number YYYYMMDD.
LAST_SECOND = 253_402_300_799


def days(date_from: dt.date, date_to: dt.date) -> Iterator[dt.date]:
    """Every day from `date_from` to `date_to`, both included."""
    for offset in range((date_to - date_from).days + 1):
        yield date_from + dt.timedelta(days=offset)


def chunks(date_from: dt.date, date_to: dt.date, most: int) -> Iterator[tuple[dt.date, dt.date]]:
    """The range in pieces of at most `most` days, each with its first and last day."""
    start = date_from
    while start <= date_to:
        end = min(start + dt.timedelta(days=most - 1), date_to)
        yield start, end
        start = end + dt.timedelta(days=1)


def parse(value: object, date_format: DateFormat) -> dt.date | None:
    """The day that a source value means, or None when it means none (NULL, 0, 20240231, another form)."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    # Blanks at the end are the padding of a CHAR column and no part of the value.
    text = _as_text(value).rstrip(" ")
    if date_format in {DateFormat.INT, DateFormat.TEXT}:
        return _day(_COMPACT.match(text))
    if date_format == DateFormat.ISO:
        return _day(_ISO.match(text))
    if date_format == DateFormat.GERMAN:
        match = _GERMAN.match(text)
        return _calendar(match["year"], match["month"], match["day"]) if match else None
    if date_format == DateFormat.GERMAN_SHORT:
        match = _GERMAN_SHORT.match(text)
        return _calendar(_full_year(match["year"]), match["month"], match["day"]) if match else None
    return _day_of_second(value) if date_format == DateFormat.EPOCH else None


def write(day: dt.date, date_format: DateFormat) -> str:
    """The day as text of a form; raises ValueError for forms that are no text, and for a year that a form lacks."""
    year, month, number = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"
    if date_format in {DateFormat.INT, DateFormat.TEXT}:
        return f"{year}{month}{number}"
    if date_format == DateFormat.ISO:
        return f"{year}-{month}-{number}"
    if date_format == DateFormat.GERMAN:
        return f"{number}.{month}.{year}"
    if date_format == DateFormat.GERMAN_SHORT and day.year in SHORT_YEARS:
        return f"{number}.{month}.{year[2:]}"
    raise ValueError(f"{date_format} is not written as text.")


def first_second(day: dt.date) -> int:
    """Seconds from 1970 to the beginning of the day, both in UTC."""
    return (day - _MIDNIGHT_1970.date()).days * 86_400


def _day_of_second(value: object) -> dt.date | None:
    if not isinstance(value, int | float | Decimal) or not 0 < value <= LAST_SECOND:
        return None
    return (_MIDNIGHT_1970 + dt.timedelta(seconds=int(value))).date()


def _full_year(digits: str) -> str:
    year = 1900 + int(digits)
    return str(year if year in SHORT_YEARS else year + 100)


def _as_text(value: object) -> str:
    # A date number in a DECIMAL or FLOAT column arrives as Decimal or float.
    if isinstance(value, str):
        return value
    try:
        whole = int(value)  # type: ignore[call-overload]  # every number type has it, and others end below
    except (TypeError, ValueError, OverflowError):
        return str(value)
    return str(whole) if whole == value else str(value)


def _day(match: re.Match[str] | None) -> dt.date | None:
    return _calendar(*match.groups()) if match else None


def _calendar(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
