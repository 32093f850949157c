"""Quiet hours, also in the two nights in which the clocks are changed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.alerts.quiet import QuietHours, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(dt.time(22), dt.time(6), "Europe/Berlin")
LUNCH = QuietHours(dt.time(12), dt.time(13, 30), "Europe/Berlin")


def local(text: str, fold: int = 0) -> dt.datetime:
    # In UTC: Python calls no moment of another zone equal to one that comes twice.
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (None, "2026-11-20T03:00", None),
        (NIGHT, "2026-11-20T21:59", None),
        (NIGHT, "2026-11-20T22:00", "2026-11-21T06:00"),
        (NIGHT, "2026-11-20T23:59", "2026-11-21T06:00"),
        (NIGHT, "2026-11-21T00:00", "2026-11-21T06:00"),
        (NIGHT, "2026-11-21T05:59", "2026-11-21T06:00"),
        (NIGHT, "2026-11-21T06:00", None),
        (NIGHT, "2026-12-31T23:00", "2027-01-01T06:00"),
        (LUNCH, "2026-11-20T11:59", None),
        (LUNCH, "2026-11-20T12:00", "2026-11-20T13:30"),
        (LUNCH, "2026-11-20T13:30", None),
        # The clocks go from two to three, and from three back to two.
        (NIGHT, "2027-03-27T22:30", "2027-03-28T06:00"),
        (NIGHT, "2027-03-28T03:10", "2027-03-28T06:00"),
        (NIGHT, "2026-10-24T22:30", "2026-10-25T06:00"),
        (QuietHours(dt.time(8), dt.time(8), "Europe/Berlin"), "2026-11-20T09:00", None),
    ],
)
def test_when_they_end(hours: QuietHours | None, now: str, until: str | None) -> None:
    assert quiet_until(hours, local(now)) == (None if until is None else local(until))


def test_the_night_lasts_seven_and_nine_hours_when_the_clocks_change() -> None:
    for evening, length in (("2027-03-27T22:00", 7), ("2026-10-24T22:00", 9), ("2026-11-20T22:00", 8)):
        ends = quiet_until(NIGHT, local(evening))
        assert ends is not None
        assert ends - local(evening) == dt.timedelta(hours=length)


def test_an_hour_that_is_missing_ends_with_the_next_one() -> None:
    hours = QuietHours(dt.time(22), dt.time(2, 30), "Europe/Berlin")
    assert quiet_until(hours, local("2027-03-28T01:59")) == local("2027-03-28T03:30")
    assert quiet_until(hours, local("2027-03-28T03:00")) is None


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    hours = QuietHours(dt.time(22), dt.time(2, 30), "Europe/Berlin")
    assert quiet_until(hours, local("2026-10-25T02:10")) == local("2026-10-25T02:30")
    assert quiet_until(hours, local("2026-10-25T02:10", fold=1)) == local("2026-10-25T02:30", fold=1)


TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@given(TIMES, TIMES, st.integers(0, 2 * 365 * 24 * 60))
def test_they_end_within_a_day_and_later_than_now(begins: dt.time, ends: dt.time, minutes: int) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    hours = QuietHours(begins, ends, "Europe/Berlin")
    until = quiet_until(hours, moment)
    if until is not None:
        assert dt.timedelta(0) < until - moment <= dt.timedelta(hours=25)
