"""Discovery and proposals of many centers on a sandbox against one center after the other, run by hand:

    .venv/bin/python -m tests.benchmarks.discovery_at_scale --centers 500 --workers 50

Each round begins with an empty database. The loop that discovers and proposes for one center after the other, with a
login for each, does so for a sample of the centers and takes turns with what is measured, so that a noisy machine
disturbs both; its time is scaled up to all centers. The sandbox translates each statement that it never saw, which no
SQL Server needs as much time for: the first round is printed by itself, and the ratio is that of the others.

With `--large` proposals for so many centers of 150 tables as well, from the development set and without a source.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from dentalhub.process_usage import cpu_seconds
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.benchmarks.own_data import DAY, set_up_django

if TYPE_CHECKING:
    from centers.models import Center


def main() -> None:
    """Build the network, prepare dentalhub, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--login-ms", type=int, default=5)
    parser.add_argument("--query-ms", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3, help="after the first one")
    parser.add_argument("--sample", type=int, default=25, help="centers of the loop")
    parser.add_argument("--large", type=int, default=0, metavar="CENTERS")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up_django(Path(folder))
        options = NetworkOptions(until=DAY, centers=chosen.centers, servers=chosen.servers, rows_per_day=6, days=1)
        network = build_network(Path(folder) / "network", options)
        latency = ServeOptions(login_latency_ms=chosen.login_ms, query_latency_ms=chosen.query_ms)
        with SandboxProcess(network.directory, latency) as sandbox:
            os.environ["IVORIS_PASSWORD"] = sandbox.password
            os.environ["SSL_CERT_FILE"] = str(sandbox.ca_file)
            centers = _imported(sandbox.centers_yml)
            _compare(centers, sandbox, chosen)
        if chosen.large:
            _propose_large(centers[: chosen.large])


def _imported(centers_yml: Path) -> "list[Center]":
    from centers.centers_import import apply_import, read_centers_file
    from centers.models import Center, DatabaseServer

    apply_import(read_centers_file(centers_yml.read_text(encoding="utf-8")), None)
    DatabaseServer.objects.update(max_connections=100)
    return list(Center.objects.select_related("server"))


def _compare(centers: "Sequence[Center]", sandbox: SandboxProcess, chosen: argparse.Namespace) -> None:
    _measured("first round", centers, sandbox, chosen.workers)
    own, loop = list[float](), list[float]()
    sample = centers[:: max(1, len(centers) // chosen.sample)][: chosen.sample]
    for number in range(chosen.rounds):
        own.append(_measured(f"round {number + 1}", centers, sandbox, chosen.workers))
        loop.append(_measured_loop(sample, len(centers)))
    ratio = statistics.median(loop) / statistics.median(own)
    print(
        f"{len(centers)} centers, {chosen.workers} threads: {statistics.median(own):.2f} s"
        f" ({min(own):.2f} to {max(own):.2f}); one after the other {statistics.median(loop):.1f} s"
        f" ({min(loop):.1f} to {max(loop):.1f}), {ratio:.1f} times as long"
    )


def _measured(title: str, centers: "Sequence[Center]", sandbox: SandboxProcess, workers: int) -> float:
    """Seconds for discovery and proposals of all centers; prints what they are made of."""
    from centers.connection import close_all

    _forget_everything()
    close_all()
    served, used = _processor_seconds(sandbox.pid), _processor_seconds(os.getpid())
    with _phases() as phases:
        started = time.monotonic()
        tables = _discover_all(centers, workers)
        discovered = time.monotonic()
        _propose_all(centers)
        ended = time.monotonic()
    served, used = _processor_seconds(sandbox.pid) - served, _processor_seconds(os.getpid()) - used
    spent = ", ".join(f"{name} {seconds:.1f}" for name, seconds in phases.items())
    print(
        f"{title}: {ended - started:.2f} s, discovery {discovered - started:.2f} and proposals {ended - discovered:.2f}"
        f" ({tables / len(centers):.0f} tables a center)\n"
        f"  seconds of all threads: {spent}\n"
        f"  seconds of processor: ours {used:.1f} with its processes, the sandbox's {served:.1f}"
    )
    return ended - started


def _measured_loop(sample: "Sequence[Center]", centers: int) -> float:
    """Seconds that the loop would need for so many centers."""
    _forget_everything()
    started, used = time.monotonic(), _processor_seconds(os.getpid())
    for center in sample:
        _one(center)
    share = centers / len(sample)
    wall, used = (time.monotonic() - started) * share, (_processor_seconds(os.getpid()) - used) * share
    print(f"  one after the other: {wall:.1f} s, ours of the processor {used:.1f} s, from {len(sample)} centers")
    return wall


def _discover_all(centers: "Sequence[Center]", workers: int) -> int:
    """How many tables were found."""
    from mappings.discovery import discover_many

    tables = 0
    for outcome in discover_many(centers, workers):
        assert outcome.discovery is not None, outcome.error
        tables += outcome.discovery.snapshot.table_count
    return tables


def _propose_all(centers: "Sequence[Center]") -> None:
    from mappings.proposing import propose_many

    assert all(outcome.mapping is not None for outcome in propose_many(centers))


def _one(center: "Center") -> None:
    from centers.connection import close_all
    from mappings.discovery import discover
    from mappings.versions import propose_for

    propose_for(center, discover(center).snapshot)
    close_all()


def _propose_large(centers: "Sequence[Center]") -> None:
    from mappings.discovery import store_catalog
    from tests.benchmarks.matcher.dev_set import dev_centers
    from tests.benchmarks.matcher.speed import large_centers

    _forget_everything()
    for center, (catalog, profile) in zip(centers, large_centers(dev_centers(), len(centers)), strict=True):
        store_catalog(center, catalog, profile)
    started, used = time.monotonic(), _processor_seconds(os.getpid())
    _propose_all(centers)
    print(
        f"proposals for {len(centers)} centers of 150 tables: {time.monotonic() - started:.2f} s,"
        f" {_processor_seconds(os.getpid()) - used:.1f} s of processor"
    )


def _forget_everything() -> None:
    """No snapshot, no mapping; people have no such button."""
    from django.db import connection

    names = ("versiondigest", "mapping_editors", "mapping", "schemasnapshot", "schemawatch")
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM mappings_{name}")  # noqa: S608 # our own names


@contextmanager
def _phases() -> Iterator[Counter[str]]:
    """The time that threads spend in each phase, waiting included."""
    from centers import connection
    from dentalhub.processor_pool import ProcessorPool
    from mappings import discovery, proposing

    spent: Counter[str] = Counter()
    places: list[tuple[str, Any, str]] = [
        ("connect", connection, "open_connection"),
        ("catalog query", discovery, "read_catalog"),
        ("profile queries", discovery, "read_samples"),
        ("profiles", ProcessorPool, "run"),
        ("matching", proposing, "_propose"),
        ("writing snapshots", discovery, "store_snapshots"),
        ("writing proposals", proposing, "store_proposals"),
    ]
    patches = [patch.object(place, name, _timed(getattr(place, name), title, spent)) for title, place, name in places]
    for each in patches:
        each.start()
    try:
        yield spent
    finally:
        for each in patches:
            each.stop()
        # Matching goes through the same processes as profiles do.
        spent["profiles"] -= spent["matching"]


def _timed(work: Callable[..., Any], title: str, spent: Counter[str]) -> Callable[..., Any]:
    spent[title] = 0

    @wraps(work)
    def timed(*args: Any, **kwargs: Any) -> Any:
        started = time.monotonic()
        try:
            return work(*args, **kwargs)
        finally:
            spent[title] += time.monotonic() - started  # type: ignore[assignment] # a sum of seconds

    return timed


def _processor_seconds(process: int) -> float:
    """With its children that have ended."""
    return cpu_seconds(process, with_ended_children=True)


if __name__ == "__main__":
    main()
