"""When nights begin: in the region's own time zone, also when clocks are changed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.due_nights import Timing, first_moment, next_night, night_at, night_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "Europe/Zurich", "Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]
SECOND = dt.timedelta(seconds=1)


def wall(date: str) -> dt.datetime:
    return dt.datetime.fromisoformat(date)


# Around changes of the clocks, and at any other time.
MOMENTS = st.one_of(
    st.datetimes(wall("2026-03-27"), wall("2026-04-06")),
    st.datetimes(wall("2026-10-03"), wall("2026-11-02")),
    st.datetimes(wall("2011-12-25"), wall("2030-01-01")),
).map(lambda moment: moment.replace(microsecond=0))


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def timing(starts_at: str = "02:30", look_back: int = 3, zone: str = "Europe/Berlin") -> Timing:
    return Timing(ZoneInfo(zone), dt.time.fromisoformat(starts_at), look_back)


@pytest.mark.parametrize(
    ("date", "begins"),
    [
        ("2026-11-23", "2026-11-23T01:30"),
        ("2026-07-01", "2026-07-01T00:30"),
        # 2:00 becomes 3:00: half past two has passed as soon as the clocks show three.
        ("2026-03-29", "2026-03-29T01:00"),
        # 3:00 becomes 2:00: the first half past two.
        ("2026-10-25", "2026-10-25T00:30"),
    ],
)
def test_night_begins_at_the_wall_time_of_its_region(date: str, begins: str) -> None:
    assert night_of(dt.date.fromisoformat(date), timing()).begins == utc(begins)


def test_region_in_another_zone_begins_at_another_moment() -> None:
    assert night_of(dt.date(2026, 11, 23), timing(zone="Europe/London")).begins == utc("2026-11-23T02:30")


def test_night_reads_yesterday_and_the_days_looked_back_at() -> None:
    night = night_of(dt.date(2026, 11, 23), timing(look_back=3))
    assert (night.first, night.last) == (dt.date(2026, 11, 19), dt.date(2026, 11, 22))
    night = night_of(dt.date(2026, 11, 23), timing(look_back=0))
    assert (night.first, night.last) == (dt.date(2026, 11, 22), dt.date(2026, 11, 22))


@pytest.mark.parametrize(
    ("now", "date"),
    [
        ("2026-11-23T01:29:59", "2026-11-22"),
        ("2026-11-23T01:30:00", "2026-11-23"),
        ("2026-11-24T01:29:59", "2026-11-23"),
        # Local midnight has come, the start has not.
        ("2026-11-23T23:30:00", "2026-11-23"),
        # The doubled hour shows a time before the start once more; the night goes on.
        ("2026-10-25T00:45:00", "2026-10-25"),
        ("2026-10-25T01:10:00", "2026-10-25"),
    ],
)
def test_night_lasts_until_the_next_one_begins(now: str, date: str) -> None:
    assert night_at(utc(now), timing()).date == dt.date.fromisoformat(date)


@pytest.mark.parametrize(
    ("now", "date"), [("2026-11-23T01:29:59", "2026-11-23"), ("2026-11-23T01:30:00", "2026-11-24")]
)
def test_next_night_is_the_first_that_has_not_begun(now: str, date: str) -> None:
    assert next_night(utc(now), timing()).date == dt.date.fromisoformat(date)


@settings(max_examples=300, deadline=None)
@given(MOMENTS, st.sampled_from(ZONES))
def test_first_moment_is_exact(shown: dt.datetime, name: str) -> None:
    zone = ZoneInfo(name)
    moment = first_moment(shown, zone)
    assert moment.astimezone(zone).replace(tzinfo=None) >= shown
    assert (moment - SECOND).astimezone(zone).replace(tzinfo=None) < shown


@settings(max_examples=300, deadline=None)
@given(MOMENTS, st.times().map(lambda time: time.replace(microsecond=0)), st.sampled_from(ZONES))
def test_each_moment_belongs_to_one_night(moment: dt.datetime, starts_at: dt.time, name: str) -> None:
    now, own = moment.replace(tzinfo=dt.UTC), Timing(ZoneInfo(name), starts_at, 3)
    night, following = night_at(now, own), next_night(now, own)
    assert night.begins <= now < following.begins
    assert night_at(following.begins, own) == following
    # A night before this one has begun before it, or at the same moment where a whole day is skipped.
    assert night_of(night.date - dt.timedelta(days=1), own).begins <= night.begins


@settings(max_examples=50, deadline=None)
@given(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)), st.times().map(lambda time: time.replace(microsecond=0)))
def test_nights_are_about_a_day_long(date: dt.date, starts_at: dt.time) -> None:
    own = Timing(BERLIN, starts_at, 3)
    length = night_of(date + dt.timedelta(days=1), own).begins - night_of(date, own).begins
    assert dt.timedelta(hours=23) <= length <= dt.timedelta(hours=25)
