"""What people are told of a cause that comes, grows, wavers and goes: by table, and for every course of events."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.alert_causes import RULES, AlertCause, AlertPhase, AlertSeverity, ChangeKind, Rule
from extraction.alerts.steps import GROWTH_REST, MOST_RETURNS, Standing, returns_of, step

BEGIN = dt.datetime(2026, 11, 29, 2, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
SLOW = Rule(AlertSeverity.WARNING, 5 * MINUTE, 10 * MINUTE)
QUICK = Rule(AlertSeverity.CRITICAL, 0 * MINUTE, 0 * MINUTE)
FLAT = Rule(AlertSeverity.WARNING, 0 * MINUTE, 10 * MINUTE, grows=False)
Told = list[tuple[int, str, int]]


@dataclass
class Course:
    """One alert over time, a look each minute; what was told, with minute, kind and value."""

    rule: Rule
    returns: int = 0

    def __post_init__(self) -> None:
        self.standing: Standing | None = None
        self.told: Told = []

    def look(self, minute: int, value: int) -> None:
        made = step(self.standing, value, BEGIN + minute * MINUTE, self.rule, returns=self.returns)
        if made.change is not None:
            assert made.after is not None
            self.told.append((minute, made.change.value, made.after.value))
        closed = made.after is not None and made.after.phase is AlertPhase.CLOSED
        self.standing = None if closed else made.after

    def run(self, values: list[int]) -> Told:
        for minute, value in enumerate(values):
            self.look(minute, value)
        return self.told


COURSES: list[tuple[str, Rule, list[int], Told]] = [
    ("nothing", SLOW, [0] * 30, []),
    ("a moment", SLOW, [3, 0, 0], []),
    ("just too short", SLOW, [3] * 5 + [0] * 20, []),
    ("just long enough", SLOW, [3] * 6, [(5, "opened", 3)]),
    ("it goes on", SLOW, [3] * 60, [(5, "opened", 3)]),
    ("told as it is then", SLOW, [3, 4, 5, 6, 7, 8], [(5, "opened", 8)]),
    ("twice too short", SLOW, [3] * 4 + [0] + [3] * 4 + [0], []),
    ("at once", QUICK, [2], [(0, "opened", 2)]),
    ("at once there and gone", QUICK, [2, 0], [(0, "opened", 2), (1, "closed", 0)]),
    ("there, gone and there", QUICK, [2, 0, 2], [(0, "opened", 2), (1, "closed", 0), (2, "opened", 2)]),
    ("gone for too short", SLOW, [3] * 6 + [0] * 10, [(5, "opened", 3)]),
    ("gone for long enough", SLOW, [3] * 6 + [0] * 11, [(5, "opened", 3), (16, "closed", 0)]),
    ("gone for good", SLOW, [3] * 6 + [0] * 90, [(5, "opened", 3), (16, "closed", 0)]),
    ("a gap is no end", SLOW, [3] * 6 + [0] * 5 + [3] * 60, [(5, "opened", 3)]),
    ("after a gap the wait is twice as long", SLOW, [3] * 6 + [0, 3] + [0] * 20, [(5, "opened", 3)]),
    ("and then it ends", SLOW, [3] * 6 + [0, 3] + [0] * 21, [(5, "opened", 3), (28, "closed", 0)]),
    ("a flapping one", SLOW, [3] * 6 + [0, 3] * 100, [(5, "opened", 3)]),
    ("growth within its rest", SLOW, [10] * 6 + [40] * 20, [(5, "opened", 10)]),
    ("growth after its rest", SLOW, [10] * 6 + [40] * 40, [(5, "opened", 10), (35, "grew", 40)]),
    ("growth once", SLOW, [10] * 6 + [40] * 200, [(5, "opened", 10), (35, "grew", 40)]),
    ("growth twice", SLOW, [10] * 40 + [20] * 40 + [30] * 40, [(5, "opened", 10), (40, "grew", 20), (80, "grew", 30)]),
    ("too little growth for its size", SLOW, [100] * 40 + [149] * 40, [(5, "opened", 100)]),
    ("enough for its size", SLOW, [100] * 40 + [150] * 40, [(5, "opened", 100), (40, "grew", 150)]),
    ("two more are too few", SLOW, [1] * 40 + [3] * 40, [(5, "opened", 1)]),
    ("three more are enough", SLOW, [1] * 40 + [4] * 40, [(5, "opened", 1), (40, "grew", 4)]),
    ("shrinking is no news", SLOW, [10] * 40 + [2] * 40, [(5, "opened", 10)]),
    ("nor is growing back", SLOW, [10] * 40 + [2] * 40 + [10] * 40, [(5, "opened", 10)]),
    ("growth right after a gap", SLOW, [10] * 40 + [0] * 3 + [30], [(5, "opened", 10), (43, "grew", 30)]),
    ("what does not count", FLAT, [10] * 40 + [90] * 40, [(0, "opened", 10)]),
]


@pytest.mark.parametrize(("rule", "values", "told"), [row[1:] for row in COURSES], ids=[row[0] for row in COURSES])
def test_courses(rule: Rule, values: list[int], told: Told) -> None:
    assert Course(rule).run(values) == told


@pytest.mark.parametrize("returns", range(MOST_RETURNS + 1))
def test_what_returned_often_must_be_gone_for_longer(returns: int) -> None:
    wait = 10 * 2**returns
    assert Course(SLOW, returns).run([3] * 6 + [0] * (wait + 30)) == [(5, "opened", 3), (6 + wait, "closed", 0)]


@pytest.mark.parametrize(
    ("minutes_ago", "before", "after"), [(None, 3, 0), (361, 3, 0), (360, 0, 1), (0, 2, 3), (1, MOST_RETURNS, 5)]
)
def test_returns_are_inherited_for_some_hours(minutes_ago: int | None, before: int, after: int) -> None:
    closed_at = None if minutes_ago is None else BEGIN - minutes_ago * MINUTE
    assert returns_of(closed_at, before, BEGIN) == after


def test_a_clock_that_goes_backwards_tells_nothing() -> None:
    course = Course(SLOW)
    course.look(30, 3)
    course.look(0, 3)
    assert (course.told, course.standing is not None) == ([], True)


VALUES = st.lists(st.integers(0, 12), max_size=400)
# Runs of one value, for something to happen at all.
STRETCHES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 90)), max_size=25).map(
    lambda parts: [value for value, length in parts for _minute in range(length)]
)


@given(st.one_of(VALUES, STRETCHES), st.sampled_from([*RULES.values(), SLOW, QUICK, FLAT]), st.integers(0, 5))
def test_every_opening_has_one_end_and_nothing_is_told_twice(values: list[int], rule: Rule, returns: int) -> None:
    course = Course(rule, returns)
    course.run([*values, *[0] * 2000])

    is_open, last_growth, told_value = False, None, 0
    for minute, kind, value in course.told:
        assert (kind == ChangeKind.OPENED) is not is_open
        if kind == ChangeKind.CLOSED:
            is_open = False
            continue
        if kind == ChangeKind.GREW:
            assert value > told_value
            assert last_growth is None or (minute - last_growth) * MINUTE >= GROWTH_REST
        assert value > 0
        is_open, last_growth, told_value = True, minute, value
    # After a day of nothing all is over.
    assert (is_open, course.standing) == (False, None)


@given(STRETCHES)
def test_between_two_ends_lies_a_wait(values: list[int]) -> None:
    ends = [minute for minute, kind, _value in Course(SLOW).run([*values, *[0] * 400]) if kind == ChangeKind.CLOSED]
    assert all(later - earlier >= 15 for earlier, later in pairwise(ends))


def test_every_cause_has_a_rule() -> None:
    assert set(RULES) == set(AlertCause)
