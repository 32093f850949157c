"""What the check of the mapped columns costs an extraction, run by hand:

    .venv/bin/python -m tests.benchmarks.schema_check_cost --centers 500 --workers 50

Extraction with the check against extraction without it, in turns, and the same for the reading alone, where each round
reads with sessions that are open already. What extraction takes as a whole is measured by `manage.py benchmark`.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.benchmarks.own_data import DAY, set_up_django

if TYPE_CHECKING:
    from extraction.reader import CenterTask


def main() -> None:
    """Build the network, prepare dentalhub, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=6)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up_django(Path(folder))
        from tests.extraction.practice_network import import_centers, map_by_truth

        options = NetworkOptions(until=DAY, centers=chosen.centers, servers=chosen.servers, rows_per_day=6, days=1)
        network = build_network(Path(folder) / "network", options)
        with SandboxProcess(network.directory, ServeOptions(login_latency_ms=5, query_latency_ms=8)) as sandbox:
            os.environ["IVORIS_PASSWORD"] = sandbox.password
            os.environ["SSL_CERT_FILE"] = str(sandbox.ca_file)
            for center in import_centers(sandbox.centers_yml):
                map_by_truth(center, network)
            _compare(chosen.workers, chosen.rounds)


def _compare(workers: int, rounds: int) -> None:
    tasks = _tasks(workers)
    for name, work in (("extraction", lambda: _extract(workers)), ("reading", lambda: _read_all(tasks, workers))):
        _read_all(tasks, workers)
        checked, plain = list[float](), list[float]()
        for number in range(rounds):
            # The first of a pair is not always the same one.
            for is_checked in (True, False) if number % 2 else (False, True):
                with nullcontext() if is_checked else _without_check():
                    (checked if is_checked else plain).append(_timed(work))
        ratio = statistics.median(checked) / statistics.median(plain)
        print(
            f"{workers} threads, {name}: with the schema check {statistics.median(checked):.3f} s"
            f" ({min(checked):.3f} to {max(checked):.3f}), without {statistics.median(plain):.3f} s"
            f" ({min(plain):.3f} to {max(plain):.3f}), ratio {ratio:.3f}"
        )


def _tasks(workers: int) -> "list[CenterTask]":
    """The tasks of a run that is asked for and never done."""
    from extraction.assignments import assignments
    from extraction.leases import claim_run
    from extraction.reader import CenterTask
    from extraction.run_requests import request_run

    run = request_run(None, DAY, DAY, workers=workers).run
    return [item for item in assignments(claim_run(run.pk)) if isinstance(item, CenterTask)]


def _extract(workers: int) -> None:
    from centers.connection import close_all
    from extraction.leases import claim_run
    from extraction.run_requests import request_run
    from extraction.runner import execute

    run = request_run(None, DAY, DAY, workers=workers).run
    execute(claim_run(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.state
    close_all()


def _read_all(tasks: "Sequence[CenterTask]", workers: int) -> None:
    from extraction.reader import read

    with ThreadPoolExecutor(workers) as pool:
        assert all(
            result.failure is None for results in pool.map(lambda task: list(read(task)), tasks) for result in results
        )


@contextmanager
def _without_check() -> Iterator[None]:
    """The batch as it was before there was a check: neither asked for nor compared."""
    from centers.connection import ResultSet, SourceConnection
    from extraction.adapters import ivoris

    asked = SourceConnection.ask

    async def ask(self: SourceConnection, sql: str, *arguments: Any) -> list[ResultSet]:
        lines = [line for line in sql.splitlines() if "INFORMATION_SCHEMA.COLUMNS" not in line]
        results = await asked(self, "\n".join(lines), *arguments)
        return [ResultSet((), []), *results] if results else results

    with patch.object(SourceConnection, "ask", ask), patch.object(ivoris, "broken", lambda *_asked: ()):
        yield


def _timed(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
