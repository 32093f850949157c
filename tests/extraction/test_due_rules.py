"""Which days of a center are due in a night: those that are missing, and those looked back at once."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.due_nights import Night
from extraction.due_rules import (
    FIRST_REST,
    HEAL_DAYS,
    LONGEST_REST,
    DueRange,
    Known,
    Try,
    due_days,
    ranges,
    request_key,
    rest_after,
    wanted_days,
)

BEGINS = dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)
NIGHT = Night(dt.date(2026, 11, 23), BEGINS, dt.date(2026, 11, 19), dt.date(2026, 11, 22))
BEFORE, AFTER = BEGINS - dt.timedelta(hours=5), BEGINS + dt.timedelta(minutes=2)
NOW = BEGINS + dt.timedelta(minutes=5)
MINUTE = dt.timedelta(minutes=1)


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def days(first: int, last: int) -> list[dt.date]:
    return [day(number) for number in range(first, last + 1)]


def known(read: dict[dt.date, dt.datetime] | None = None, *tries: Try, since: dt.date | None = None) -> Known:
    return Known(1, read or {}, since, tries)


def failed(
    ended_at: dt.datetime | None, state: str = "failed", cause: str = "refused", first: int = 19, last: int = 22
) -> Try:
    return Try(1, state, cause, day(first), day(last), ended_at)


def test_center_without_slices_gets_the_days_looked_back_at() -> None:
    assert due_days(known(), NIGHT, NOW) == days(19, 22)


def test_day_that_was_read_before_the_night_is_read_once_more() -> None:
    read = dict.fromkeys(days(19, 22), BEFORE)
    assert due_days(known(read), NIGHT, NOW) == days(19, 22)
    assert due_days(known(read | {day(21): AFTER}), NIGHT, NOW) == [*days(19, 20), day(22)]
    assert due_days(known(dict.fromkeys(days(19, 22), AFTER)), NIGHT, NOW) == []


def test_gap_before_the_days_looked_back_at_is_filled() -> None:
    read = dict.fromkeys(days(10, 14), BEFORE) | dict.fromkeys(days(19, 22), AFTER)
    assert due_days(known(read, since=day(10)), NIGHT, NOW) == days(15, 18)


def test_days_before_the_first_slice_and_long_ago_are_nobodys_gap() -> None:
    read = dict.fromkeys(days(17, 18), BEFORE) | dict.fromkeys(days(19, 22), AFTER)
    assert wanted_days(known(read, since=day(17)), NIGHT) == []
    long_ago = known({}, since=dt.date(2026, 10, 1))
    assert wanted_days(long_ago, NIGHT)[0] == day(22) - dt.timedelta(days=HEAL_DAYS)


def test_slice_from_a_clock_that_was_ahead_counts_as_there() -> None:
    future = NOW + dt.timedelta(days=4000)
    assert due_days(known(dict.fromkeys(days(19, 22), future)), NIGHT, NOW) == []


def test_center_in_an_open_run_is_not_due() -> None:
    assert due_days(known({}, failed(None, "running", "", 1, 2)), NIGHT, NOW) == []


@pytest.mark.parametrize(
    ("failures", "rest"), [(0, 10), (1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 240), (5000, 240)]
)
def test_rest_doubles_up_to_four_hours(failures: int, rest: int) -> None:
    assert rest_after(failures) == rest * MINUTE
    assert FIRST_REST <= rest_after(failures) <= LONGEST_REST


def test_center_that_failed_rests() -> None:
    tried = known({}, failed(AFTER))
    assert due_days(tried, NIGHT, AFTER + 9 * MINUTE) == []
    assert due_days(tried, NIGHT, AFTER + 10 * MINUTE) == days(19, 22)
    twice = known({}, failed(AFTER), failed(AFTER + 10 * MINUTE))
    assert due_days(twice, NIGHT, AFTER + 29 * MINUTE) == []
    assert due_days(twice, NIGHT, AFTER + 30 * MINUTE) == days(19, 22)


def test_success_that_left_days_missing_rests_too() -> None:
    """Otherwise a worker whose clock is behind would read the same day each minute."""
    assert due_days(known({}, failed(AFTER, "succeeded", "")), NIGHT, AFTER + MINUTE) == []


def test_center_that_was_left_alone_rests_without_doubling() -> None:
    tries = [failed(AFTER + number * 10 * MINUTE, "failed", "breaker_open") for number in range(4)]
    assert due_days(known({}, *tries), NIGHT, AFTER + 40 * MINUTE) == days(19, 22)


def test_try_of_other_days_does_not_count() -> None:
    assert due_days(known({}, failed(AFTER, first=1, last=2)), NIGHT, AFTER + MINUTE) == days(19, 22)


def test_center_that_was_skipped_is_due_when_it_can_be_read() -> None:
    assert due_days(known({}, failed(AFTER, "skipped", "no_mapping")), NIGHT, AFTER + MINUTE) == days(19, 22)


def test_run_that_a_person_cancelled_waits_for_the_next_night() -> None:
    tried = known({}, failed(AFTER, "cancelled", "cancelled"))
    assert due_days(tried, NIGHT, AFTER + dt.timedelta(hours=20)) == []


def test_try_dated_by_a_clock_that_was_ahead_does_not_stop_for_ever() -> None:
    assert due_days(known({}, failed(NOW + dt.timedelta(days=900))), NIGHT, NOW) == days(19, 22)
    # A machine beside this one may be a little ahead.
    assert due_days(known({}, failed(NOW + MINUTE)), NIGHT, NOW) == []


def test_centers_that_lack_the_same_days_make_one_run() -> None:
    due = {3: days(19, 22), 1: days(19, 22), 2: [day(22)], 4: []}
    assert ranges(due, {1: 7}) == [
        DueRange(day(22), day(22), (2,), (0,)),
        DueRange(day(19), day(22), (1, 3), (7, 0)),
    ]


def test_latest_days_in_a_row_are_read_first() -> None:
    (found,) = ranges({1: [*days(10, 12), *days(20, 22)]}, {})
    assert (found.first, found.last) == (day(20), day(22))


def test_request_key_changes_with_what_was_tried_and_fits() -> None:
    first = DueRange(day(19), day(22), (1, 2), (0, 0))
    again = DueRange(day(19), day(22), (1, 2), (5, 6))
    keys = {request_key(region, NIGHT, wanted) for region in ("germany", "austria") for wanted in (first, again)}
    assert len(keys) == 4
    assert request_key("germany", NIGHT, first) == request_key("germany", NIGHT, first)
    assert max(map(len, keys)) <= 64


MOMENTS = st.integers(-3000, 3000).map(lambda minutes: BEGINS + minutes * MINUTE)
READ = st.dictionaries(st.sampled_from(days(5, 22)), MOMENTS)
TRIES = st.lists(
    st.builds(
        Try,
        st.integers(1, 99),
        st.sampled_from(["failed", "succeeded", "skipped"]),
        st.sampled_from(["", "refused", "breaker_open"]),
        st.just(day(19)),
        st.just(day(22)),
        st.integers(0, 1400).map(lambda minutes: BEGINS + minutes * MINUTE),
    ),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(READ, TRIES, st.integers(0, 1440), st.sampled_from([None, day(1), day(15)]))
def test_whatever_is_due_is_missing_or_older_than_the_night(
    read: dict[dt.date, dt.datetime], tries: list[Try], minutes: int, since: dt.date | None
) -> None:
    now = BEGINS + minutes * MINUTE
    own = known(read, *tries, since=since)
    wanted, due = wanted_days(own, NIGHT), due_days(own, NIGHT, now)
    assert due in ([], wanted)
    assert all(found not in read or read[found] < BEGINS for found in wanted)
    # Nothing that is looked at stays behind: it is there from this night, or wanted.
    assert all(found in wanted or read[found] >= BEGINS for found in days(19, 22))
    # And nobody rests longer than LONGEST_REST after the last try.
    ended = max((found.ended_at for found in tries if found.ended_at), default=BEGINS)
    assert due_days(own, NIGHT, ended + LONGEST_REST) == wanted


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.integers(1, 9), st.sets(st.sampled_from(days(9, 22))).map(sorted)))
def test_runs_together_read_each_center_once_and_end_at_nothing_due(due: dict[int, list[dt.date]]) -> None:
    left, rounds = {key: list(found) for key, found in due.items()}, 0
    while any(left.values()):
        found = ranges(left, {})
        asked = [center for wanted in found for center in wanted.centers]
        assert sorted(asked) == sorted(key for key, days_left in left.items() if days_left)
        for wanted in found:
            for center in wanted.centers:
                left[center] = [one for one in left[center] if not wanted.first <= one <= wanted.last]
        rounds += 1
        assert rounds <= 14
