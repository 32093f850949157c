"""Threads and the event loop read the same, and fail the same, over the real driver."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings

from centers import connection_pool
from centers.async_connection import borrow_in_loop
from centers.connection import close_all
from centers.event_loop import DaemonExecutor, event_loop
from centers.exceptions import SourceError, SourceErrorKind
from centers.models import Center
from centers.run_now import run_now
from dentalhub.sandbox.options import FaultKind
from extraction.adapters import registry
from extraction.async_reader_pool import AsyncReaderPool
from extraction.engines import readers
from extraction.enums import RunState
from extraction.leases import claim_run
from extraction.models import ChartEntry, Slice
from extraction.reader import CenterResult, CenterTask, read, read_in_loop
from extraction.reader_pool import ReaderPool
from extraction.readers import MOST_WAITING_ENTRIES
from extraction.run_requests import request_run
from extraction.runner import execute
from tests.conftest import LAST_DAY, PracticeServers
from tests.extraction.builders import entry, success, task
from tests.extraction.practice_network import import_centers, map_by_truth
from tests.extraction.test_reader import FakeAdapter
from tests.faults.expected_classes import EXPECTED
from tests.faults.faulty_runs import DEADLINE_SECONDS, faulty_network

WAIT = 10.0
FIELDS = (
    "center_id",
    "business_date",
    "source_row_id",
    "position",
    "patient_id",
    "insurance_status",
    "insurance_name",
    "chart_entry",
)
FAULTS = (
    FaultKind.WRONG_PASSWORD,
    FaultKind.REFUSE,
    FaultKind.CUT,
    FaultKind.HANG,
    FaultKind.DEADLOCK,
    FaultKind.DEADLOCK_ONCE,
    FaultKind.CUT_ONCE,
    FaultKind.MISSING_MARKER,
    FaultKind.MISSING_COLUMN,
    FaultKind.PERMISSION_DENIED,
)


async def _all(task: CenterTask) -> list[CenterResult]:
    return [result async for result in read_in_loop(task)]


def _in_loop(task: CenterTask) -> list[CenterResult]:
    return asyncio.run_coroutine_threadsafe(_all(task), event_loop()).result(WAIT)


def _landed(engine: str) -> list[tuple[object, ...]]:
    # The manifests too: what is the same is not written again.
    ChartEntry.objects.all().delete()
    Slice.objects.all().delete()
    with override_settings(ENGINE=engine):
        run = request_run(None, LAST_DAY, workers=10).run
        execute(claim_run(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED
    return sorted(ChartEntry.objects.values_list(*FIELDS, "service_codes"), key=repr)


@pytest.mark.django_db
def test_both_engines_land_the_same_rows_of_thirty_centers(sandbox: PracticeServers) -> None:
    for center in import_centers(sandbox.centers_yml):
        map_by_truth(center, sandbox.network)
    assert Center.objects.count() == 30
    by_threads, by_loop = _landed("threads"), _landed("asyncio")
    assert len(by_threads) > 30
    assert by_loop == by_threads
    close_all()


@pytest.mark.django_db
def test_both_engines_end_faults_in_the_same_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_network(tmp_path, len(FAULTS), monkeypatch) as network:
        faults = dict(zip((center.center_id for center in network.network.centers), FAULTS, strict=True))
        for engine in ("threads", "asyncio"):
            with override_settings(ENGINE=engine, CENTER_DEADLINE_SECONDS=DEADLINE_SECONDS):
                ended, _seconds = network.extract(faults)
            for center_id, fault in faults.items():
                expected = {str(kind) for kind in EXPECTED.get(fault, ())} or {""}
                assert ended[center_id].kind in expected, (engine, fault)
            assert network.untrue() == []


def test_engine_is_the_one_that_is_set() -> None:
    assert isinstance(readers(1), ReaderPool)
    with override_settings(ENGINE="asyncio"):
        assert isinstance(readers(1), AsyncReaderPool)
        # What tests put in the place of reading knows nothing of loops.
        assert isinstance(readers(1, read), ReaderPool)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> CenterTask:
    """A task for an adapter that knows threads only, and raises what it is told."""
    monkeypatch.setitem(registry._ADAPTERS, "fake", FakeAdapter)
    monkeypatch.setattr("extraction.reader.RETRY_WAIT_SECONDS", 0.001)
    monkeypatch.setattr("extraction.reader.RETRY_MOST_SECONDS", 0.002)
    FakeAdapter.errors, FakeAdapter.calls, FakeAdapter.counts = [], [], []
    return replace(task(), adapter="fake", chunk_days=2)


def test_loop_reads_piece_after_piece_and_tries_again(fake: CenterTask) -> None:
    FakeAdapter.errors = [SourceError(SourceErrorKind.DEADLOCK, "Again.", transient=True)]
    results = _in_loop(fake)
    assert [(result.attempts, result.is_last, result.failure) for result in results] == [
        (2, False, None),
        (1, False, None),
        (1, True, None),
    ]
    assert FakeAdapter.counts == [False, False, False, True]


@pytest.mark.parametrize(
    ("error", "cause", "attempts"),
    [
        (SourceError(SourceErrorKind.LOGIN, "Refused."), "login_failed", 1),
        (ValueError("Müller"), "other", 1),
    ],
)
def test_loop_ends_with_the_first_piece_that_fails(
    fake: CenterTask, error: Exception, cause: str, attempts: int
) -> None:
    FakeAdapter.errors = [error]
    (result,) = _in_loop(fake)
    assert result.failure is not None
    assert (result.failure.cause, result.attempts, result.is_last) == (cause, attempts, True)
    assert "Müller" not in result.failure.message


def _tasks(count: int) -> list[CenterTask]:
    return [replace(task(), center_run_id=number) for number in range(count)]


def _collect(pool: AsyncReaderPool, count: int) -> list[int]:
    found: list[int] = []
    deadline = time.monotonic() + WAIT
    while len(found) < count and time.monotonic() < deadline:
        found += [result.task.center_run_id for result in pool.results(0.1)[0]]
    return sorted(found)


def test_coroutines_read_every_task_once_and_no_more_at_a_time_than_allowed() -> None:
    most, now = 0, 0

    async def count(task: CenterTask) -> AsyncIterator[CenterResult]:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        yield success(task, entry())

    pool = AsyncReaderPool(3, count)
    for waiting in _tasks(20):
        pool.hand([waiting])
    assert _collect(pool, 20) == list(range(20))
    assert most == 3
    pool.grow(5)
    pool.hand(_tasks(20))
    assert _collect(pool, 20) == list(range(20))
    assert most == 5
    pool.stop()


def test_coroutines_wait_for_a_writer_that_lags_behind_and_are_not_silent_meanwhile() -> None:
    begun = 0

    async def large(task: CenterTask) -> AsyncIterator[CenterResult]:
        nonlocal begun
        begun += 1
        yield success(task, *[entry()] * MOST_WAITING_ENTRIES)

    pool = AsyncReaderPool(2, large)
    pool.hand(_tasks(10))
    deadline = time.monotonic() + WAIT
    while begun < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert begun == 3
    assert pool.silent_for(0.05) == set()
    assert _collect(pool, 10) == list(range(10))
    pool.stop()


def test_coroutine_that_says_nothing_is_named_and_a_stopped_pool_begins_nothing() -> None:
    asked: list[int] = []

    async def hang(task: CenterTask) -> AsyncIterator[CenterResult]:
        asked.append(task.center_run_id)
        if task.center_run_id == 0:
            await asyncio.sleep(0.4)
        yield success(task, entry())

    pool = AsyncReaderPool(1, hang)
    pool.hand(_tasks(3))
    time.sleep(0.2)
    assert pool.silent_for(0.1) == {0}
    pool.stop()
    assert _collect(pool, 1) == [0]
    time.sleep(0.1)
    assert asked == [0]


@pytest.mark.django_db
def test_session_that_rested_is_asked_and_broken_ones_are_not_lent_again(
    sandbox: PracticeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_all()
    spec = import_centers(sandbox.centers_yml)[0].server.spec()

    async def borrowed(*, is_broken: bool = False) -> object:
        async with borrow_in_loop(spec) as connection:
            assert (await connection.ask("SELECT 1 AS one"))[0].rows == [(1,)]
            connection._reusable = not is_broken
            return connection

    def once(**options: bool) -> object:
        return asyncio.run_coroutine_threadsafe(borrowed(**options), event_loop()).result(WAIT)

    first = once()
    monkeypatch.setattr(connection_pool, "CHECK_AFTER_SECONDS", -1.0)
    assert once(is_broken=True) is first
    assert once() is not first
    close_all()


def test_calls_get_threads_of_their_own_that_are_used_again() -> None:
    executor, both = DaemonExecutor(), threading.Barrier(2)
    first, second = executor.submit(both.wait, WAIT), executor.submit(both.wait, WAIT)
    assert {first.result(WAIT), second.result(WAIT)} == {0, 1}
    time.sleep(0.05)
    names = {executor.submit(threading.get_ident).result(WAIT) for _call in range(5)}
    assert len(names) <= 2
    with pytest.raises(ZeroDivisionError):
        executor.submit(lambda: 1 // 0).result(WAIT)
    assert executor.submit(lambda: threading.current_thread().daemon).result(WAIT)


def test_coroutine_that_waits_is_refused_outside_of_a_loop() -> None:
    with pytest.raises(RuntimeError, match="needs an event loop"):
        run_now(asyncio.sleep(0.0, "never"))
