"""SQL Server's date functions (*pure* but for ``ms_now``), registered in SQLite under ``ms_`` names."""

import calendar
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from dentalhub.sandbox.errors import SqlError, not_supported

_FORMATS: Final = {
    23: "%Y-%m-%d",
    101: "%m/%d/%Y",
    102: "%Y.%m.%d",
    103: "%d/%m/%Y",
    104: "%d.%m.%Y",
    105: "%d-%m-%Y",
    111: "%Y/%m/%d",
    112: "%Y%m%d",
    120: "%Y-%m-%d %H:%M:%S",
}
_DAY_FORMATS: Final = {style: text for style, text in _FORMATS.items() if style != 120}
_FRACTION: Final = re.compile(r"\.(\d{1,7})$")
_SECONDS: Final = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}


def to_datetime(text: str | None, style: int) -> str | None:
    """A text to datetime in our form; raises SqlError 241."""
    return None if text is None else _parse(text, style).isoformat(" ")


def to_date(text: str | None, style: int) -> str | None:
    """A text to date in our form; raises SqlError 241."""
    return None if text is None else _parse(text, style).date().isoformat()


def _parse(text: str, style: int) -> datetime:
    """Without a style only what every language reads the same way is taken: YYYYMMDD and ISO."""
    stripped = text.strip()
    if not stripped:
        return datetime(1900, 1, 1)  # noqa: DTZ001 # SQL Server's blank date
    if style in _DAY_FORMATS and style not in {23, 112}:
        return _strptime(stripped, _DAY_FORMATS[style])
    shortened = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), stripped)
    for pattern in ("%Y%m%d", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(shortened.replace("T", " "), pattern)  # noqa: DTZ007 # no zone
        except ValueError:
            continue
    raise _no_date()


def _strptime(text: str, pattern: str) -> datetime:
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 # SQL Server's datetime has no zone
    except ValueError:
        raise _no_date() from None


def _no_date() -> SqlError:
    return SqlError(241, "Conversion failed when converting date and/or time from character string.")


def date_text(value: str | None, style: int) -> str | None:
    """CONVERT to text with a style; raises SqlError 102 for a style that is not known."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    if style in {121, 126}:
        millis = f".{moment.microsecond // 1000:03d}" if style == 121 or moment.microsecond else ""
        return moment.isoformat(" " if style == 121 else "T", "seconds") + millis
    if style not in _FORMATS:
        raise not_supported(f"the date style {style}")
    return moment.strftime(_FORMATS[style])


def datetime_text(value: str | None, digits: int) -> str | None:
    """CAST to text: datetime2 in ISO form, datetime (-1) as ``Nov 20 2026 12:00AM``."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    if digits < 0:
        hour = moment.hour % 12 or 12
        clock = f"{hour:2d}:{moment.minute:02d}{'AM' if moment.hour < 12 else 'PM'}"
        return f"{calendar.month_abbr[moment.month]} {moment.day:2d} {moment.year:4d} {clock}"
    fraction = f"{moment.microsecond:06d}0"[:digits]
    return moment.isoformat(" ", "seconds") + (f".{fraction}" if fraction else "")


def datepart(part: str, value: str | None) -> int | None:
    """DATEPART."""
    return None if value is None else int(getattr(datetime.fromisoformat(value), part))


def dateadd(part: str, amount: int | None, value: str | None) -> str | None:
    """DATEADD; a month that is too short gives its last day; raises SqlError 517."""
    if amount is None or value is None:
        return None
    moment = datetime.fromisoformat(value)
    try:
        moved = _moved(moment, part, amount)
    except (OverflowError, ValueError):
        raise SqlError(517, "Adding a value to a 'datetime' column caused an overflow.") from None
    is_date = len(value) == len("2026-11-20")
    if is_date and part not in {"year", "month", "day"}:
        raise SqlError(9810, f"The datepart {part} is not supported by date function dateadd for data type date.")
    return moved.date().isoformat() if is_date else moved.isoformat(" ")


def _moved(moment: datetime, part: str, amount: int) -> datetime:
    if part in _SECONDS:
        return moment + timedelta(seconds=amount * _SECONDS[part])
    months = moment.year * 12 + moment.month - 1 + amount * (12 if part == "year" else 1)
    year, month = divmod(months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def datediff(part: str, start: str | None, end: str | None) -> int | None:
    """DATEDIFF: boundaries crossed, not time passed."""
    if start is None or end is None:
        return None
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if part == "year":
        return last.year - first.year
    if part == "month":
        return (last.year - first.year) * 12 + last.month - first.month
    unit = _SECONDS[part]
    return _boundary(last, unit) - _boundary(first, unit)


def _boundary(moment: datetime, unit: int) -> int:
    midnight = moment.toordinal() * 86_400
    return (midnight + moment.hour * 3600 + moment.minute * 60 + moment.second) // unit


def _is_date(text: str | None) -> int:
    try:
        return int(text is not None and bool(text.strip()) and to_date(text, 0) is not None)
    except SqlError:
        return 0


def _now() -> str:
    return datetime.now().isoformat(" ", "milliseconds")  # noqa: DTZ005 # GETDATE() is the server's local time


DATE_FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
    "ms_to_date": (to_date, 2),
    "ms_to_datetime": (to_datetime, 2),
    "ms_date_text": (date_text, 2),
    "ms_datetime_text": (datetime_text, 2),
    "ms_datepart": (datepart, 2),
    "ms_dateadd": (dateadd, 3),
    "ms_datediff": (datediff, 3),
    "ms_isdate": (_is_date, 1),
    "ms_now": (_now, 0),
}
