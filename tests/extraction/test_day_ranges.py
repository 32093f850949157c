"""Days as ranges, as texts and as answers."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.day_ranges import MOST_READ_ALONG, DayRange, answers, days_of, ranges_of, read_ranges, write_ranges
from tests.extraction.builders import FRIDAY, MONDAY

DAY = dt.timedelta(days=1)
some_days = st.sets(st.dates(dt.date(2027, 12, 1), dt.date(2028, 3, 31)), max_size=60)


def _days(text: str) -> list[dt.date]:
    """The days of November 2026."""
    return [dt.date(2026, 11, int(number)) for number in text.split()]


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ("", ""),
        ("20", "2026-11-20"),
        ("16 17 18", "2026-11-16..2026-11-18"),
        ("20 16 18 17 16", "2026-11-16..2026-11-18 2026-11-20"),
    ],
)
def test_ranges_as_text(days: str, text: str) -> None:
    assert write_ranges(ranges_of(_days(days))) == text


@given(some_days)
def test_text_comes_back_as_the_same_days(days: set[dt.date]) -> None:
    ranges = ranges_of(days)
    assert read_ranges(write_ranges(ranges)) == ranges
    assert list(days_of(ranges)) == sorted(days)
    assert all(later.first - earlier.last > DAY for earlier, later in pairwise(ranges))


@pytest.mark.parametrize(
    ("days", "most", "expected"),
    [
        # A weekend is read along, four days are not.
        ("16 17 18 19 20 23 24", 31, [("16", "24")]),
        ("16 20", 31, [("16", "20")]),
        ("16 21", 31, [("16", "16"), ("21", "21")]),
        # An answer is no longer than it may be.
        ("16 17 18 19 20", 2, [("16", "17"), ("18", "19"), ("20", "20")]),
        ("16 17 19 20", 4, [("16", "17"), ("19", "20")]),
        ("16 17 19 20", 5, [("16", "20")]),
        ("16 18", 1, [("16", "16"), ("18", "18")]),
        ("", 31, []),
    ],
)
def test_answers(days: str, most: int, expected: list[tuple[str, str]]) -> None:
    found = answers(ranges_of(_days(days)), most)
    assert found == [DayRange(_days(first)[0], _days(last)[0]) for first, last in expected]


@given(some_days, st.integers(1, 40))
def test_answers_hold_every_day_once_and_few_others(days: set[dt.date], most: int) -> None:
    found = answers(ranges_of(days), most)
    read = [day for answer in found for day in days_of([answer])]
    assert len(read) == len(set(read))
    assert set(read) >= days
    assert all(1 <= (answer.last - answer.first).days + 1 <= most for answer in found)
    along = ranges_of(set(read) - days)
    assert all((part.last - part.first).days + 1 <= MOST_READ_ALONG for part in along)
    assert {answer.last for answer in found} <= days


def test_range_knows_its_days() -> None:
    week = DayRange(MONDAY, FRIDAY)
    assert [day in week for day in (MONDAY - DAY, MONDAY, FRIDAY, FRIDAY + DAY)] == [False, True, True, False]
