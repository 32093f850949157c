"""How long healthy centers take beside sick ones, run by hand:

    .venv/bin/python -m tests.benchmarks.sick_network --centers 500 --workers 50

Of the centers 10 % are dead, 5 % slow and 2 % hang. In each round the healthy ones are extracted alone, and then all
centers together, every breaker closed as in the first night; the figure is the time until the last healthy center has
landed, and the ratio of the medians. Then the same with the breakers that the round before left open.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.benchmarks.own_data import DAY, set_up_django
from tests.faults.sick_centers import SLOW, sick_centers

# Hanging centers end by it; far longer than the healthy ones take.
DEADLINE_SECONDS = 20


def main() -> None:
    """Build the network, prepare dentalhub, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--connections", type=int, default=100, help="most connections of each server")
    parser.add_argument("--rows-per-day", type=int, default=6)
    parser.add_argument("--login-ms", type=int, default=5)
    parser.add_argument("--query-ms", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=11, help="which centers are sick, and of what")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DENTALHUB_CENTER_DEADLINE_SECONDS"] = str(DEADLINE_SECONDS)
        set_up_django(Path(folder))
        network = build_network(
            Path(folder) / "network",
            NetworkOptions(
                until=DAY,
                centers=chosen.centers,
                servers=chosen.servers,
                rows_per_day=chosen.rows_per_day,
                days=1,
            ),
        )
        latency = {"login_latency_ms": chosen.login_ms, "query_latency_ms": chosen.query_ms}
        with SandboxProcess(network.directory, ServeOptions(**latency)) as sandbox:
            os.environ["IVORIS_PASSWORD"] = sandbox.password
            os.environ["SSL_CERT_FILE"] = str(sandbox.ca_file)
            _onboard(network, sandbox.centers_yml)
        faults = sick_centers([center.center_id for center in network.centers], chosen.seed)
        with SandboxProcess(network.directory, ServeOptions(faults=faults, **latency)) as sandbox:
            _move(sandbox.centers_yml, chosen.connections)
            _compare(network, {fault.center_id for fault in faults}, chosen.workers, chosen.rounds)
            slow = sum(fault.kind in SLOW for fault in faults)
            print(f"{len(faults)} of {chosen.centers} centers are sick, {slow} of them only slow")


def _onboard(network: Network, centers_yml: Path) -> None:
    """Import and map every center by the generator's own truth."""
    from centers.connection import close_all
    from tests.extraction.practice_network import import_centers, map_by_truth

    for center in import_centers(centers_yml):
        map_by_truth(center, network)
    close_all()


def _move(centers_yml: Path, connections: int) -> None:
    from centers.models import DatabaseServer
    from tests.extraction.practice_network import import_centers

    import_centers(centers_yml)
    DatabaseServer.objects.update(max_connections=connections)


def _compare(network: Network, sick: set[str], workers: int, rounds: int) -> None:
    from extraction.models import Breaker

    everybody = [center.center_id for center in network.centers]
    healthy = [center_id for center_id in everybody if center_id not in sick]
    # The sandbox translates each statement when it first sees it.
    _seconds(healthy, sick, workers)
    alone, first_night, later = list[float](), list[float](), list[float]()
    for _round in range(rounds):
        Breaker.objects.all().delete()
        alone.append(_seconds(healthy, sick, workers))
        first_night.append(_seconds(everybody, sick, workers))
        later.append(_seconds(everybody, sick, workers))
    _print("healthy centers alone", alone, alone)
    _print("beside sick ones", first_night, alone)
    _print("beside sick ones, breakers as they are then", later, alone)


def _seconds(center_ids: Sequence[str], sick: set[str], workers: int) -> float:
    """From the request to the landing of the last healthy center, in a process of its own; all of them have to land."""
    from django.db.models import Max

    from extraction.enums import RunState
    from extraction.models import CenterRun, ExtractionRun

    command = [sys.executable, "-m", "django", "extract", f"--date={DAY}", f"--workers={workers}"]
    command += [f"--center={center_id}" for center_id in center_ids]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    run = ExtractionRun.objects.latest("pk")
    parts = CenterRun.objects.filter(run=run, state=RunState.SUCCEEDED).exclude(center__center_id__in=sick)
    assert parts.count() == sum(center_id not in sick for center_id in center_ids), done.stdout
    last, ended = parts.aggregate(Max("finished_at"))["finished_at__max"], run.finished_at
    assert ended is not None
    seconds, whole = ((moment - run.requested_at).total_seconds() for moment in (last, ended))
    print(f"  {len(center_ids)} centers: healthy ones {seconds:.2f} s, all {whole:.2f} s")
    return seconds


def _print(what: str, seconds: list[float], base: list[float]) -> None:
    ratio = statistics.median(seconds) / statistics.median(base)
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
    print(f"{what}: {statistics.median(seconds):.2f} s ({spread}), ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
