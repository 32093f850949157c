"""What counts as a deaf queue, and what the watchdog says and answers."""

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from centers.models import Center
from extraction.enums import RunState
from extraction.management.commands import watchdog
from extraction.models import Heartbeat, Shard
from extraction.queue_health import QueueHealth, health_of
from extraction.run_requests import request_run
from mappings.models import SchemaWatch

pytestmark = pytest.mark.django_db
QUEUES = ("dentalhub", "interactive", "austria")


@pytest.fixture(autouse=True)
def queues(settings: Settings) -> None:
    """Austria has workers of its own; ten minutes are too long."""
    settings.QUEUES = ("austria",)
    settings.DEAF_SECONDS = 600


def beat(seconds: float, *queues: str) -> None:
    for queue in queues:
        moment = timezone.now() - dt.timedelta(seconds=seconds)
        Heartbeat.objects.update_or_create(queue=queue, defaults={"beat_at": moment, "host": "worker-1"})


def task(queue: str, seconds: float) -> None:
    """A task that came so long ago, or whose fetching worker has so much time left (negative)."""
    OrmQ.objects.create(key=queue, payload="", lock=timezone.now() - dt.timedelta(seconds=seconds))


def watched(*arguments: str) -> tuple[int, str]:
    """The exit code and what was printed, the error at the end."""
    out = StringIO()
    try:
        call_command("watchdog", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def test_all_queues_are_heard() -> None:
    beat(130, *QUEUES)
    line = "{}: heard. Its workers were last heard of 2 min ago, on worker-1.\n"
    assert watched() == (0, "".join(map(line.format, QUEUES)))


def test_silent_queue_is_named_with_what_to_do() -> None:
    beat(12, "dentalhub", "interactive")
    beat(1500, "austria")
    code, text = watched()
    assert code == 1
    line = "austria: DEAF. Its workers were last heard of 25 min ago, on worker-1. Restart them: "
    line += "systemctl restart dentalhub-worker@austria, or the container with Q_CLUSTER_NAME=austria."
    assert text.splitlines()[2:] == [line, "Nobody hears austria."]


def test_queue_without_any_worker_is_deaf() -> None:
    code, text = watched("--queue", "interactive")
    assert code == 1
    assert "interactive: DEAF. Its workers were never heard of. Restart them:" in text
    assert "Without them nothing is due, and no queue is heard of." in text


@pytest.mark.parametrize(("age", "code"), [(500, 0), (700, 1), (-30, 0)])
def test_task_that_nobody_fetches_makes_a_queue_deaf(age: float, code: int) -> None:
    beat(5, *QUEUES)
    task("austria", age)
    assert watched()[0] == code


def test_oldest_task_counts() -> None:
    beat(5, "austria")
    for age in (30, 8000, 200):
        task("austria", age)
    code, text = watched("--queue", "austria")
    assert (code, "3 tasks wait, the oldest for 2 h." in text) == (1, True)


@pytest.mark.parametrize(("lease", "code"), [(30, 0), (-1, 1)])
def test_workers_that_are_busy_with_a_run_are_not_deaf(lease: int, code: int, centers: list[Center]) -> None:
    request_run()
    until = timezone.now() + dt.timedelta(seconds=lease)
    Shard.objects.update(state=RunState.RUNNING, lease_token="a", lease_until=until)
    task("dentalhub", 700)
    found, text = watched("--queue", "dentalhub")
    assert found == code
    assert ("1 shard is worked on." in text) is (code == 0)


@pytest.mark.parametrize(("queue", "code"), [("dentalhub", 0), ("austria", 1)])
def test_workers_that_look_at_schemas_are_not_deaf(queue: str, code: int, centers: list[Center]) -> None:
    later = timezone.now() + dt.timedelta(minutes=5)
    watch = {"looked_at": timezone.now(), "claim_token": "a", "claimed_until": later}
    SchemaWatch.objects.update_or_create(center=centers[0], defaults=watch)
    assert watched("--queue", queue)[0] == code


def test_json_says_what_was_seen() -> None:
    beat(12, "dentalhub")
    task("austria", 700)
    code, text = watched("--json", "--queue", "dentalhub", "--queue", "austria", "--max-age", "60")
    document: dict[str, Any]
    document, end = json.JSONDecoder().raw_decode(text)
    assert (code, text[end:].strip()) == (1, "Nobody hears austria.")
    assert (document["deaf"], document["max_age_seconds"]) == (["austria"], 60)
    heard, deaf = document["queues"]
    assert {name: heard[name] for name in ("queue", "is_deaf", "host", "advice")} == {
        "queue": "dentalhub",
        "is_deaf": False,
        "host": "worker-1",
        "advice": "",
    }
    assert 12 <= heard["last_beat_seconds"] < 60
    assert 700 <= deaf["oldest_task_seconds"] < 760
    names = ("last_beat", "waiting_tasks", "shards_at_work", "looks_at_schemas")
    assert [deaf[name] for name in names] == [None, 1, 0, False]


@pytest.mark.parametrize("arguments", [("--queue", "austira"), ("--max-age", "0")])
def test_bad_usage_is_no_alarm(arguments: tuple[str, ...]) -> None:
    assert watched(*arguments)[0] == 2


def test_unknown_queue_is_answered_with_the_known_ones() -> None:
    assert watched("--queue", "austira")[1] == ("There is no queue austira. Known are dentalhub, interactive, austria.")


def test_database_that_does_not_answer_is_no_deaf_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(queues: object) -> list[QueueHealth]:
        raise OperationalError("login failed for sa:secret")

    monkeypatch.setattr(watchdog, "health_of", broken)
    text = "dentalhub's own database does not answer, or lacks migrations (OperationalError)."
    assert watched() == (2, text)


def test_silence_alone_does_not_end_a_cluster() -> None:
    # Who rings for the beats is another queue's worker, which may be dead.
    (silent,) = health_of(["austria"])
    assert (silent.is_deaf(600), silent.ignores_tasks(600)) == (True, False)
