"""The queue's one schedule."""

import datetime as dt

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from extraction import schedule, tasks
from extraction.schedule import TICK, ensure_tick
from mappings.models import SchemaWatch
from tests.extraction.builders import center

pytestmark = pytest.mark.django_db


def row() -> tuple[object, ...]:
    found = Schedule.objects.get()
    times = (found.schedule_type, found.minutes, found.repeats)
    return (found.name, found.func, found.cluster, *times, found.args, found.kwargs)


# Never behind a run.
EXPECTED = (TICK, "extraction.tasks.tick", "interactive", Schedule.MINUTES, 1, -1, None, None)


def test_migrate_puts_exactly_one_schedule_there() -> None:
    assert row() == EXPECTED


def test_migrate_again_keeps_its_next_time() -> None:
    later = timezone.now() + dt.timedelta(minutes=3)
    Schedule.objects.update(next_run=later)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert row() == EXPECTED
    assert Schedule.objects.get().next_run == later


def test_broken_schedule_is_repaired() -> None:
    Schedule.objects.update(func="nothing.at.all", repeats=0, schedule_type=Schedule.ONCE, args="1,")
    Schedule.objects.create(name=TICK, func="nothing.at.all", schedule_type=Schedule.DAILY)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert row() == EXPECTED


def test_deleted_schedule_comes_back() -> None:
    Schedule.objects.all().delete()
    ensure_tick()
    assert row() == EXPECTED


def test_other_schedules_and_databases_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    Schedule.objects.all().delete()
    ensure_tick(using="replica")
    monkeypatch.setattr(schedule, "_has_table", lambda name: False)
    ensure_tick()
    assert not Schedule.objects.exists()


def test_tick_has_due_centers_discovered() -> None:
    SchemaWatch.objects.create(center=center(1), looked_at=timezone.now() - dt.timedelta(days=9))
    tasks.tick()
    assert [queued.task["func"] for queued in OrmQ.objects.all()][-1] == "mappings.tasks.look_again"


def test_two_processes_that_start_at_once_leave_one(monkeypatch: pytest.MonkeyPatch) -> None:
    Schedule.objects.all().delete()
    create = Schedule.objects.create

    def beside_another(**values: object) -> Schedule:
        create(**values)
        return create(**values)

    monkeypatch.setattr(Schedule.objects, "create", beside_another)
    ensure_tick()
    assert row() == EXPECTED
