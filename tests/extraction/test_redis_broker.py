"""Redis as the broker: what waits there is seen, and while it is away pages work and nothing is lost."""

import datetime as dt
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.views.debug import SafeExceptionReporterFilter
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from centers.models import Center
from dentalhub import queue_wire
from dentalhub.broker_settings import broker
from dentalhub.queue_wire import Waiting, WireError
from dentalhub.redis_broker import RedisBroker, key_of
from dentalhub.redis_broker import client as of_redis
from extraction import tasks
from extraction.heartbeats import ring
from extraction.models import ExtractionRun, Heartbeat, Shard
from extraction.queue_health import health_of
from extraction.queues import all_queues
from extraction.run_requests import request_run, yesterday
from tests.redis_server import PASSWORD, RedisServer, needs_redis, redis_server

ClientOf = Callable[[User], Client]
pytestmark = [needs_redis, pytest.mark.django_db]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server for this file."""
    with redis_server(tmp_path_factory.mktemp("redis")) as found:
        yield found


@pytest.fixture
def server(machine: RedisServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """The broker of this process, empty, and there again afterwards."""
    chosen = broker(machine.url)
    settings.Q_CLUSTER = {name: value for name, value in settings.Q_CLUSTER.items() if name != "orm"} | chosen
    monkeypatch.setattr(Conf, "BROKER_CLASS", chosen["broker_class"])
    of_redis.cache_clear()
    of_redis().flushall()
    yield machine
    of_redis().close()
    of_redis.cache_clear()
    if machine.process is None:
        machine.start()


def test_task_goes_to_the_list_of_its_queue_and_comes_back_once(server: RedisServer) -> None:
    for number in (7, 8):
        assert queue_wire.ring("extraction.tasks.execute_shard", number, queue="austria", name=f"shard {number}")
    assert isinstance(get_broker("austria"), RedisBroker)
    ((_receipt, package),) = get_broker("austria").dequeue()
    task = SignedPackage.loads(package)
    assert (task["func"], task["args"], task["kwargs"]) == ("extraction.tasks.execute_shard", (7,), {})
    found = queue_wire.waiting(["austria", "dentalhub"])
    assert (found["austria"].count, found["dentalhub"]) == (1, Waiting())
    assert found["austria"].oldest_age == pytest.approx(0, abs=3)
    assert not OrmQ.objects.exists()


def test_oldest_task_dates_the_queue(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        queue_wire.ring("extraction.tasks.hear", queue="dentalhub", name="heartbeat")
    later = timezone.now() + dt.timedelta(seconds=700)
    monkeypatch.setattr(timezone, "now", lambda: later)
    (found,) = health_of(["dentalhub"])
    assert found.waiting == 3
    assert found.oldest_age == pytest.approx(700, abs=3)
    assert (found.ignores_tasks(600), found.ignores_tasks(800)) == (True, False)


@pytest.mark.parametrize("package", [b"", b"x", b"a:b", b"data:!!:signature", b"data:ZZZZZZZZZZZZ:signature"])
def test_foreign_text_in_a_list_has_no_age(package: bytes, server: RedisServer) -> None:
    of_redis().rpush(key_of("dentalhub"), package)
    assert queue_wire.waiting(["dentalhub"]) == {"dentalhub": Waiting(1, None)}


def test_installation_with_another_key_has_lists_of_its_own(server: RedisServer, settings: Settings) -> None:
    own = key_of("dentalhub")
    settings.SECRET_KEY = "another-key-of-another-installation-on-the-same-server"
    assert own.startswith("dentalhub:")
    assert key_of("dentalhub") != own


def test_tick_rings_only_queues_in_which_nothing_waits(server: RedisServer) -> None:
    assert ring(["dentalhub", "interactive"]) == ["dentalhub", "interactive"]
    assert ring(["dentalhub", "interactive"]) == []


def test_shards_that_the_server_forgot_are_rung_for_again(server: RedisServer, centers: list[Center]) -> None:
    keys = list(request_run(centers).run.shards.values_list("pk", flat=True))
    tasks.enqueue(keys)
    _let_pass(61)
    # They still wait there.
    assert tasks.redispatch() == []
    of_redis().flushall()
    assert tasks.redispatch() == keys
    assert queue_wire.waiting(["dentalhub"])["dentalhub"].count == len(keys)
    assert tasks.redispatch() == []


def test_run_asked_for_while_the_server_is_away_begins_when_it_is_back(
    server: RedisServer,
    centers: list[Center],
    analyst: User,
    client_of: ClientOf,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.stop()
    day = yesterday().isoformat()
    form = {"date_from": day, "date_to": day, "mode": "all", "idempotency_key": "a" * 32}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(analyst).post(reverse("extraction:run_start"), form)
    run = ExtractionRun.objects.get()
    assert answer.headers["Location"] == run.get_absolute_url()
    where = f"redis://127.0.0.1:{server.port}/3 does not answer (ConnectionError)"
    assert f"dentalhub was not rung for shard {run.shards.get().pk}: {where}" in caplog.text
    _let_pass(61)
    assert tasks.redispatch() == []
    server.start()
    assert tasks.redispatch() == [run.shards.get().pk]
    assert queue_wire.waiting(["dentalhub"])["dentalhub"].count == 1
    assert PASSWORD not in caplog.text


def test_nobody_waits_once_for_each_shard(
    server: RedisServer, centers: list[Center], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SHARD_SIZE = 1
    shards = list(request_run(centers).run.shards.values_list("pk", flat=True))
    server.stop()
    tasks.enqueue(shards)
    assert (len(shards), caplog.text.count("was not rung")) == (3, 1)


def test_server_that_is_away_is_named_everywhere(server: RedisServer, client: Client) -> None:
    for queue in all_queues():
        Heartbeat.objects.create(queue=queue, beat_at=timezone.now(), host="one")
    assert client.get("/health/ready").json()["checks"]["broker"] == "ok"
    assert "dentalhub_broker_up 1.0" in client.get("/metrics").content.decode()
    server.stop()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert (answer.json()["checks"]["broker"], answer.json()["deaf_queues"]) == ("no answer", [])
    assert client.get("/health").json()["broker"] == "no answer"
    metrics = client.get("/metrics").content.decode()
    assert "dentalhub_broker_up 0.0" in metrics
    # A depth that nobody knows is not 0.
    assert 'dentalhub_queue_tasks{queue="dentalhub"}' not in metrics
    where = f"redis://127.0.0.1:{server.port}/3"
    with pytest.raises(CommandError, match=f"The broker of the queues does not answer \\({where}\\)") as caught:
        call_command("watchdog", stdout=StringIO())
    assert caught.value.returncode == 2
    found = [message for message in run_checks(databases=["default"]) if message.id == "dentalhub.E030"]
    assert [message.msg for message in found] == [
        f"The broker of the queues: {where} does not answer (ConnectionError); see DENTALHUB_BROKER_URL."
    ]


def test_workers_say_why_they_do_not_start(server: RedisServer) -> None:
    server.stop()
    with pytest.raises(CommandError, match=r"The broker of the queues: redis://127.0.0.1:\d+/3 does not answer"):
        call_command("qcluster")


def test_wrong_password_is_named_and_not_repeated(server: RedisServer, settings: Settings) -> None:
    settings.Q_CLUSTER = settings.Q_CLUSTER | broker(server.url.replace(PASSWORD, "geheim"))
    of_redis.cache_clear()
    with pytest.raises(WireError) as caught:
        queue_wire.ping()
    assert str(caught.value) == f"redis://127.0.0.1:{server.port}/3 does not answer (AuthenticationError)"


def test_error_page_leaves_the_password_out(server: RedisServer, settings: Settings) -> None:
    shown = SafeExceptionReporterFilter().get_safe_settings()
    assert shown["Q_CLUSTER"]["redis"]["password"] == SafeExceptionReporterFilter.cleansed_substitute
    assert PASSWORD not in repr(of_redis())


def _let_pass(seconds: int) -> None:
    Shard.objects.update(queued_at=timezone.now() - dt.timedelta(seconds=seconds))
