"""The rules that give a slice its state."""

import datetime as dt

import pytest

from centers.opening import OpeningDays
from extraction.slice_states import HISTORY_DAYS, NOTHING, SliceState, is_fewer, states_of, usual_count

FAILED, HELD, UNUSUAL, MISSING, RUNNING, EMPTY, LANDED, CLOSED, PAUSED, DELETED = SliceState


def _weeks(count: int, *, weekdays: int = 5) -> list[int]:
    """Eight weeks from a Monday on, with `count` entries on each weekday and nothing on weekends."""
    return ([count] * weekdays + [NOTHING] * (7 - weekdays)) * 8


def _states(counts: list[int], monday: str, area: str = "", **facts: object) -> list[SliceState]:
    """The states of the days from `monday` on, after eight weeks of 30 entries on each weekday."""
    first = dt.date.fromisoformat(monday)
    assert first.weekday() == 0
    start = first - dt.timedelta(days=HISTORY_DAYS)
    closed = OpeningDays(area).closed_days(start, first + dt.timedelta(days=len(counts) - 1))
    return states_of([*_weeks(30), *counts], closed, **facts)  # type: ignore[arg-type]


def test_week_with_its_weekend() -> None:
    counts = [31, 16, 15, 14, 0, NOTHING, NOTHING]
    assert _states(counts, "2026-11-16") == [LANDED, LANDED, LANDED, UNUSUAL, UNUSUAL, CLOSED, CLOSED]


def test_absent_days() -> None:
    attempts = {HISTORY_DAYS: "failed", HISTORY_DAYS + 1: "running", HISTORY_DAYS + 2: "queued"}
    attempts |= {HISTORY_DAYS + 3: "skipped", HISTORY_DAYS + 5: "failed", HISTORY_DAYS + 6: "cancelled"}
    states = _states([NOTHING] * 7, "2026-11-16", attempts=attempts)
    assert states == [FAILED, RUNNING, RUNNING, MISSING, MISSING, FAILED, CLOSED]


def test_paused_center_lacks_nothing_and_keeps_what_landed() -> None:
    attempts = {HISTORY_DAYS: "failed"}
    states = _states([NOTHING, 30, NOTHING], "2026-11-16", attempts=attempts, is_paused=True)
    assert states == [PAUSED, LANDED, PAUSED]


def test_held_day_is_held_whatever_landed_before() -> None:
    held = {HISTORY_DAYS, HISTORY_DAYS + 1}
    assert _states([30, NOTHING, 30], "2026-11-16", held=held) == [HELD, HELD, LANDED]


def test_accepted_day_is_what_it_says() -> None:
    accepted = {HISTORY_DAYS, HISTORY_DAYS + 1}
    assert _states([0, 3, 0], "2026-11-16", accepted=accepted) == [EMPTY, LANDED, UNUSUAL]


def test_slice_that_landed_hides_a_later_failure() -> None:
    assert _states([30, 0], "2026-11-16", attempts={HISTORY_DAYS: "failed", HISTORY_DAYS + 1: "failed"}) == [
        LANDED,
        UNUSUAL,
    ]


def test_work_on_a_closed_day_is_shown_as_it_landed() -> None:
    assert _states([30] * 5 + [4, 0], "2026-11-16")[5:] == [LANDED, CLOSED]


@pytest.mark.parametrize(
    ("area", "states"),
    [
        # Monday and Tuesday, 5 and 6 January 2026: Epiphany is one in Bavaria and Vienna only.
        ("DE-BY", [UNUSUAL, CLOSED]),
        ("AT-9", [UNUSUAL, CLOSED]),
        ("CH-ZH", [UNUSUAL, UNUSUAL]),
        ("", [UNUSUAL, UNUSUAL]),
    ],
)
def test_empty_day_is_closed_where_it_is_a_holiday(area: str, states: list[SliceState]) -> None:
    assert _states([0, 0], "2026-01-05", area) == states


@pytest.mark.parametrize(
    ("area", "states"),
    [
        # Thursday 24 December 2026 to Monday 28.
        ("DE-BY", [MISSING, CLOSED, CLOSED, CLOSED, MISSING]),
        ("AT-9", [MISSING, CLOSED, CLOSED, CLOSED, MISSING]),
        ("CH-ZH", [MISSING, CLOSED, CLOSED, CLOSED, MISSING]),
        ("", [MISSING, MISSING, CLOSED, CLOSED, MISSING]),
    ],
)
def test_missing_days_over_christmas(area: str, states: list[SliceState]) -> None:
    assert _states([NOTHING] * 8, "2026-12-21", area)[3:] == states


def test_year_end() -> None:
    states = _states([NOTHING] * 14, "2026-12-28", "DE-BY")
    assert states[:7] == [MISSING, MISSING, MISSING, MISSING, CLOSED, CLOSED, CLOSED]
    assert states[7:] == [MISSING, MISSING, CLOSED, MISSING, MISSING, CLOSED, CLOSED]


def test_leap_day_is_missing_like_any_tuesday() -> None:
    assert _states([30, NOTHING, 30], "2028-02-28") == [LANDED, MISSING, LANDED]


@pytest.mark.parametrize("monday", ["2026-03-23", "2026-10-19"])
def test_weeks_around_a_change_of_the_clock_have_seven_days_each(monday: str) -> None:
    week = [30, 30, 30, 30, 0, NOTHING, NOTHING]
    expected = [LANDED] * 4 + [UNUSUAL] + [CLOSED] * 2
    assert _states(week + week, monday) == expected + [LANDED] * 4 + [UNUSUAL] + [CLOSED] * 2


def test_holidays_do_not_lower_what_is_usual() -> None:
    """Seven empty Mondays would make a Monday without entries usual, but they were closing days."""
    counts = [count if number % 7 else 0 for number, count in enumerate(_weeks(30))]
    closed = [number % 7 == 0 or number % 7 > 4 for number in range(HISTORY_DAYS)]
    assert states_of([*counts, 0], [*closed, False]) == [UNUSUAL]
    assert states_of([*counts, 0], [*([False] * HISTORY_DAYS), False]) == [EMPTY]


def test_usual_is_the_median_of_the_same_weekday() -> None:
    past = _weeks(30)
    past[::7] = [2, 4, 6, 8, 10, 12, 14, 16]
    assert usual_count(past) == 10


def test_few_weekdays_are_helped_out_by_the_last_four_weeks() -> None:
    past = [NOTHING] * HISTORY_DAYS
    assert usual_count(past) is None
    past[-3:] = [20, 40, 30]
    assert usual_count(past) == 30
    past[::7] = [7, 8, 9] + [NOTHING] * 5
    assert usual_count(past) == 8


@pytest.mark.parametrize(
    ("usual", "count", "expected"),
    [
        (None, 0, False),
        (0, 0, False),
        (1, 0, True),
        (20, 1, False),
        (21, 10, True),
        (21, 11, False),
        (40, 20, False),
        (40, 19, True),
        (30, 90, False),
    ],
)
def test_fewer_is_none_or_less_than_half_of_more_than_twenty(usual: int | None, count: int, *, expected: bool) -> None:
    assert is_fewer(usual, count) is expected


def test_day_without_entries_is_never_fine_where_nothing_ever_came() -> None:
    """The first slice of a center, and each further one, until one has entries or a person accepts it."""
    nothing, weekday = [NOTHING] * HISTORY_DAYS, [False] * (HISTORY_DAYS + 1)
    assert states_of([*nothing, 0], weekday) == [UNUSUAL]
    assert states_of([*nothing, 1], weekday) == [LANDED]
    assert states_of([*_weeks(0), 0], weekday) == [UNUSUAL]
    assert states_of([*_weeks(0), 0], weekday, accepted={HISTORY_DAYS}) == [EMPTY]
    assert states_of([*_weeks(0), 0], [*([False] * HISTORY_DAYS), True]) == [CLOSED]


def test_weekday_on_which_a_practice_never_works_is_fine() -> None:
    """Wednesdays have nothing, the other days have."""
    counts = [0 if number % 7 == 2 else count for number, count in enumerate(_weeks(30))]
    assert states_of([*counts, 30, 30, 0], [False] * (HISTORY_DAYS + 3)) == [LANDED, LANDED, EMPTY]
    assert states_of([*counts, 30, 0, 30], [False] * (HISTORY_DAYS + 3)) == [LANDED, UNUSUAL, LANDED]


def test_quick_way_and_median_agree() -> None:
    """Every count against every kind of past: skipping the median must change nothing."""
    for past in (_weeks(30), _weeks(0), _weeks(1), [NOTHING] * HISTORY_DAYS, [NOTHING] * 50 + [40] * 6):
        for count in range(1, 62):
            usual = is_fewer(usual_count(past), count)
            assert states_of([*past, count], [False] * (HISTORY_DAYS + 1)) == [UNUSUAL if usual else LANDED]
