"""Which values of a date column are no date, as a SQL condition. *Pure*; used by `extraction.query` only.

No function of SQL Server 2012 judges a value without an error or a setting of the session, so the calendar is spelled
out: in arithmetic for numbers, which is cheapest, and as LIKE patterns for texts. The commonest days come first.
"""

from extraction.dates import LAST_SECOND
from mappings.enums import DateFormat

_DAYS_1_TO_28 = ("0[1-9]", "1[0-9]", "2[0-8]")
_MONTH_DAYS = (
    *((month, day) for month in ("0[1-9]", "1[0-2]") for day in _DAYS_1_TO_28),
    *((month, day) for month in ("0[13-9]", "1[0-2]") for day in ("29", "30")),
    *((month, "31") for month in ("0[13578]", "1[02]")),
)
_ANY_YEAR = "[0-9][0-9][0-9][0-9]"
_LEAP_YEARS = (
    *(f"[0-9][0-9]{end}" for end in ("0[48]", "[2468][048]", "[13579][26]")),
    *(f"{century}00" for century in ("[02468][048]", "[13579][26]")),
)
# Two digits mean a year from 1980 to 2079, of which every fourth is a leap year.
_ANY_SHORT_YEAR = "[0-9][0-9]"
_SHORT_LEAP_YEARS = ("[02468][048]", "[13579][26]")
_LAYOUT = {
    DateFormat.INT: "{year}{month}{day}",
    DateFormat.TEXT: "{year}{month}{day}",
    DateFormat.ISO: "{year}-{month}-{day}",
    DateFormat.GERMAN: "{day}.{month}.{year}",
    DateFormat.GERMAN_SHORT: "{day}.{month}.{year}",
}
# {0} is YYYYMMDD as a whole number.
_IS_DATE_NUMBER = (
    "{0} BETWEEN 10101 AND 99991231 AND {0} / 100 % 100 BETWEEN 1 AND 12 AND ({0} % 100 BETWEEN 1 AND 28"
    " OR {0} % 100 IN (29, 30) AND {0} / 100 % 100 <> 2"
    " OR {0} % 100 = 31 AND {0} / 100 % 100 IN (1, 3, 5, 7, 8, 10, 12)"
    " OR {0} % 10000 = 229 AND ({0} / 10000 % 4 = 0 AND {0} / 10000 % 100 <> 0 OR {0} / 10000 % 400 = 0))"
)


def undated_number_condition(column: str) -> str:
    """True for the rows whose `column` (SQL of a whole number) is no YYYYMMDD."""
    return f"({column} IS NULL OR NOT ({_IS_DATE_NUMBER.format(column)}))"


def undated_second_condition(column: str) -> str:
    """True for the rows whose `column` (SQL of a number) is no count of seconds since 1970; 0 is none."""
    return f"({column} IS NULL OR NOT ({column} > 0 AND {column} <= {LAST_SECOND}))"


def undated_text_condition(column: str, date_format: DateFormat) -> str:
    """True for the rows whose `column` (SQL of a text) is no date of that form; blanks at its end do not count."""
    text = f"RTRIM({column})"
    matches = " OR ".join(f"{text} LIKE N'{pattern}'" for pattern in date_patterns(date_format))
    tests = [f"{column} IS NULL"]
    if date_format != DateFormat.GERMAN_SHORT:
        tests.append(f"{text} LIKE N'{_LAYOUT[date_format].format(year='0000', month='__', day='__')}'")
    return f"({' OR '.join(tests)} OR NOT ({matches}))"


def date_patterns(date_format: DateFormat) -> tuple[str, ...]:
    """LIKE patterns of which exactly the dates of a text form match one, but for the year 0000."""
    layout, is_short = _LAYOUT[date_format], date_format == DateFormat.GERMAN_SHORT
    any_year = _ANY_SHORT_YEAR if is_short else _ANY_YEAR
    leap_years = _SHORT_LEAP_YEARS if is_short else _LEAP_YEARS
    return (
        *(layout.format(year=any_year, month=month, day=day) for month, day in _MONTH_DAYS),
        *(layout.format(year=year, month="02", day="29") for year in leap_years),
    )
