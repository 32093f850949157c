"""Source dates."""

import datetime as dt
from decimal import Decimal

import pytest

from extraction.dates import chunks, days, first_second, parse, write
from mappings.enums import DateFormat

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (20261120, DateFormat.INT, DAY),
        (Decimal(20261120), DateFormat.INT, DAY),
        (20261120.0, DateFormat.INT, DAY),
        ("20261120", DateFormat.INT, DAY),
        ("20261120", DateFormat.TEXT, DAY),
        ("20261120  ", DateFormat.TEXT, DAY),
        (20261120, DateFormat.TEXT, DAY),
        ("2026-11-20", DateFormat.ISO, DAY),
        ("20.11.2026", DateFormat.GERMAN, DAY),
        (DAY, DateFormat.DATE, DAY),
        (dt.datetime(2026, 11, 20, 23, 59, 59), DateFormat.DATETIME, DAY),  # noqa: DTZ001
        (dt.datetime(2026, 11, 20), DateFormat.DATE, DAY),  # noqa: DTZ001
        ("20240229", DateFormat.TEXT, dt.date(2024, 2, 29)),
        (None, DateFormat.INT, None),
        (0, DateFormat.INT, None),
        (True, DateFormat.INT, None),
        (20240231, DateFormat.INT, None),
        (2026112, DateFormat.INT, None),
        (Decimal("20261120.5"), DateFormat.INT, None),
        ("", DateFormat.TEXT, None),
        (" 20261120", DateFormat.TEXT, None),
        ("20230229", DateFormat.TEXT, None),
        ("00000101", DateFormat.TEXT, None),
        ("20.11.2026", DateFormat.TEXT, None),
        ("31.02.2024", DateFormat.GERMAN, None),
        ("1.2.2024", DateFormat.GERMAN, None),
        ("2026-11-20 00:00", DateFormat.ISO, None),
        ("20.11.26", DateFormat.GERMAN_SHORT, DAY),
        ("20.11.26  ", DateFormat.GERMAN_SHORT, DAY),
        ("31.12.79", DateFormat.GERMAN_SHORT, dt.date(2079, 12, 31)),
        ("01.01.80", DateFormat.GERMAN_SHORT, dt.date(1980, 1, 1)),
        ("29.02.00", DateFormat.GERMAN_SHORT, dt.date(2000, 2, 29)),
        ("29.02.23", DateFormat.GERMAN_SHORT, None),
        ("20.11.2026", DateFormat.GERMAN_SHORT, None),
        ("20.11.26", DateFormat.GERMAN, None),
        (1_795_132_800, DateFormat.EPOCH, DAY),
        (1_795_219_199, DateFormat.EPOCH, DAY),
        (1_795_219_200, DateFormat.EPOCH, dt.date(2026, 11, 21)),
        (Decimal(1_795_132_800), DateFormat.EPOCH, DAY),
        (1_795_132_800.5, DateFormat.EPOCH, DAY),
        (253_402_300_799, DateFormat.EPOCH, dt.date(9999, 12, 31)),
        (253_402_300_800, DateFormat.EPOCH, None),
        (0, DateFormat.EPOCH, None),
        (-86_400, DateFormat.EPOCH, None),
        (None, DateFormat.EPOCH, None),
        ("1795132800", DateFormat.EPOCH, None),
        ("٢٠٢٦١١٢٠", DateFormat.TEXT, None),
        ("20261120", DateFormat.DATE, None),
        (object(), DateFormat.INT, None),
    ],
)
def test_parse_value_of_each_form(value: object, form: DateFormat, expected: dt.date | None) -> None:
    assert parse(value, form) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (DateFormat.INT, "20261120"),
        (DateFormat.TEXT, "20261120"),
        (DateFormat.ISO, "2026-11-20"),
        (DateFormat.GERMAN, "20.11.2026"),
        (DateFormat.GERMAN_SHORT, "20.11.26"),
    ],
)
def test_write_is_what_parse_reads(form: DateFormat, expected: str) -> None:
    assert write(DAY, form) == expected
    assert parse(expected, form) == DAY


def test_write_of_a_typed_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not written as text"):
        write(DAY, DateFormat.DATE)


@pytest.mark.parametrize("day", [dt.date(1979, 12, 31), dt.date(2080, 1, 1)])
def test_write_of_a_year_that_two_digits_do_not_mean_is_refused(day: dt.date) -> None:
    with pytest.raises(ValueError, match="not written as text"):
        write(day, DateFormat.GERMAN_SHORT)


@pytest.mark.parametrize("day", [dt.date(1970, 1, 2), dt.date(2000, 2, 29), DAY, dt.date(9999, 12, 31)])
def test_first_second_is_what_parse_reads(day: dt.date) -> None:
    assert parse(first_second(day), DateFormat.EPOCH) == day
    assert parse(first_second(day) - 1, DateFormat.EPOCH) in {day - dt.timedelta(days=1), None}


def test_days_include_both_ends() -> None:
    assert list(days(dt.date(2026, 2, 27), dt.date(2026, 3, 1))) == [
        dt.date(2026, 2, 27),
        dt.date(2026, 2, 28),
        dt.date(2026, 3, 1),
    ]


def test_chunks_cover_every_day_once() -> None:
    pieces = list(chunks(dt.date(2026, 1, 1), dt.date(2026, 1, 10), 4))
    assert pieces == [
        (dt.date(2026, 1, 1), dt.date(2026, 1, 4)),
        (dt.date(2026, 1, 5), dt.date(2026, 1, 8)),
        (dt.date(2026, 1, 9), dt.date(2026, 1, 10)),
    ]
