"""One large center, a year in one backfill, against a bare loop on the same sandbox, run by hand:

    .venv/bin/python -m tests.benchmarks.large_slices --days 366 --entries-per-day 500

Each round runs `extract` and `bare_sqlite_loop` in processes of their own, each on a fresh copy of dentalhub's data, in
turns, so that a noisy machine disturbs both. Both send the same statements. The figure is the ratio of the medians of
the rows per second, from the first statement to the last commit, without the start of the processes. With it: the
CPU seconds of the client, those of the sandbox meanwhile, and the most memory that all client processes held together.
Last, `extract` once more over what has landed: nothing changed, so nothing is written but the provenance.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from dentalhub.process_usage import cpu_seconds, run_measured
from dentalhub.sandbox import practice
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.benchmarks.own_data import DAY, set_up_django


@dataclass(frozen=True, slots=True)
class Measured:
    """One child: seconds of the work itself, rows, CPU seconds of client and sandbox, MB of the client's peak."""

    seconds: float
    rows: int
    client_cpu: float
    sandbox_cpu: float
    megabytes: float

    @property
    def speed(self) -> float:
        """Rows per second."""
        return self.rows / self.seconds


def main() -> None:
    """Build the network, prepare dentalhub, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=366)
    parser.add_argument("--entries-per-day", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keeps the network, which takes a while to make, for the next time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        network = _network(chosen.folder or Path(scratch) / "network", chosen.entries_per_day, chosen.days)
        with SandboxProcess(network.directory, ServeOptions()) as sandbox:
            os.environ["IVORIS_PASSWORD"] = sandbox.password
            os.environ["SSL_CERT_FILE"] = str(sandbox.ca_file)
            template = Path(scratch) / "template"
            _prepare(template, network, sandbox.centers_yml)
            _compare(template, Path(scratch), chosen.days, chosen.rounds, sandbox.pid)


def _network(folder: Path, entries_per_day: int, days: int) -> Network:
    """One center that is open every day of the calendar."""

    def every_day(until: date, count: int) -> tuple[date, ...]:
        return tuple(until - timedelta(days=back) for back in reversed(range(count)))

    options = NetworkOptions(until=DAY, centers=1, servers=1, rows_per_day=entries_per_day, days=days)
    with patch.object(practice, "last_business_days", every_day):
        return build_network(folder, options)


def _prepare(data: Path, network: Network, centers_yml: Path) -> None:
    """dentalhub's data with the center and its mapping, and nothing extracted."""
    set_up_django(data)
    from django.db import connection

    from centers.connection import close_all
    from tests.extraction.practice_network import import_centers, map_by_truth

    for center in import_centers(centers_yml):
        map_by_truth(center, network)
    close_all()
    connection.close()


def _compare(template: Path, scratch: Path, days: int, rounds: int, sandbox: int) -> None:
    date_from, date_to = (DAY - timedelta(days=days - 1)).isoformat(), DAY.isoformat()
    extract = ["-m", "django", "extract", "--from", date_from, "--to", date_to, "--json"]
    bare_loop = ["-m", "tests.benchmarks.bare_sqlite_loop", date_from, date_to]
    own, bare, again = list[Measured](), list[Measured](), list[Measured]()
    for number in range(rounds):
        data = _copy_of(template, scratch / f"own_{number}")
        own.append(_measure(extract, data, sandbox))
        again.append(_measure(extract, data, sandbox))
        shutil.rmtree(data)
        data = _copy_of(template, scratch / f"bare_{number}")
        bare.append(_measure([*bare_loop, str(data / "bare.sqlite3")], data, sandbox))
        shutil.rmtree(data)
    _print("extraction", own)
    _print("bare loop", bare)
    _print("extraction of the same once more", again)
    assert {one.rows for one in own} == {one.rows for one in bare}, "Both read the same rows."
    print(f"rows per second, extraction / bare loop: {_speed(own) / _speed(bare):.2f}")


def _copy_of(template: Path, data: Path) -> Path:
    shutil.copytree(template, data)
    return data


def _measure(arguments: Sequence[str], data: Path, sandbox: int) -> Measured:
    before = cpu_seconds(sandbox)
    environment = {
        **os.environ,
        "DENTALHUB_DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'dentalhub.sqlite3'}",
    }
    usage = run_measured([sys.executable, *arguments], environment)
    answer = json.loads(usage.output)
    assert usage.exit_code == 0, answer
    rows = answer["rows"] if "rows" in answer else sum(center["count"] for center in answer["centers"])
    return Measured(answer["seconds"], rows, usage.cpu, cpu_seconds(sandbox) - before, usage.megabytes)


def _speed(rounds: Sequence[Measured]) -> float:
    return statistics.median(one.speed for one in rounds)


def _print(name: str, rounds: Sequence[Measured]) -> None:
    seconds = [one.seconds for one in rounds]
    print(
        f"{name}: {rounds[0].rows:,} rows in {statistics.median(seconds):.2f} s ({min(seconds):.2f} to"
        f" {max(seconds):.2f}), {_speed(rounds):,.0f} rows/s, client CPU"
        f" {statistics.median(one.client_cpu for one in rounds):.2f} s with its start, sandbox CPU"
        f" {statistics.median(one.sandbox_cpu for one in rounds):.2f} s, client memory"
        f" {max(one.megabytes for one in rounds):.0f} MB"
    )


if __name__ == "__main__":
    main()
