"""Work in processes beside this one."""

import math
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dentalhub import processor_pool as pools
from dentalhub.processor_pool import WORTH_PROCESSES, ProcessorPool, processor_pool


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessorPool]:
    monkeypatch.setattr(pools, "available_cores", lambda: 2)
    with processor_pool(WORTH_PROCESSES) as made:
        yield made


def test_work_is_done_in_other_processes(pool: ProcessorPool) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _number: pool.run(os.getpid), range(40)))
    assert os.getpid() not in found
    assert 1 <= len(found) <= 2


def test_each_answer_belongs_to_its_question(pool: ProcessorPool) -> None:
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda number: pool.run(math.factorial, number), range(200))) == [
            math.factorial(number) for number in range(200)
        ]


def test_what_work_raises_is_raised_here(pool: ProcessorPool) -> None:
    with pytest.raises(ValueError, match="negative"):
        pool.run(math.factorial, -1)
    assert pool.run(math.factorial, 3) == 6


def test_what_cannot_be_sent_is_an_error_and_the_rest_goes_on(pool: ProcessorPool) -> None:
    with pytest.raises(Exception, match="pickle"):
        pool.run(lambda: 1)
    assert pool.run(math.factorial, 3) == 6


def test_killed_processes_leave_no_work_undone(pool: ProcessorPool) -> None:
    for _each in range(2):
        os.kill(pool.run(os.getpid), signal.SIGKILL)
        assert pool.run(math.factorial, 4) == 24
    assert pool.run(os.getpid) == os.getpid()


def test_process_ends_with_its_input(pool: ProcessorPool) -> None:
    process = pool.run(os.getpid)
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert pool.run(os.getpid) == os.getpid()


@pytest.mark.parametrize(("items", "cores"), [(WORTH_PROCESSES - 1, 2), (500, 1)])
def test_no_process_where_none_pays(items: int, cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "available_cores", lambda: cores)
    with processor_pool(items) as made:
        assert made.run(os.getpid) == os.getpid()
