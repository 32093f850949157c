"""Threads that read, and the bounded queue to the one that writes."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from extraction import readers
from extraction.reader import CenterResult, CenterTask
from extraction.reader_pool import ReaderPool
from tests.extraction.builders import entry, success, task

WAIT = 5.0


def _tasks(count: int) -> list[CenterTask]:
    return [replace(task(), center_run_id=number) for number in range(count)]


def _one_entry(task: CenterTask) -> Iterator[CenterResult]:
    yield success(task, entry())


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _collect(pool: ReaderPool, count: int) -> list[int]:
    found: list[int] = []
    deadline = time.monotonic() + WAIT
    while len(found) < count and time.monotonic() < deadline:
        found += [result.task.center_run_id for result in pool.results(0.1)[0]]
    return sorted(found)


def test_every_task_is_read_once() -> None:
    pool = ReaderPool(4, _one_entry)
    pool.hand(_tasks(50))
    assert _collect(pool, 50) == list(range(50))
    assert pool.results(0.0)[0] == []
    pool.stop()


def test_no_more_threads_than_its_size() -> None:
    most, now, lock = 0, 0, threading.Lock()

    def count(task: CenterTask) -> Iterator[CenterResult]:
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        yield success(task, entry())

    pool = ReaderPool(3, count)
    for waiting in _tasks(20):
        pool.hand([waiting])
    assert _collect(pool, 20) == list(range(20))
    assert most == 3
    pool.stop()


def test_readers_wait_for_a_writer_that_lags_behind() -> None:
    read = 0

    def large(task: CenterTask) -> Iterator[CenterResult]:
        nonlocal read
        read += 1
        yield success(task, *[entry()] * readers.MOST_WAITING_ENTRIES)

    pool = ReaderPool(2, large)
    pool.hand(_tasks(10))
    # One result fills the queue; each thread holds one more.
    _until(lambda: read == 3)
    time.sleep(0.1)
    assert read == 3
    assert pool.silent_for(0.0) == set()
    assert _collect(pool, 10) == list(range(10))
    pool.stop()


def test_vacancies_and_growth() -> None:
    release = threading.Event()

    def wait(task: CenterTask) -> Iterator[CenterResult]:
        release.wait(WAIT)
        yield success(task, entry())

    pool = ReaderPool(2, wait)
    assert (pool.results(0.0)[1], pool.results(0.0, ahead=1)[1]) == (2, 3)
    pool.hand(_tasks(3))
    _until(lambda: len(pool.silent_for(0.0)) == 2)
    assert (pool.results(0.0)[1], pool.results(0.0, ahead=1)[1]) == (0, 0)
    pool.grow(3)
    _until(lambda: len(pool.silent_for(0.0)) == 3)
    assert pool.silent_for(60.0) == set()
    release.set()
    assert _collect(pool, 3) == [0, 1, 2]
    pool.stop()


def test_stopped_pool_takes_no_more_tasks() -> None:
    pool = ReaderPool(1, _one_entry)
    pool.stop()
    pool.hand(_tasks(3))
    assert pool.results(0.2)[0] == []


def test_writer_waits_for_some_results_and_no_longer_than_it_said() -> None:
    pool = ReaderPool(4, _one_entry)
    pool.hand(_tasks(3))
    started = time.monotonic()
    assert len(pool.results(WAIT, at_least=3)[0]) == 3
    assert time.monotonic() - started < WAIT / 2
    pool.hand(_tasks(2))
    assert len(pool.results(0.3, at_least=3)[0]) == 2
    assert time.monotonic() - started >= 0.3
    pool.stop()


def test_writer_begins_when_readers_would_wait_for_it() -> None:
    def large(task: CenterTask) -> Iterator[CenterResult]:
        yield success(task, *[entry()] * (readers.MOST_WAITING_ENTRIES + 1))

    pool = ReaderPool(1, large)
    pool.hand(_tasks(2))
    started = time.monotonic()
    assert len(pool.results(WAIT, at_least=2)[0]) == 1
    assert time.monotonic() - started < WAIT / 2
    pool.stop()
