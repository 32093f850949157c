"""What a run would read: all, what is missing, or what has failed; and that it reads exactly that."""

import datetime as dt
from collections.abc import Iterable, Iterator

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from centers.enums import CenterState
from centers.models import Center, DatabaseServer
from centers.scope import EVERYTHING
from dentalhub.models import AuditEvent
from extraction.assignments import assignments
from extraction.completeness import day_report
from extraction.due_facts import facts_of
from extraction.due_nights import Night
from extraction.enums import RunMode, RunState
from extraction.exceptions import NothingToReadError
from extraction.leases import claim_run
from extraction.models import CenterRun, ExtractionRun, Slice
from extraction.reader import CenterResult, CenterTask, read
from extraction.resuming import resume
from extraction.rows import Extraction, SliceRows
from extraction.run_plans import RunPlan, plan
from extraction.run_requests import request_run
from extraction.runner import execute
from extraction.runs import finish
from extraction.slice_facts import slice_facts
from mappings.models import Mapping
from tests.extraction.builders import FRIDAY, MONDAY, center, center_with_mapping, failure

DAY = dt.timedelta(days=1)
SUNDAY = FRIDAY + 2 * DAY
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + number * DAY for number in (1, 2, 3))


def _slices(found: Center, days: Iterable[dt.date]) -> None:
    mapping = Mapping.objects.get(center=found)
    run = ExtractionRun.objects.create(
        date_from=MONDAY - 400 * DAY, date_to=MONDAY - 400 * DAY, idempotency_key=f"{found.pk}", workers=1
    )
    for day in days:
        Slice.objects.create(
            center=found,
            business_date=day,
            entry_count=30,
            checksum="0" * 64,
            mapping=mapping,
            run=run,
            extracted_at=timezone.now() - DAY,
        )


def _week(count: int = 5) -> list[dt.date]:
    return [MONDAY + number * DAY for number in range(count)]


def _fail(found: Center, first: dt.date, last: dt.date) -> None:
    """A run that has failed for one center."""
    run = request_run([found], first, last).run
    CenterRun.objects.filter(run=run).update(state=RunState.FAILED, error_kind="refused", finished_at=timezone.now())
    ExtractionRun.objects.filter(pk=run.pk).update(state=RunState.FAILED)


def _counts(found: RunPlan) -> dict[str, int]:
    names = ("slices", "present", "closed", "under_way", "untried", "to_read")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def _days(found: RunPlan) -> dict[str, list[int]]:
    return {part.center.center_id: [day.day for day in part.days] for part in found.reading}


@pytest.fixture
def mixed(centers: list[Center]) -> list[Center]:
    """A week with its weekend: one center lacks Wednesday, one has failed on Monday and Tuesday, one has nothing."""
    _slices(centers[0], [MONDAY, TUESDAY, THURSDAY, FRIDAY])
    _slices(centers[1], [WEDNESDAY])
    _fail(centers[1], MONDAY, TUESDAY)
    return centers


def test_example_of_twelve_centers_and_five_days(db: None) -> None:
    """12 centers x 5 days = 60 slices, 41 already there, 19 will run."""
    found = [center_with_mapping(number) for number in range(1, 13)]
    for one in found[:8]:
        _slices(one, _week(5))
    _slices(found[8], [MONDAY])
    planned = plan(found, MONDAY, FRIDAY, RunMode.MISSING)
    assert (planned.centers, planned.days) == (12, 5)
    assert _counts(planned) == {"slices": 60, "present": 41, "to_read": 19}


def test_missing_reads_what_is_not_there(mixed: list[Center]) -> None:
    planned = plan(mixed, MONDAY, SUNDAY, RunMode.MISSING)
    assert _counts(planned) == {"slices": 21, "present": 5, "closed": 6, "to_read": 10}
    assert _days(planned) == {"center_01": [18], "center_02": [16, 17, 19, 20], "center_03": [16, 17, 18, 19, 20]}


def test_missing_with_closed_days(mixed: list[Center]) -> None:
    planned = plan(mixed, MONDAY, SUNDAY, RunMode.MISSING, with_closed=True)
    assert _counts(planned) == {"slices": 21, "present": 5, "to_read": 16}
    assert _days(planned)["center_01"] == [18, 21, 22]


def test_failed_reads_what_has_failed_and_not_landed_since(mixed: list[Center]) -> None:
    planned = plan(mixed, MONDAY, SUNDAY, RunMode.FAILED)
    assert _counts(planned) == {"slices": 21, "present": 5, "closed": 6, "untried": 8, "to_read": 2}
    assert _days(planned) == {"center_02": [16, 17]}


def test_failure_on_a_closed_day_counts(centers: list[Center]) -> None:
    _fail(centers[0], SUNDAY, SUNDAY)
    assert _days(plan(centers, SUNDAY, SUNDAY, RunMode.FAILED)) == {"center_01": [22]}
    assert _days(plan(centers, SUNDAY, SUNDAY, RunMode.MISSING)) == {"center_01": [22]}


def test_all_reads_everything(mixed: list[Center]) -> None:
    planned = plan(mixed, MONDAY, SUNDAY)
    assert _counts(planned) == {"slices": 21, "present": 5, "to_read": 21}
    assert _days(planned)["center_01"] == [16, 17, 18, 19, 20, 21, 22]


def test_holidays_and_closing_days_are_left_out(centers: list[Center]) -> None:
    """6 January is a holiday in Bavaria and Vienna, and not in Zurich."""
    for found, area in zip(centers, ("DE-BY", "AT-9", "CH-ZH"), strict=True):
        found.holiday_area = area
    centers[1].closing_days = "2026-01-07..2026-01-08 Urlaub"
    planned = plan(centers, dt.date(2026, 1, 5), dt.date(2026, 1, 9), RunMode.MISSING)
    assert _days(planned) == {"center_01": [5, 7, 8, 9], "center_02": [5, 9], "center_03": [5, 6, 7, 8, 9]}
    assert planned.closed == 4


def test_skipped_centers_are_grouped_by_reason(mixed: list[Center]) -> None:
    Center.objects.filter(pk=mixed[2].pk).update(state=CenterState.PAUSED)
    Mapping.objects.filter(center=mixed[1]).update(hold="gone:KARTEI.DATUM", drift="breaking")
    found = [*Center.objects.order_by("pk"), center(4), center(5)]
    planned = plan(found, MONDAY, FRIDAY, RunMode.MISSING)
    assert _days(planned) == {"center_01": [18]}
    groups = [(group.failure.cause, [one.center_id for one in group.centers]) for group in planned.skipped_groups()]
    assert groups == [
        ("no_mapping", ["center_04", "center_05"]),
        ("schema_changed", ["center_02"]),
        ("paused", ["center_03"]),
    ]
    assert planned.is_hindered


@pytest.mark.parametrize("changes", [{"tls": "trusted"}, {"encrypt": "no"}])
def test_center_of_a_server_that_nobody_may_trust_is_skipped(mixed: list[Center], changes: dict[str, str]) -> None:
    DatabaseServer.objects.update(**changes)
    planned = plan(list(Center.objects.order_by("pk")), MONDAY, FRIDAY)
    assert [(group.failure.cause, len(group.centers)) for group in planned.skipped_groups()] == [("trust_missing", 3)]
    server = DatabaseServer.objects.get()
    server.trust_expires_at, server.trust_place = timezone.now() + dt.timedelta(hours=1), server.place
    DatabaseServer.objects.update(trust_expires_at=server.trust_expires_at, trust_place=server.place)
    assert plan(list(Center.objects.order_by("pk")), MONDAY, FRIDAY).skipped_groups() == []


def test_center_that_lacks_nothing_is_not_skipped(centers: list[Center]) -> None:
    for found in centers:
        _slices(found, _week())
    Center.objects.filter(pk=centers[0].pk).update(state=CenterState.PAUSED)
    planned = plan(list(Center.objects.all()), MONDAY, FRIDAY, RunMode.MISSING)
    assert (planned.skipped, planned.reading) == ((), ())


@pytest.mark.parametrize(("mode", "queries"), [(RunMode.ALL, 2), (RunMode.MISSING, 3), (RunMode.FAILED, 3)])
def test_queries_do_not_grow(
    mode: RunMode, queries: int, mixed: list[Center], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for some in (mixed[:1], mixed):
        found = list(Center.objects.select_related("server__region").filter(pk__in=[one.pk for one in some]))
        with django_assert_num_queries(queries):
            plan(found, MONDAY, SUNDAY, mode)


# --- the run does what the plan says --------------------------------------------------------------------------------


def _read(task: CenterTask) -> Iterator[CenterResult]:
    """As the reader, from a source without entries."""
    for part in task.ranges:
        days = [part.first + number * DAY for number in range((part.last - part.first).days + 1)]
        slices = tuple(SliceRows(day, ()) for day in days)
        yield CenterResult(task, Extraction(slices), None, 1, timezone.now(), is_last=part == task.ranges[-1])


def test_run_reads_exactly_what_was_planned(mixed: list[Center]) -> None:
    before = set(Slice.objects.values_list("center__center_id", "business_date", "run"))
    run = request_run(mixed, MONDAY, SUNDAY, mode=RunMode.MISSING).run
    assert [(part.days, part.day_count) for part in run.center_runs.all()] == [
        ("2026-11-18", 1),
        ("2026-11-16..2026-11-17 2026-11-19..2026-11-20", 4),
        ("2026-11-16..2026-11-20", 5),
    ]
    execute(claim_run(run.pk), read_center=_read)
    after = set(Slice.objects.values_list("center__center_id", "business_date", "run"))
    assert len(after - before) == 10
    assert {row for row in after if row[2] != run.pk} == before
    assert [part.slice_count for part in run.center_runs.all()] == [1, 4, 5]
    assert _counts(plan(mixed, MONDAY, SUNDAY, RunMode.MISSING)) == {"slices": 21, "present": 15, "closed": 6}
    details = AuditEvent.objects.filter(action="run.requested").latest("pk").details
    assert (details["mode"], details["slices"], details["centers"]) == ("missing", 10, 3)


def test_run_of_all_days_names_none(centers: list[Center]) -> None:
    run = request_run(centers, MONDAY, FRIDAY, mode=RunMode.MISSING).run
    assert [(part.days, part.day_count) for part in run.center_runs.all()] == [("", 5)] * 3


def test_reader_drops_what_it_only_read_along(mixed: list[Center], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    class Adapter:
        def __init__(self, _source: object) -> None:
            pass

        def extract_chart_entries(self, first: dt.date, last: dt.date) -> Extraction:
            asked.append((first.day, last.day))
            days = [first + number * DAY for number in range((last - first).days + 1)]
            return Extraction(tuple(SliceRows(day, ()) for day in days))

    monkeypatch.setattr("extraction.reader.adapter_class", lambda _name: Adapter)
    run = request_run(mixed[1:2], MONDAY, FRIDAY, mode=RunMode.MISSING).run
    (task,) = assignments(claim_run(run.pk))
    assert isinstance(task, CenterTask)
    results = list(read(task))
    assert asked == [(16, 20)]
    assert [[one.business_date.day for one in result.extraction.slices] for result in results if result.extraction] == [
        [16, 17, 19, 20]
    ]
    assert results[-1].is_last


def test_second_request_leaves_out_what_is_being_read(mixed: list[Center]) -> None:
    request_run(mixed, MONDAY, SUNDAY, mode=RunMode.MISSING)
    planned = plan(mixed, MONDAY, SUNDAY, RunMode.MISSING)
    assert _counts(planned) == {"slices": 21, "present": 5, "closed": 6, "under_way": 10}
    with pytest.raises(NothingToReadError) as nothing:
        request_run(mixed, MONDAY, SUNDAY, mode=RunMode.MISSING)
    assert not nothing.value.is_hindered
    assert ExtractionRun.objects.filter(mode=RunMode.MISSING).count() == 1


def test_nothing_to_read_because_of_a_center_without_a_mapping(db: None) -> None:
    with pytest.raises(NothingToReadError) as nothing:
        request_run([center(4)], MONDAY, FRIDAY, mode=RunMode.MISSING)
    assert nothing.value.is_hindered
    assert not ExtractionRun.objects.exists()


def test_days_that_a_run_left_out_are_not_its_attempts(mixed: list[Center]) -> None:
    """The page and the state of a day know which days of its range a run reads."""
    run = request_run(mixed, MONDAY, FRIDAY, mode=RunMode.FAILED).run
    CenterRun.objects.filter(run=run).update(state=RunState.FAILED, error_kind="dns")
    second = mixed[1]
    assert run.pk in [part.run_id for part in slice_facts(second, MONDAY).attempts]
    assert [part.run_id for part in slice_facts(second, THURSDAY).attempts] == []
    report = day_report(THURSDAY, EVERYTHING)
    assert [found.slice_state.value for found in report.centers] == ["landed", "missing", "missing"]
    assert day_report(TUESDAY, EVERYTHING).centers[1].cause == "dns"


def test_schedule_knows_which_days_were_tried(mixed: list[Center]) -> None:
    request_run(mixed, MONDAY, FRIDAY, mode=RunMode.FAILED)
    night = Night(FRIDAY + DAY, timezone.now() - DAY, FRIDAY, FRIDAY)
    tries = facts_of(mixed[1].server.region_id, night).known[mixed[1].pk].tries
    assert [(found.first, found.last) for found in tries if found.ended_at is None] == [(MONDAY, TUESDAY)]


def test_cancelled_run_goes_on_behind_what_has_landed(mixed: list[Center]) -> None:
    run = request_run(mixed, MONDAY, FRIDAY, mode=RunMode.MISSING).run
    (lease,) = claim_run(run.pk)

    def read_a_part(task: CenterTask) -> Iterator[CenterResult]:
        first, *others = _read(task)
        yield first
        if others:
            yield failure(task)

    execute([lease], read_center=read_a_part)
    run.refresh_from_db()
    assert (run.state, [part.state for part in run.center_runs.all()]) == (
        RunState.PARTIAL,
        ["succeeded", "failed", "succeeded"],
    )
    assert resume(run, None) == 1
    (task,) = assignments(claim_run(run.pk))
    assert isinstance(task, CenterTask)
    assert [(part.first, part.last) for part in task.ranges] == [(THURSDAY, FRIDAY)]


def test_finished_part_that_is_taken_up_reads_its_last_day(centers: list[Center]) -> None:
    _slices(centers[0], [TUESDAY, FRIDAY])
    run = request_run(centers[:1], MONDAY, FRIDAY, mode=RunMode.MISSING).run
    (lease,) = claim_run(run.pk)
    execute([lease], read_center=_read)
    CenterRun.objects.filter(run=run).update(state=RunState.QUEUED)
    (task,) = assignments([lease])
    assert isinstance(task, CenterTask)
    assert [(part.first, part.last) for part in task.ranges] == [(THURSDAY, THURSDAY)]
    with pytest.raises(Exception, match="taken the work over"):
        finish(lease)
