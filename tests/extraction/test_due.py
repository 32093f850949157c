"""Runs of the schedules: what is due is what is missing, and each is asked for once."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from centers.enums import CenterState
from centers.models import Center
from dentalhub.models import AuditEvent
from extraction import due, due_facts
from extraction.breaker_models import Breaker
from extraction.due import request_due
from extraction.enums import BreakerScope, BreakerState, RunState, Trigger
from extraction.models import CenterRun, ExtractionRun, HeldSlice, RegionSchedule, Slice
from extraction.run_requests import request_run
from mappings.models import Mapping
from tests.extraction.builders import approve, catalog, center, center_with_mapping, document
from tests.extraction.nights import MONDAY_NIGHT, Clock, Workers, asked, landed, scheduled

SUNDAY = dt.date(2026, 11, 22)
THURSDAY = dt.date(2026, 11, 19)


def everybody() -> list[str]:
    return ["center_01", "center_02", "center_03"]


def test_night_asks_for_yesterday_and_the_days_looked_back_at(night: RegionSchedule) -> None:
    (run,) = request_due()
    assert asked() == [(THURSDAY, SUNDAY, everybody())]
    assert (run.trigger, run.requested_by) == (Trigger.SCHEDULE, None)
    assert AuditEvent.objects.get(action="run.requested").actor_name == "system"


def test_nothing_is_due_before_the_start(night: RegionSchedule, clock: Clock, workers: Workers) -> None:
    workers.tick()
    clock.now = MONDAY_NIGHT + dt.timedelta(hours=23, minutes=58)
    assert request_due() == []
    clock.move(minutes=1)
    assert len(request_due()) == 1


def test_night_reads_each_slice_once(night: RegionSchedule, clock: Clock, workers: Workers) -> None:
    for _minute in range(30):
        workers.tick()
        clock.move(minutes=1)
    assert ExtractionRun.objects.count() == 1
    clock.now = MONDAY_NIGHT + dt.timedelta(days=1)
    workers.tick()
    days = [(str(first), str(last)) for first, last, _centers in asked()]
    assert days == [("2026-11-19", "2026-11-22"), ("2026-11-20", "2026-11-23")]


def test_held_slice_counts_as_there(night: RegionSchedule, centers: list[Center], clock: Clock) -> None:
    run = request_run(centers[:1], SUNDAY, SUNDAY).run
    mapping = Mapping.objects.get(center=centers[0])
    values = {"entry_count": 0, "checksum": "", "mapping": mapping, "run": run}
    for number in range(4):
        day = SUNDAY - dt.timedelta(days=number)
        Slice.objects.create(
            center=centers[0], business_date=day, extracted_at=clock.now - dt.timedelta(days=1), **values
        )
        HeldSlice.objects.create(
            center=centers[0], business_date=day, extracted_at=clock.now, previous_count=50, **values
        )
    CenterRun.objects.all().update(state=RunState.SUCCEEDED)
    request_due()
    assert asked()[-1] == (THURSDAY, SUNDAY, everybody()[1:])


def test_schedule_that_is_off_asks_for_nothing(night: RegionSchedule) -> None:
    RegionSchedule.objects.update(is_active=False)
    assert request_due() == []


def test_region_without_a_schedule_is_left_alone(clock: Clock, centers: list[Center]) -> None:
    assert request_due() == []


def test_centers_that_cannot_be_read_are_not_due(night: RegionSchedule, centers: list[Center]) -> None:
    paused, held, alone = centers
    Center.objects.filter(pk=paused.pk).update(state=CenterState.PAUSED)
    Mapping.objects.filter(center=held).update(hold="gone:KARTEI.DATUM")
    later = timezone.now() + dt.timedelta(minutes=15)
    Breaker.objects.create(
        key=f"center:{alone.pk}",
        scope=BreakerScope.CENTER,
        center=alone,
        state=BreakerState.OPEN,
        next_probe_at=later,
    )
    center(4)
    assert request_due() == []
    # As soon as it can be read it is due, in the same night.
    Breaker.objects.all().delete()
    Mapping.objects.update(hold="")
    approve(Center.objects.get(center_id="center_04"), document(), catalog())
    request_due()
    assert asked() == [(THURSDAY, SUNDAY, ["center_02", "center_03", "center_04"])]


def test_server_that_is_left_alone_is_left_alone_with_all_its_centers(
    night: RegionSchedule, centers: list[Center]
) -> None:
    later = timezone.now() + dt.timedelta(minutes=15)
    Breaker.objects.create(
        key=f"server:{centers[0].server_id}",
        scope=BreakerScope.SERVER,
        server=centers[0].server,
        state=BreakerState.OPEN,
        next_probe_at=later,
    )
    assert request_due() == []


def test_center_in_an_open_run_is_not_due(night: RegionSchedule, centers: list[Center]) -> None:
    request_run(centers[:2], dt.date(2026, 1, 1), dt.date(2026, 1, 2))
    request_due()
    assert asked()[1:] == [(THURSDAY, SUNDAY, ["center_03"])]


def test_failing_center_is_tried_more_and_more_rarely(
    night: RegionSchedule, centers: list[Center], clock: Clock, workers: Workers
) -> None:
    workers.failing = {centers[0].pk}
    for _minute in range(6 * 60):
        workers.tick()
        clock.move(minutes=1)
    tries = CenterRun.objects.filter(center=centers[0]).order_by("pk").values_list("finished_at", flat=True)
    minutes = [round((moment - MONDAY_NIGHT).total_seconds() / 60) for moment in tries if moment]
    assert minutes == [0, 10, 30, 70, 150, 310]
    # The others were not read again for its sake.
    assert CenterRun.objects.filter(center=centers[1]).count() == 1


def test_gap_is_filled_after_the_latest_days(
    night: RegionSchedule, centers: list[Center], clock: Clock, workers: Workers
) -> None:
    mapping = Mapping.objects.get(center=centers[0])
    run = request_run(centers[:1], dt.date(2026, 11, 13), dt.date(2026, 11, 13)).run
    run.center_runs.update(state=RunState.SUCCEEDED)
    Slice.objects.create(
        center=centers[0],
        business_date=dt.date(2026, 11, 13),
        entry_count=1,
        checksum="",
        mapping=mapping,
        run=run,
        extracted_at=clock.now - dt.timedelta(days=9),
    )
    Slice.objects.create(
        center=centers[0],
        business_date=dt.date(2026, 11, 18),
        entry_count=1,
        checksum="",
        mapping=mapping,
        run=run,
        extracted_at=clock.now - dt.timedelta(days=4),
    )
    workers.tick()
    workers.tick()
    expected = ["11-13", "11-14", "11-15", "11-16", "11-17", "11-18", "11-19", "11-20", "11-21", "11-22"]
    assert landed(centers[0]) == expected
    assert [(str(first), str(last)) for first, last, _centers in asked()[1:]] == [
        ("2026-11-19", "2026-11-22"),
        ("2026-11-14", "2026-11-17"),
    ]


def test_number_of_queries_does_not_grow(
    night: RegionSchedule, workers: Workers, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    workers.tick()
    with django_assert_num_queries(8):
        assert request_due() == []
    for number in range(10, 20):
        center_with_mapping(number)
    workers.tick()
    with django_assert_num_queries(8):
        assert request_due() == []


def test_broken_region_does_not_stop_the_others(night: RegionSchedule, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduled(region="austria")
    facts_of = due_facts.facts_of

    def broken(region_pk: int, *rest: object) -> object:
        if region_pk != night.region_id:
            raise ValueError("no such time zone")
        return facts_of(region_pk, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(due, "facts_of", broken)
    assert len(request_due()) == 1
