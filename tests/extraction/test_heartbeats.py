"""A task that begins is a sign of life, and the tick sees to it that there is one."""

import datetime as dt
import socket

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signals import pre_execute
from pytest_django import Settings

from extraction import heartbeats, tasks
from extraction.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queues(settings: Settings) -> None:
    """Austria has workers of its own."""
    settings.QUEUES = ("austria",)


def begin() -> None:
    """What django-q2 does in a worker before each task."""
    pre_execute.send(sender="django_q", func=None, task={})


def waiting() -> list[tuple[str, str]]:
    return [(queued.key, queued.task["func"]) for queued in OrmQ.objects.order_by("pk")]


@pytest.mark.parametrize(("own", "queue"), [("", "dentalhub"), ("austria", "austria"), ("interactive", "interactive")])
def test_task_that_begins_is_a_sign_of_life(own: str, queue: str, settings: Settings) -> None:
    settings.OWN_QUEUE = own
    before = timezone.now()
    begin()
    found = Heartbeat.objects.get()
    assert (found.queue, found.host) == (queue, socket.gethostname())
    assert before <= found.beat_at <= timezone.now()


@pytest.mark.parametrize(
    ("age", "host", "is_written"), [(5, socket.gethostname(), False), (15, socket.gethostname(), True), (5, "x", True)]
)
def test_sign_is_written_again_when_it_is_old_or_from_elsewhere(age: int, host: str, is_written: bool) -> None:
    then = timezone.now() - dt.timedelta(seconds=age)
    Heartbeat.objects.create(queue="dentalhub", beat_at=then, host=host)
    begin()
    found = Heartbeat.objects.get()
    assert (found.beat_at > then, found.host) == (is_written, socket.gethostname())


def test_task_is_done_also_when_the_sign_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(queue: str) -> None:
        raise OperationalError("the database is locked")

    monkeypatch.setattr(heartbeats, "beat", broken)
    begin()
    assert not Heartbeat.objects.exists()


def test_tick_rings_every_queue() -> None:
    tasks.tick()
    assert waiting() == [(queue, "extraction.tasks.hear") for queue in ("dentalhub", "interactive", "austria")]


def test_queue_without_workers_does_not_fill_up() -> None:
    tasks.tick()
    OrmQ.objects.filter(key="dentalhub").delete()
    tasks.tick()
    assert [key for key, _task in waiting()] == ["interactive", "austria", "dentalhub"]


def test_fetched_task_does_not_keep_a_queue_from_being_rung() -> None:
    later = timezone.now() + dt.timedelta(seconds=60)
    OrmQ.objects.create(key="austria", payload="", lock=later)
    assert heartbeats.ring(["austria"]) == ["austria"]
