"""Days from Monday to Friday."""

import datetime as dt

import pytest

from dentalhub.business_days import business_days_back, last_business_day

FRIDAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize("days_later", [0, 1, 2])
def test_last_business_day_before_a_weekend_is_friday(days_later: int) -> None:
    assert last_business_day(FRIDAY + dt.timedelta(days=days_later)) == FRIDAY


def test_last_business_day_on_monday_is_monday() -> None:
    assert last_business_day(dt.date(2026, 11, 23)) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(("count", "first"), [(1, FRIDAY), (5, dt.date(2026, 11, 16)), (6, dt.date(2026, 11, 13))])
def test_business_days_back_skips_weekends(count: int, first: dt.date) -> None:
    assert business_days_back(FRIDAY, count) == first
