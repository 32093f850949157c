"""Extraction against a bare loop of pyodbc threads on the same sandbox, run by hand:

    .venv/bin/python -m tests.benchmarks.extraction_at_scale --centers 500 --workers 50

The bare loop sends the same statements and fetches the same rows, and neither checks, converts nor lands them. Both log
in anew in each round and take turns, so that a noisy machine disturbs both; the ratio of their medians is the figure.

With `--schema-check` two ratios more: extraction with the check of the mapped columns against extraction without it,
and the same for the reading alone, where each round reads with sessions that are open already.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess

if TYPE_CHECKING:
    from extraction.reader import CenterTask

DAY = date(2026, 11, 20)


def main() -> None:
    """Build the network, prepare dentalhub, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[50])
    parser.add_argument("--rows-per-day", type=int, default=6)
    parser.add_argument("--login-ms", type=int, default=5)
    parser.add_argument("--query-ms", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--schema-check", action="store_true", help="measure what the check of the schema costs")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _set_up_django(Path(folder))
        options = NetworkOptions(
            until=DAY, centers=chosen.centers, servers=chosen.servers, rows_per_day=chosen.rows_per_day, days=1
        )
        network = build_network(Path(folder) / "network", options)
        latency = ServeOptions(login_latency_ms=chosen.login_ms, query_latency_ms=chosen.query_ms)
        with SandboxProcess(network.directory, latency) as sandbox:
            os.environ["IVORIS_PASSWORD"] = sandbox.password
            os.environ["SSL_CERT_FILE"] = str(sandbox.ca_file)
            _onboard(network, sandbox.centers_yml, max(chosen.workers))
            for workers in chosen.workers:
                _compare(workers, chosen.rounds)
                if chosen.schema_check:
                    _compare_check(workers, chosen.rounds)


def _set_up_django(folder: Path) -> None:
    os.environ["DENTALHUB_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _onboard(network: Network, centers_yml: Path, workers: int) -> None:
    """Import, discover and map every center; the mappings are the generator's own, so that all 500 are extracted."""
    from centers.centers_import import apply_import, read_centers_file
    from centers.models import Center, DatabaseServer
    from mappings.discovery import discover_many
    from mappings.enums import MappingStatus
    from mappings.versions import new_version
    from tests.extraction.practice_network import mapping_document, truth_of

    apply_import(read_centers_file(centers_yml.read_text(encoding="utf-8")), None)
    DatabaseServer.objects.update(max_connections=100)
    started = time.monotonic()
    found = list(discover_many(list(Center.objects.select_related("server")), workers))
    print(f"discovery of {len(found)} centers with {workers} threads: {time.monotonic() - started:.2f} s")
    for outcome in found:
        assert outcome.discovery is not None, outcome.error
        document = mapping_document(truth_of(network, outcome.center.center_id))
        mapping = new_version(outcome.center, outcome.discovery.snapshot, document, author=None, generated=True)
        type(mapping).objects.filter(pk=mapping.pk).update(status=MappingStatus.APPROVED)


def _compare(workers: int, rounds: int) -> None:
    own, bare = [], []
    for _round in range(rounds):
        own.append(_timed(lambda: _extract(workers)))
        bare.append(_timed(lambda: _bare_loop(_tasks(workers), workers)))
    ratio = statistics.median(own) / statistics.median(bare)
    print(
        f"{workers} threads: extraction {statistics.median(own):.2f} s ({min(own):.2f} to {max(own):.2f}), "
        f"bare loop {statistics.median(bare):.2f} s ({min(bare):.2f} to {max(bare):.2f}), ratio {ratio:.2f}"
    )


def _compare_check(workers: int, rounds: int) -> None:
    """With the check and without, in turns; what is read is the same."""
    tasks = _tasks(workers)
    for name, work in (("extraction", lambda: _extract(workers)), ("reading", lambda: _read_all(tasks, workers))):
        _read_all(tasks, workers)
        checked, plain = list[float](), list[float]()
        for number in range(rounds * 2):
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

    asked = SourceConnection.query

    def query(self: SourceConnection, sql: str, *arguments: Any, **options: Any) -> list[ResultSet]:
        lines = [line for line in sql.splitlines() if "INFORMATION_SCHEMA.COLUMNS" not in line]
        results = asked(self, "\n".join(lines), *arguments, **options)
        return [ResultSet((), []), *results] if results else results

    with patch.object(SourceConnection, "query", query), patch.object(ivoris, "broken", lambda *_asked: ()):
        yield


def _timed(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


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


def _tasks(workers: int) -> "list[CenterTask]":
    """The tasks of a run that is asked for and never done. Their making is part of the bare loop's time as well."""
    from extraction.assignments import assignments
    from extraction.leases import claim_run
    from extraction.reader import CenterTask
    from extraction.run_requests import request_run

    run = request_run(None, DAY, DAY, workers=workers).run
    return [item for item in assignments(claim_run(run.pk)) if isinstance(item, CenterTask)]


def _bare_loop(tasks: "Sequence[CenterTask]", workers: int) -> None:
    waiting: SimpleQueue[CenterTask] = SimpleQueue()
    for task in tasks:
        waiting.put(task)
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(_bare_thread, waiting) for _thread in range(workers)]:
            done.result()


def _bare_thread(waiting: "SimpleQueue[CenterTask]") -> None:
    """Read centers until none is left, with one connection for each server."""
    import pyodbc

    from centers import connection_string, credentials
    from dentalhub import odbc_runtime
    from extraction.query import extraction_query

    connections: dict[str, pyodbc.Connection] = {}
    while True:
        try:
            task = waiting.get_nowait()
        except Empty:
            break
        source = task.source
        target = connection_string.build(
            source.server, credentials.resolve(source.server.credential), driver=str(odbc_runtime.driver_path())
        )
        if target not in connections:
            connections[target] = pyodbc.connect(target, autocommit=True)
        query = extraction_query(source.mapping, source.catalog, source.database, task.date_from, task.date_to)
        values = (getattr(parameter, "value", parameter) for parameter in query.parameters)
        cursor = connections[target].execute(query.sql, *values)
        while True:
            cursor.fetchall()
            if not cursor.nextset():
                break
        cursor.close()
    for connection in connections.values():
        connection.close()


if __name__ == "__main__":
    main()
