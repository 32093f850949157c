"""Is a day complete?"""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from centers.enums import CenterState
from centers.models import Center
from centers.scope import EVERYTHING
from extraction.completeness import DayReport, DayState, day_report
from extraction.enums import RunState
from extraction.landing import land
from extraction.leases import Lease, claim_run
from extraction.models import CenterRun, ExtractionRun
from extraction.run_requests import request_run
from tests.extraction.builders import FRIDAY, entry, success
from tests.extraction.conftest import TaskOf


@pytest.fixture
def first_landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> ExtractionRun:
    """The first center has landed."""
    result = success(task_of(run.center_runs.select_related("center")[0]), entry())
    assert land([result], {lease.shard_id: lease}) == set()
    return run


def _states(report: DayReport) -> list[str]:
    return [center.state.value for center in report.centers]


def _fail(number: int, cause: str = "refused") -> None:
    CenterRun.objects.filter(center__center_id=f"center_{number:02d}").update(
        state=RunState.FAILED, error_kind=cause, error_message="why"
    )


def test_nothing_ran(centers: list[Center]) -> None:
    report = day_report(FRIDAY, EVERYTHING)
    assert _states(report) == ["never"] * 3
    assert not report.is_complete


def test_landed_and_failed(first_landed: ExtractionRun) -> None:
    _fail(2)
    _fail(3)
    report = day_report(FRIDAY, EVERYTHING)
    assert _states(report) == ["ok", "failed", "failed"]
    assert (report.entry_count, report.count(DayState.FAILED)) == (1, 2)
    assert [(group.cause, group.label, group.centers) for group in report.causes()] == [
        ("refused", "connection refused", 2)
    ]
    assert (report.centers[1].message, report.centers[1].run_id) == ("why", first_landed.pk)


def test_later_run_hides_an_earlier_failure(first_landed: ExtractionRun) -> None:
    _fail(2)
    CenterRun.objects.filter(center__center_id="center_03").update(state=RunState.SKIPPED, error_kind="no_mapping")
    again = request_run(list(Center.objects.filter(center_id="center_02")), FRIDAY).run
    report = day_report(FRIDAY, EVERYTHING)
    assert _states(report) == ["ok", "attention", "attention"]
    assert report.centers[1].run_id == again.pk
    assert [group.cause for group in report.causes()] == ["missing", "no_mapping"]


def test_paused_center_does_not_count(first_landed: ExtractionRun) -> None:
    Center.objects.exclude(center_id="center_01").update(state=CenterState.PAUSED)
    report = day_report(FRIDAY, EVERYTHING)
    assert _states(report) == ["ok", "paused", "paused"]
    assert report.is_complete


def test_center_that_delivered_before_lacks_a_day(first_landed: ExtractionRun) -> None:
    report = day_report(FRIDAY + dt.timedelta(days=3), EVERYTHING)
    assert _states(report) == ["attention", "never", "never"]


def test_four_queries_whatever_the_number(
    run: ExtractionRun, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert claim_run(run.pk)
    with django_assert_num_queries(4):
        day_report(FRIDAY, EVERYTHING)
