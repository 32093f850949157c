"""A process that is frozen past its lease finds, when it wakes, that its work is another's: it overwrites nothing."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from dentalhub.sandbox.business_days import last_business_days
from dentalhub.sandbox.process import SandboxProcess
from tests.faults.workplace import LAST_DAY, Plan, Workplace, workplace

CHILDREN = 20
# Some of those that are started may end before they are stopped.
STARTED = CHILDREN + 10
WATCHED = 4
# A query takes so long that a process is between its claim and the end of its landing when it is frozen.
PLAN = Plan(centers=6, days=STARTED, query_ms=2000, workers=3)
pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="needs a sandbox of its own")


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """Six centers with 30 days each, and a run for each day."""
    with workplace(tmp_path_factory.mktemp("frozen"), PLAN) as found:
        yield found


def _freeze(place: Workplace, process: subprocess.Popen[bytes]) -> None:
    """Stop it, but not while it holds SQLite's only write lock: nobody could write then, whatever dentalhub does."""
    while True:
        process.send_signal(signal.SIGSTOP)
        if _can_write(place):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.01)


def _can_write(place: Workplace) -> bool:
    with closing(sqlite3.connect(place.database, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


def _frozen_in_the_work(place: Workplace, chance: random.Random) -> dict[int, subprocess.Popen[bytes]]:
    """A process for each day's run, stopped when it reads its first centers or its last; by the run's key.

    Few are watched at a time: one that works unseen on a loaded machine would end before it is stopped.
    """
    frozen: dict[int, subprocess.Popen[bytes]] = {}
    days = iter(last_business_days(LAST_DAY, STARTED))
    watched: dict[int, tuple[subprocess.Popen[bytes], int]] = {}
    deadline = time.monotonic() + 120
    while len(frozen) < CHILDREN:
        assert time.monotonic() < deadline, "not all processes have begun"
        if len(watched) < min(WATCHED, CHILDREN - len(frozen)):
            run = place.request(day=next(days).isoformat())
            process = place.start_extractor(run)
            assert process is not None
            watched[run] = process, chance.choice([0, 1])
        for run, (process, landed_before) in list(watched.items()):
            seen = place.progress(run)
            if seen["begun"] and seen["ended"] >= landed_before:
                _freeze(place, process)
                del watched[run]
                if not place.progress(run)["is_finished"]:
                    frozen[run] = process
    return frozen


def test_frozen_processes_overwrite_nothing_when_they_wake(place: Workplace) -> None:
    frozen = _frozen_in_the_work(place, random.Random(int(os.environ.get("DENTALHUB_STORM_SEED", "5"))))
    assert len(frozen) == CHILDREN
    with SandboxProcess(place.network) as quick:
        place.foreman("move", centers_yml=str(quick.centers_yml))
        for run in frozen:
            place.foreman("expire", run=run)
            assert place.foreman("heal", run=run) == "succeeded"
        # The days for which no process was needed.
        place.finish(max(frozen))
    landed = place.foreman("landed")
    for process in frozen.values():
        process.send_signal(signal.SIGCONT)
    assert {process.wait(60) for process in frozen.values()} == {0}
    assert place.foreman("landed") == landed
    assert place.wrong() == []
