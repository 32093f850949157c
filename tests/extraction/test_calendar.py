"""Completeness over the days at which calendars differ: changes of the clock, a leap day, year ends, holidays.

What is expected here is written down by hand, from the calendars of the winter 2027/28; nothing asks the code.
"""

import datetime as dt
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from centers.models import Center
from centers.scope import EVERYTHING
from extraction.completeness import day_report
from extraction.enums import RunMode
from extraction.leases import claim_run
from extraction.matrix import first_business_day
from extraction.models import ExtractionRun, Slice
from extraction.reader import CenterResult, CenterTask
from extraction.rows import Extraction, SliceRows
from extraction.run_plans import plan
from extraction.run_requests import request_run, yesterday
from extraction.runner import execute
from extraction.slice_grid import slice_grid
from mappings.models import Mapping
from tests.extraction.builders import center_with_mapping, entry

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2027, 12, 20), dt.date(2028, 5, 2)
BAVARIA, VIENNA, ZURICH = "center_01", "center_02", "center_03"
BOTH_ENDS = {"2027-12-25", "2027-12-26", "2028-01-01"}
# Weekdays and weekends alike; 26 December 2027 is a Sunday, and so is Easter, 16 April 2028.
HOLIDAYS = {
    BAVARIA: BOTH_ENDS | {"2028-01-06", "2028-04-14", "2028-04-17", "2028-05-01"},
    VIENNA: BOTH_ENDS | {"2028-01-06", "2028-04-17", "2028-05-01"},
    ZURICH: BOTH_ENDS | {"2028-04-14", "2028-04-17", "2028-05-01"},
}
# The practice in Zurich goes skiing over the leap day.
CLOSING_DAYS = {"2028-02-28", "2028-02-29", "2028-03-01"}


def _days() -> Iterator[dt.date]:
    for number in range((LAST - FIRST).days + 1):
        yield FIRST + number * DAY


def _is_open(center_id: str, day: dt.date) -> bool:
    closed = HOLIDAYS[center_id] | (CLOSING_DAYS if center_id == ZURICH else set())
    # Not date.weekday(), which the code uses: 20 December 2027 is a Monday.
    return (day - FIRST).days % 7 < 5 and f"{day}" not in closed


@pytest.fixture
def network(db: None) -> list[Center]:
    """A center in Bavaria, one in Vienna and one in Zurich, without a slice."""
    found = []
    for number, area in enumerate(("DE-BY", "AT-9", "CH-ZH"), start=1):
        one = center_with_mapping(number)
        one.holiday_area = area
        one.closing_days = "2028-02-28..2028-03-01 Skiferien" if area == "CH-ZH" else ""
        one.save()
        found.append(one)
    return found


def _land(centers: list[Center], *, without: dt.date | None = None, empty: dt.date | None = None) -> None:
    """Thirty entries for each center on each day on which it was open, and nothing on the others."""
    run = ExtractionRun.objects.create(date_from=FIRST, date_to=LAST, idempotency_key="calendar", workers=1)
    for one in centers:
        mapping = Mapping.objects.get(center=one)
        Slice.objects.bulk_create(
            Slice(
                center=one,
                business_date=day,
                entry_count=0 if day == empty else 30,
                checksum="0" * 64,
                mapping=mapping,
                run=run,
                extracted_at=timezone.now(),
            )
            for day in _days()
            if _is_open(one.center_id, day) and day != without
        )


def _verify(day: dt.date) -> int:
    try:
        call_command("verify", "--date", f"{day}", stdout=StringIO())
    except CommandError as error:
        return error.returncode
    return 0


def test_every_day_of_the_range_is_there_once(network: list[Center]) -> None:
    grid = slice_grid(FIRST, LAST)
    assert (grid.day_count, grid.days) == (135, list(_days()))
    assert dt.date(2028, 2, 29) in grid.days


def test_missing_is_each_day_on_which_a_center_was_open(network: list[Center]) -> None:
    for row in slice_grid(FIRST, LAST).rows:
        found = dict(zip(_days(), (state.value for state in row.states), strict=True))
        expected = {day: "missing" if _is_open(row.center.center_id, day) else "closed" for day in _days()}
        assert {day: state for day, state in found.items() if state != expected[day]} == {}


def test_backfill_asks_for_exactly_these_days(network: list[Center]) -> None:
    planned = plan(list(Center.objects.all()), FIRST, LAST, RunMode.MISSING)
    assert {part.center.center_id: list(part.days) for part in planned.reading} == {
        name: [day for day in _days() if _is_open(name, day)] for name in HOLIDAYS
    }
    open_days = sum(_is_open(name, day) for name in HOLIDAYS for day in _days())
    assert (planned.to_read, planned.closed, planned.slices) == (open_days, 3 * 135 - open_days, 3 * 135)


def test_backfill_makes_the_range_complete(network: list[Center]) -> None:
    def read(task: CenterTask) -> Iterator[CenterResult]:
        days = [day for day in _days() if any(day in part for part in task.ranges)]
        entries = tuple(entry(row=f"{number}") for number in range(30))
        yield CenterResult(task, Extraction(tuple(SliceRows(day, entries) for day in days)), None, 1, timezone.now())

    run = request_run(network, FIRST, LAST, mode=RunMode.MISSING).run
    execute(claim_run(run.pk), read_center=read)
    assert plan(network, FIRST, LAST, RunMode.MISSING).reading == ()
    assert {day for day in _days() if not day_report(day, EVERYTHING).is_complete} == set()


def test_everything_landed_is_complete_on_every_day(network: list[Center]) -> None:
    _land(network)
    for row in slice_grid(FIRST, LAST).rows:
        expected = ["landed" if _is_open(row.center.center_id, day) else "closed" for day in _days()]
        assert [state.value for state in row.states] == expected


@pytest.mark.parametrize(
    ("day", "states", "code"),
    [
        ("2027-12-24", "missing missing missing", 1),
        ("2027-12-25", "closed closed closed", 0),
        ("2027-12-31", "missing missing missing", 1),
        ("2028-01-01", "closed closed closed", 0),
        ("2028-01-06", "closed closed missing", 1),
        ("2028-02-28", "missing missing closed", 1),
        ("2028-02-29", "missing missing closed", 1),
        ("2028-03-01", "missing missing closed", 1),
        ("2028-03-02", "missing missing missing", 1),
        # The clock is put forward on Sunday 26 March 2028.
        ("2028-03-24", "missing missing missing", 1),
        ("2028-03-26", "closed closed closed", 0),
        ("2028-03-27", "missing missing missing", 1),
        # Good Friday is no holiday in Vienna.
        ("2028-04-14", "closed missing closed", 1),
        ("2028-04-17", "closed closed closed", 0),
        ("2028-05-01", "closed closed closed", 0),
    ],
)
def test_one_day_that_nobody_has_read(day: str, states: str, code: int, network: list[Center]) -> None:
    wanted = dt.date.fromisoformat(day)
    _land(network, without=wanted)
    assert [center.slice_state.value for center in day_report(wanted, EVERYTHING).centers] == states.split()
    assert _verify(wanted) == code


@pytest.mark.parametrize("day", ["2028-02-29", "2028-03-27", "2028-04-14"])
def test_empty_day_is_never_green_where_the_center_was_open(day: str, network: list[Center]) -> None:
    wanted = dt.date.fromisoformat(day)
    _land(network, empty=wanted)
    expected = ["unusual" if _is_open(name, wanted) else "closed" for name in HOLIDAYS]
    assert [center.slice_state.value for center in day_report(wanted, EVERYTHING).centers] == expected
    assert _verify(wanted) == 1


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # In Berlin the day ends at 23:00 UTC in winter and at 22:00 in summer.
        ("2028-03-25T22:59:59+00:00", "2028-03-24"),
        ("2028-03-25T23:00:00+00:00", "2028-03-25"),
        ("2028-03-26T21:59:59+00:00", "2028-03-25"),
        ("2028-03-26T22:00:00+00:00", "2028-03-26"),
        ("2028-10-28T22:00:00+00:00", "2028-10-28"),
        ("2028-10-29T22:59:59+00:00", "2028-10-28"),
        ("2028-10-29T23:00:00+00:00", "2028-10-29"),
        ("2028-02-29T12:00:00+00:00", "2028-02-28"),
        ("2028-03-01T12:00:00+00:00", "2028-02-29"),
        ("2027-12-31T22:59:59+00:00", "2027-12-30"),
        ("2027-12-31T23:00:00+00:00", "2027-12-31"),
    ],
)
def test_yesterday_is_the_day_before_on_the_networks_clocks(moment: str, expected: str) -> None:
    assert f"{yesterday(dt.datetime.fromisoformat(moment))}" == expected


def test_business_days_are_counted_over_the_leap_day() -> None:
    assert first_business_day(dt.date(2028, 3, 1), 3) == dt.date(2028, 2, 28)
    assert first_business_day(dt.date(2028, 1, 3), 2) == dt.date(2027, 12, 31)
