"""A missed night, a lost queue, a doubled tick, a clock that jumps: what is missing is due with the next tick."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django_q.models import OrmQ

from centers.models import Center
from extraction import due, due_facts, tasks
from extraction.due import request_due
from extraction.due_facts import RegionFacts
from extraction.due_nights import Night
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun, RegionSchedule
from tests.extraction.nights import MONDAY_NIGHT, Clock, Workers, asked, landed, open_shards, scheduled, tick

SUNDAY = dt.date(2026, 11, 22)
THURSDAY = dt.date(2026, 11, 19)


def test_three_missed_nights_are_made_good(
    night: RegionSchedule, centers: list[Center], clock: Clock, workers: Workers
) -> None:
    RegionSchedule.objects.update(look_back_days=1)
    workers.tick()
    assert landed(centers[0]) == ["11-21", "11-22"]
    # No tick for three nights; then the workers come back in the afternoon.
    clock.move(days=4, hours=12)
    for _minute in range(3):
        workers.tick()
        clock.move(minutes=1)
    days = ["11-21", "11-22", "11-23", "11-24", "11-25", "11-26"]
    assert [landed(one) for one in centers] == [days] * 3
    assert open_shards() == 0
    assert request_due() == []


def test_lost_queue_is_made_good(night: RegionSchedule, centers: list[Center], clock: Clock, workers: Workers) -> None:
    tick()
    OrmQ.objects.all().delete()
    clock.move(minutes=1)
    assert workers.tick() == []
    clock.move(minutes=1)
    assert len(workers.tick()) == 1
    assert landed(centers[2]) == ["11-19", "11-20", "11-21", "11-22"]
    assert ExtractionRun.objects.count() == 1
    assert ExtractionRun.objects.get().state == RunState.SUCCEEDED


def test_doubled_tick_makes_one_run(night: RegionSchedule, workers: Workers) -> None:
    tick()
    tick()
    assert ExtractionRun.objects.count() == 1
    assert len(workers.work()) == 1
    tick()
    assert ExtractionRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_one_run(centers: list[Center], clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduled()
    facts_of, both = due_facts.facts_of, threading.Barrier(2, timeout=20)
    looked = threading.local()

    def facts_together(region_pk: int, night: Night) -> RegionFacts:
        found = facts_of(region_pk, night)
        if not getattr(looked, "once", False):
            # Both have seen that something is due before one of them asks for it.
            looked.once = True
            both.wait()
        return found

    monkeypatch.setattr(due, "facts_of", facts_together)
    made: list[int] = []

    def ask() -> None:
        try:
            made.append(len(request_due()))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [0, 1]
    assert asked() == [(THURSDAY, SUNDAY, ["center_01", "center_02", "center_03"])]


def test_machine_that_was_frozen_for_days_goes_on(
    night: RegionSchedule, centers: list[Center], clock: Clock, workers: Workers
) -> None:
    """It stands still between asking and reading, and wakes four days later."""
    tick()
    clock.move(days=4)
    for _minute in range(3):
        workers.tick()
        clock.move(minutes=1)
    assert landed(centers[0]) == ["11-19", "11-20", "11-21", "11-22", "11-23", "11-24", "11-25", "11-26"]
    assert open_shards() == 0
    assert request_due() == []


def test_clock_that_was_ahead_and_is_put_back_neither_hammers_nor_stops(
    night: RegionSchedule, centers: list[Center], clock: Clock, workers: Workers
) -> None:
    clock.move(days=400)
    workers.failing = {centers[0].pk}
    workers.tick()
    clock.now = MONDAY_NIGHT
    for _minute in range(29):
        workers.tick()
        clock.move(minutes=1)
    # The first try of this night, and two of its own.
    tries = CenterRun.objects.filter(center=centers[0], run__date_to=SUNDAY)
    assert tries.count() == 2
    assert landed(centers[1])[:4] == ["11-19", "11-20", "11-21", "11-22"]
    workers.failing = set()
    clock.move(hours=1)
    workers.tick()
    assert landed(centers[0]) == ["11-19", "11-20", "11-21", "11-22"]


def test_part_of_the_tick_that_fails_does_not_stop_the_others(
    night: RegionSchedule, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> list[int]:
        raise ValueError("nothing works")

    for part in ("park_worn_out", "redispatch", "beat", "rediscover_due"):
        monkeypatch.setattr(tasks, part, broken)
    tick()
    assert ExtractionRun.objects.count() == 1
    assert [record.message for record in caplog.records if record.name == "extraction.tasks"] == [
        "the tick's part broken failed"
    ] * 4
