"""Which days a center is closed: weekends, holidays that differ between states and cantons, closing days."""

import datetime as dt

import holidays
import pytest
from django.utils import translation

from centers.opening import ClosedFor, Closure, OpeningDays
from centers.public_holidays import AREAS, holiday_name
from tests.centers.makers import make_center

BAVARIA, VIENNA, ZURICH = (OpeningDays(area) for area in ("DE-BY", "AT-9", "CH-ZH"))


def _closed(day: str) -> list[bool]:
    return [opening.closure(dt.date.fromisoformat(day)) is not None for opening in (BAVARIA, VIENNA, ZURICH)]


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2026-01-01", [True, True, True]),  # New Year
        ("2026-01-06", [True, True, False]),  # Epiphany
        ("2026-04-03", [True, False, True]),  # Good Friday
        ("2026-05-01", [True, True, True]),  # Labour Day
        ("2026-06-04", [True, True, False]),  # Corpus Christi
        ("2027-10-26", [False, True, False]),  # Austria's national day
        ("2024-08-01", [False, False, True]),  # Switzerland's national day
        ("2025-10-03", [True, False, False]),  # German unity
        ("2026-12-08", [False, True, False]),  # Immaculate Conception
        ("2026-12-24", [False, False, False]),
        ("2026-12-25", [True, True, True]),
        ("2026-12-31", [False, False, False]),
        ("2026-11-21", [True, True, True]),  # a Saturday
        ("2026-11-20", [False, False, False]),
    ],
)
def test_holidays_differ_between_bavaria_vienna_and_zurich(day: str, closed: list[bool]) -> None:
    assert _closed(day) == closed


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2027-03-28"])
def test_sundays_on_which_the_clock_changes_are_weekends(day: str) -> None:
    assert BAVARIA.closure(dt.date.fromisoformat(day)) == Closure(ClosedFor.WEEKEND)
    next_day = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    assert BAVARIA.closure(next_day) is None or next_day == dt.date(2027, 3, 29)


def test_days_are_counted_over_clock_changes_a_leap_day_and_the_year_end() -> None:
    days = OpeningDays().closed_days(dt.date(2027, 12, 27), dt.date(2028, 4, 2))
    assert len(days) == 98
    assert days == (*([False] * 5 + [True] * 2) * 14,)
    assert OpeningDays().closure(dt.date(2028, 2, 29)) is None


def test_year_end_asks_the_right_year() -> None:
    assert BAVARIA.closed_days(dt.date(2026, 12, 24), dt.date(2027, 1, 6)) == (
        *(False, True, True, True),  # Thursday; Christmas Day and the weekend
        *(False, False, False, False, True, True, True),  # Monday to Thursday; New Year and the weekend
        *(False, False, True),  # Monday, Tuesday, Epiphany
    )


def test_closing_day_and_its_reason() -> None:
    opening = OpeningDays("DE-BY", "2026-12-28..2026-12-31 Betriebsferien")
    assert opening.closure(dt.date(2026, 12, 28)) == Closure(ClosedFor.CLOSING_DAY, "Betriebsferien")
    assert opening.closure(dt.date(2026, 12, 31)) == Closure(ClosedFor.CLOSING_DAY, "Betriebsferien")
    holiday = opening.closure(dt.date(2027, 1, 1))
    assert holiday is not None
    assert (holiday.kind, holiday.label) == (ClosedFor.HOLIDAY, "public holiday: New Year's Day")


def test_no_area_means_weekends_only() -> None:
    assert OpeningDays().closure(dt.date(2026, 12, 25)) is None
    assert OpeningDays().closure(dt.date(2026, 12, 26)) == Closure(ClosedFor.WEEKEND)


def test_holiday_has_its_name_in_the_readers_language() -> None:
    with translation.override("de"):
        assert holiday_name("DE-BY", dt.date(2026, 1, 6)) == "Heilige Drei Könige"
    assert holiday_name("DE-BY", dt.date(2026, 1, 6)) == "Epiphany"


def test_every_area_is_known_to_the_package() -> None:
    known = holidays.list_supported_countries(include_aliases=False)
    # A town is no state.
    towns = {"DE-Augsburg", "CH-Stadt Zurich"}
    states = {f"{country}-{state}" for country in ("DE", "AT", "CH") for state in known[country]} - towns
    assert set(AREAS) == states | {"DE", "AT", "CH"}


@pytest.mark.django_db
def test_center_has_the_area_of_its_region_or_its_own() -> None:
    center = make_center("c1")
    assert (center.area, center.area_name) == ("", "")
    center.server.region.holiday_area = "DE"
    assert (center.area, center.area_name) == ("DE", "Deutschland")
    center.holiday_area = "DE-BY"
    assert (center.area, center.area_name) == ("DE-BY", "Bayern")
