"""The queue's task watches a process and never reads sources itself."""

import datetime as dt
import os
import sys

import pytest
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from dentalhub import child_process
from extraction import supervisor, tasks
from extraction.enums import RunState
from extraction.leases import Lease, claim
from extraction.models import ExtractionRun
from extraction.run_requests import request_run
from tests.extraction.builders import FRIDAY


def _state(run: ExtractionRun) -> tuple[str, set[str]]:
    run.refresh_from_db()
    return run.state, set(run.center_runs.values_list("error_kind", flat=True))


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_process_that_ends_well_decides_itself(run: ExtractionRun) -> None:
    assert supervisor.supervise(run.pk, _python("pass"))
    assert _state(run) == (RunState.QUEUED, {""})


def test_process_that_crashes_leaves_no_open_run(run: ExtractionRun) -> None:
    assert not supervisor.supervise(run.pk, _python("import os; os.abort()"))
    assert _state(run) == (RunState.FAILED, {"interrupted"})


def test_process_past_the_deadline_is_killed(run: ExtractionRun, settings: Settings) -> None:
    settings.RUN_DEADLINE_SECONDS = 1
    ignores_terminate = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child_process.TERMINATE_SECONDS, before = 0.2, child_process.TERMINATE_SECONDS
    try:
        assert not supervisor.supervise(run.pk, _python(ignores_terminate))
    finally:
        child_process.TERMINATE_SECONDS = before
    assert _state(run) == (RunState.FAILED, {"deadline"})


def test_crash_of_one_who_had_no_claim_changes_nothing(run: ExtractionRun, lease: Lease) -> None:
    assert not supervisor.supervise(run.pk, _python("raise SystemExit(3)"))
    assert _state(run) == (RunState.RUNNING, {""})


def test_command_line_holds_keys_only(run: ExtractionRun) -> None:
    command = supervisor.worker_command(Lease(run.pk, "token"))
    assert command == [sys.executable, "-m", "django", "execute_run", str(run.pk), "--token", "token"]
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "dentalhub.settings"


def test_dispatch_waits_for_the_commit(
    run: ExtractionRun, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.dispatch(run)
        assert not OrmQ.objects.exists()
    task = OrmQ.objects.get().task
    assert (task["func"], task["args"]) == ("extraction.tasks.execute_run", (run.pk,))


def test_finished_run_is_not_dispatched(
    run: ExtractionRun, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    run.state = RunState.SKIPPED
    with django_capture_on_commit_callbacks(execute=True):
        tasks.dispatch(run)
    assert not OrmQ.objects.exists()


def test_task_hands_on_runs_whose_owner_fell_silent(run: ExtractionRun, monkeypatch: pytest.MonkeyPatch) -> None:
    assert claim(run.pk) is not None
    ExtractionRun.objects.update(lease_until=run.requested_at)
    supervised: list[int] = []

    def note(run_id: int) -> bool:
        supervised.append(run_id)
        return True

    monkeypatch.setattr(supervisor, "supervise", note)
    other = request_run(None, FRIDAY).run
    assert tasks.execute_run(other.pk)
    assert supervised == [other.pk]
    assert OrmQ.objects.get().task["args"] == (run.pk,)


def test_task_that_comes_twice_does_nothing(run: ExtractionRun, lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda run_id: pytest.fail("nothing to do"))
    assert not tasks.execute_run(run.pk)
    assert not tasks.execute_run(run.pk + 4711)


def test_queued_run_that_nobody_took_is_dispatched_again(run: ExtractionRun) -> None:
    assert tasks.reap_stale_runs() == []
    ExtractionRun.objects.update(requested_at=run.requested_at - dt.timedelta(minutes=11))
    assert tasks.reap_stale_runs() == [run.pk]
