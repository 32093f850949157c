"""The SQL conditions that tell dates from other values agree with the calendar."""
# ruff: noqa: S608 # the condition under test

import datetime as dt
import re
import sqlite3
from functools import cache

import pytest

from extraction.dates import days, parse, write
from extraction.undated import (
    date_patterns,
    undated_number_condition,
    undated_second_condition,
    undated_text_condition,
)
from mappings.enums import DateFormat

FORMS = [DateFormat.INT, DateFormat.TEXT, DateFormat.ISO, DateFormat.GERMAN]
YEARS = [1900, 2000, 2023, 2024, 2100]


SHORT_DAYS = (dt.date(1980, 1, 1), dt.date(2079, 12, 31))


@cache
def _expression(form: DateFormat) -> re.Pattern[str]:
    # A character class is the same in LIKE and in a regular expression.
    return re.compile("|".join(pattern.replace(".", r"\.") for pattern in date_patterns(form)))


def _matches(text: str, form: DateFormat) -> bool:
    return _expression(form).fullmatch(text) is not None


@pytest.mark.parametrize("form", FORMS)
def test_every_day_matches_a_pattern(form: DateFormat) -> None:
    for day in days(dt.date(1896, 1, 1), dt.date(2104, 12, 31)):
        assert _matches(write(day, form), form), day


def test_every_day_with_a_short_year_matches_a_pattern() -> None:
    for day in days(*SHORT_DAYS):
        assert _matches(write(day, DateFormat.GERMAN_SHORT), DateFormat.GERMAN_SHORT), day


@pytest.mark.parametrize("year", ["00", "23", "24", "79", "80", "99"])
def test_every_short_combination_is_judged_like_the_calendar(year: str) -> None:
    for rest in range(10_000):
        text = f"{rest // 100:02d}.{rest % 100:02d}.{year}"
        assert _matches(text, DateFormat.GERMAN_SHORT) == (parse(text, DateFormat.GERMAN_SHORT) is not None), text


@pytest.mark.parametrize("year", YEARS)
def test_every_combination_of_digits_is_judged_like_the_calendar(year: int) -> None:
    for rest in range(10_000):
        text = f"{year}{rest:04d}"
        assert _matches(text, DateFormat.TEXT) == (parse(text, DateFormat.TEXT) is not None), text


def test_every_number_is_judged_like_the_calendar() -> None:
    numbers = [year * 10_000 + rest for year in YEARS for rest in range(10_000)]
    edges = [0, -1, 101, 10100, 10101, 10132, 2026112, 202611200, 99991231, 99991232, 2_147_483_647, -20261120]
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE k (d INTEGER)")
    connection.executemany("INSERT INTO k VALUES (?)", [(number,) for number in [*numbers, *edges, None]])
    undated = {row[0] for row in connection.execute(f"SELECT d FROM k WHERE {undated_number_condition('d')}")}
    connection.close()
    # A number has no leading zeros, but 0001-01-01 is 10101 and a date all the same.
    dated = {number for number in [*numbers, *edges] if number > 0 and parse(f"{number:08d}", DateFormat.INT)}
    assert undated == {*numbers, *edges, None} - dated


def test_every_second_is_judged_like_parse() -> None:
    seconds = [None, -1, 0, 1, 86_399, 1_795_132_800, 253_402_300_799, 253_402_300_800]
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE k (d INTEGER)")
    connection.executemany("INSERT INTO k VALUES (?)", [(second,) for second in seconds])
    undated = {row[0] for row in connection.execute(f"SELECT d FROM k WHERE {undated_second_condition('d')}")}
    connection.close()
    assert undated == {second for second in seconds if parse(second, DateFormat.EPOCH) is None}


@pytest.mark.parametrize(
    ("form", "value", "is_undated"),
    [
        (DateFormat.TEXT, None, 1),
        (DateFormat.TEXT, "", 1),
        (DateFormat.TEXT, "0", 1),
        (DateFormat.TEXT, "20240231", 1),
        (DateFormat.TEXT, "00000101", 1),
        (DateFormat.TEXT, " 20261120", 1),
        (DateFormat.TEXT, "20240229", 0),
        (DateFormat.TEXT, "20261120", 0),
        (DateFormat.TEXT, "20261120 ", 0),
        (DateFormat.ISO, "2026-11-20  ", 0),
        (DateFormat.ISO, "2026-02-29", 1),
        (DateFormat.ISO, "0000-01-01", 1),
        (DateFormat.GERMAN, "01.01.0000", 1),
        (DateFormat.GERMAN_SHORT, "20.11.26", 0),
        (DateFormat.GERMAN_SHORT, "20.11.26  ", 0),
        (DateFormat.GERMAN_SHORT, "29.02.00", 0),
        (DateFormat.GERMAN_SHORT, "31.02.24", 1),
        (DateFormat.GERMAN_SHORT, "20.11.2026", 1),
        (DateFormat.GERMAN_SHORT, None, 1),
    ],
)
def test_text_condition_as_sql(form: DateFormat, value: str | None, is_undated: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.create_function("LIKE_TSQL", 2, _tsql_like)
    condition = undated_text_condition("?1", form)
    condition = re.sub(r"(RTRIM\(\?1\)) LIKE N('[^']*')", r"LIKE_TSQL(\1, \2)", condition)
    assert connection.execute(f"SELECT {condition}", (value,)).fetchone()[0] == is_undated
    connection.close()


def _tsql_like(text: str | None, pattern: str) -> bool | None:
    return None if text is None else re.fullmatch(pattern.replace(".", r"\.").replace("_", "."), text) is not None
