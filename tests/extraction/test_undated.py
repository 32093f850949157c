"""The LIKE patterns that tell dates from other values agree with the calendar."""

import datetime as dt
import re
import sqlite3
from functools import cache

import pytest

from extraction.dates import parse, write
from extraction.undated import date_patterns, undated_condition
from mappings.enums import DateFormat

FORMS = [DateFormat.INT, DateFormat.TEXT, DateFormat.ISO, DateFormat.GERMAN]


@cache
def _expression(form: DateFormat) -> re.Pattern[str]:
    # A character class is the same in LIKE and in a regular expression.
    return re.compile("|".join(pattern.replace(".", r"\.") for pattern in date_patterns(form)))


def _matches(text: str, form: DateFormat) -> bool:
    return _expression(form).fullmatch(text) is not None


@pytest.mark.parametrize("form", FORMS)
def test_every_day_of_the_calendar_matches(form: DateFormat) -> None:
    day = dt.date(1896, 1, 1)
    while day < dt.date(2105, 1, 1):
        assert _matches(write(day, form), form), day
        day += dt.timedelta(days=1)


@pytest.mark.parametrize("year", [1900, 2000, 2023, 2024, 2100])
def test_every_combination_of_digits_is_judged_like_the_calendar(year: int) -> None:
    for rest in range(10_000):
        text = f"{year}{rest:04d}"
        assert _matches(text, DateFormat.TEXT) == (parse(text, DateFormat.TEXT) is not None), text


def test_condition_of_a_typed_column_is_null_only() -> None:
    assert undated_condition("k.[DATUM]", DateFormat.DATE) == "k.[DATUM] IS NULL"
    assert undated_condition("k.[DATUM]", DateFormat.DATETIME) == "k.[DATUM] IS NULL"


@pytest.mark.parametrize(
    ("value", "is_undated"),
    [(None, 1), (0, 1), (20240231, 1), (101, 1), ("00000101", 1), (20240229, 0), (20261120, 0), ("20261120 ", 0)],
)
def test_condition_as_sql(value: object, is_undated: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.create_function("LIKE_TSQL", 2, lambda pattern, text: _tsql_like(text, pattern))
    condition = undated_condition("?1", DateFormat.INT).replace("AS NVARCHAR(30)", "AS TEXT")
    condition = re.sub(r"(RTRIM\(CAST\(\?1 AS TEXT\)\)) LIKE N('[^']*')", r"LIKE_TSQL(\2, \1)", condition)
    assert connection.execute(f"SELECT {condition}", (value,)).fetchone()[0] == is_undated
    connection.close()


def _tsql_like(text: str | None, pattern: str) -> bool | None:
    return None if text is None else re.fullmatch(pattern.replace(".", r"\.").replace("_", "."), text) is not None
