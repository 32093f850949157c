"""The queue's task watches a process and never reads sources itself."""

import datetime as dt
import os
import sys

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from centers.models import Center
from dentalhub import child_process
from extraction import supervisor, tasks
from extraction.enums import RunState
from extraction.leases import LOST_AFTER, MOST_CLAIMS, Lease, claim
from extraction.models import CenterRun, ExtractionRun, Shard
from extraction.run_requests import request_run


@pytest.fixture
def shard(run: ExtractionRun) -> Shard:
    """The run's only shard."""
    return run.shards.get()


def _state(run: ExtractionRun) -> tuple[str, set[str]]:
    run.refresh_from_db()
    return run.state, set(run.center_runs.values_list("error_kind", flat=True))


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _queued() -> list[tuple[str, tuple[int, ...]]]:
    return [(item.task["func"], item.task["args"]) for item in OrmQ.objects.order_by("pk")]


def test_process_that_ends_well_decides_itself(run: ExtractionRun, shard: Shard) -> None:
    assert supervisor.supervise(shard.pk, _python("pass"))
    assert _state(run) == (RunState.QUEUED, {""})


def test_shard_of_a_crashed_process_is_free_for_the_next(shard: Shard) -> None:
    assert not supervisor.supervise(shard.pk, _python("import os; os.abort()"))
    shard.refresh_from_db()
    assert (shard.state, shard.attempts) == (RunState.QUEUED, 1)


def test_process_past_the_deadline_is_killed(run: ExtractionRun, shard: Shard, settings: Settings) -> None:
    settings.RUN_DEADLINE_SECONDS = 1
    ignores_terminate = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child_process.TERMINATE_SECONDS, before = 0.2, child_process.TERMINATE_SECONDS
    try:
        assert not supervisor.supervise(shard.pk, _python(ignores_terminate))
    finally:
        child_process.TERMINATE_SECONDS = before
    assert _state(run) == (RunState.FAILED, {"deadline"})


def test_crash_of_one_who_had_no_claim_changes_nothing(run: ExtractionRun, lease: Lease, shard: Shard) -> None:
    assert not supervisor.supervise(shard.pk, _python("raise SystemExit(3)"))
    assert _state(run) == (RunState.RUNNING, {""})
    shard.refresh_from_db()
    assert (shard.lease_token, shard.attempts) == (lease.token, 1)


def test_command_line_holds_keys_only() -> None:
    command = supervisor.worker_command(7, "token")
    assert command == [sys.executable, "-m", "django", "execute_shard", "7", "--token", "token"]
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "dentalhub.settings"


def test_dispatch_waits_for_the_commit(
    centers: list[Center],
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SHARD_SIZE = 2
    run = request_run(centers).run
    with django_capture_on_commit_callbacks(execute=True):
        tasks.dispatch(run)
        assert _queued() == []
    shards = run.shards.order_by("number").values_list("pk", flat=True)
    assert _queued() == [("extraction.tasks.execute_shard", (pk,)) for pk in shards]
    assert len(_queued()) == 2


def test_finished_run_is_not_dispatched(
    run: ExtractionRun, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    run.state = RunState.SKIPPED
    with django_capture_on_commit_callbacks(execute=True):
        tasks.dispatch(run)
    assert _queued() == []


def test_crashed_process_is_followed_by_another_one(shard: Shard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "worker_command", lambda shard_id, token: _python("raise SystemExit(1)"))
    for number in range(1, MOST_CLAIMS):
        assert not tasks.execute_shard(shard.pk)
        assert _queued() == [("extraction.tasks.execute_shard", (shard.pk,))] * number
    assert not tasks.execute_shard(shard.pk)
    assert len(_queued()) == MOST_CLAIMS - 1
    assert _state(shard.run) == (RunState.FAILED, {"interrupted"})


def test_task_that_comes_twice_does_nothing(shard: Shard, lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda shard_id: pytest.fail("nothing to do"))
    assert not tasks.execute_shard(shard.pk)
    assert not tasks.execute_shard(shard.pk + 4711)


def test_reaper_queues_what_nobody_works_on(shard: Shard) -> None:
    assert tasks.reap() == []
    Shard.objects.update(queued_at=timezone.now() - LOST_AFTER - dt.timedelta(seconds=1))
    assert tasks.reap() == [shard.pk]
    assert tasks.reap() == []
    assert claim(shard.pk) is not None
    Shard.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert tasks.reap() == [shard.pk]
    assert _queued() == [("extraction.tasks.execute_shard", (shard.pk,))] * 2


def test_reaper_ends_a_run_whose_last_process_died_after_its_last_shard(run: ExtractionRun, lease: Lease) -> None:
    CenterRun.objects.update(state=RunState.SUCCEEDED)
    Shard.objects.update(state=RunState.SUCCEEDED)
    assert tasks.reap() == []
    assert _state(run) == (RunState.SUCCEEDED, {""})
