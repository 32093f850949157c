"""Many runs in a row by real clusters: does anything grow? Run by hand:

    .venv/bin/python -m tests.benchmarks.soak --runs 200 --centers 30

After each run it looks at every process that stays (web, clusters, sandbox): memory, file handles, sockets; and at the
rows of the queues, the kept results of tasks, and the size of SQLite's write-ahead log. Prints the medians of the first
and the last quarter of the runs side by side; exit code 1 when something grew by more than it may.
"""

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from dentalhub.process_usage import family
from tests.benchmarks.installation import FOLLOWING, Installation
from tests.faults.workplace import Plan, workplace
from tests.redis_server import redis_server

# What the last quarter may have more than the first, by the kind of figure: share, and so much whatever the share.
MAY_GROW = {"MB": (0.10, 3.0), "files": (0.0, 2.0), "sockets": (0.0, 2.0), "rows": (0.0, 5.0), "WAL MB": (0.25, 1.0)}
# A forked process makes the pages that it touches its own, up to all of them; its memory as a whole does not grow.
NO_VERDICT = ("own MB",)
# Results of tasks are kept up to `save_limit`, so they grow until then.
KEPT = "kept results"
Sample = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Process:
    """One that stays, by a name that tells its part; a cluster's own processes have the order in which they began."""

    name: str
    pid: int


def main() -> int:
    """Prepare, let it run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--centers", type=int, default=30)
    parser.add_argument("--broker", choices=("redis", "database"), default="database")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.broker == "redis":
            with redis_server(Path(folder)) as server:
                return _soak(Path(folder), chosen, {"DENTALHUB_BROKER_URL": server.url})
        return _soak(Path(folder), chosen, {})


def _soak(folder: Path, chosen: argparse.Namespace, variables: dict[str, str]) -> int:
    plan = Plan(centers=chosen.centers, days=5, query_ms=5, workers=10, variables=variables)
    samples: list[Sample] = []
    with workplace(folder / "place", plan) as place:
        installation = Installation(place)
        installation.start_web(1, 4)
        for queue in ("dentalhub", "interactive"):
            installation.start_cluster(queue, queue)
        (session,) = installation.sessions(1)
        days = installation.days()
        for number in range(chosen.runs):
            run = installation.run_to_its_end(days[number % len(days)])
            for _look in range(3):
                assert installation.get(f"/runs/{run}/", session, FOLLOWING)[0] == 286
            samples.append(_sample(installation))
            if (number + 1) % 20 == 0:
                print(f"  {number + 1} runs", flush=True)
    return _verdict(samples)


def _sample(installation: Installation) -> Sample:
    """All figures at this moment, by name and kind."""
    found: Sample = {}
    for process in _processes(installation):
        links = _links(process.pid)
        found[process.name, "MB"], found[process.name, "own MB"] = _megabytes(process.pid)
        found[process.name, "files"] = len(links)
        found[process.name, "sockets"] = sum(link.startswith("socket:") for link in links)
    rows = installation.place.foreman("queue_rows")
    found["tasks in the queues", "rows"] = rows["queued"]
    found[KEPT, "rows"] = rows["kept"]
    found["cache entries", "rows"] = rows["cached"]
    log = installation.place.database.with_name(installation.place.database.name + "-wal")
    found["write-ahead log", "WAL MB"] = log.stat().st_size / 1e6 if log.exists() else 0.0
    return found


def _processes(installation: Installation) -> list[Process]:
    assert installation.web is not None
    roots = {"web": installation.web.pid, "sandbox": installation.place.sandbox_pid}
    roots |= {f"cluster {name}": cluster.pid for name, cluster in installation.clusters.items()}
    return [
        Process(f"{name} {number}" if number else name, pid)
        for name, root in roots.items()
        for number, pid in enumerate(sorted(filter(_stays, family(root)), key=_began))
    ]


def _verdict(samples: list[Sample]) -> int:
    quarter = max(1, len(samples) // 4)
    # The first runs load what is needed once.
    settled = samples[min(10, quarter) :]
    first, last = settled[:quarter], settled[-quarter:]
    grown = []
    for name, kind in sorted({key for sample in samples for key in sample}):
        before, after = _median(first, (name, kind)), _median(last, (name, kind))
        share, most = MAY_GROW.get(kind, (0.0, 0.0))
        is_grown = name != KEPT and kind not in NO_VERDICT and after > before + max(most, before * share)
        grown += [name] if is_grown else []
        print(f"{name:28} {kind:8} {before:8.1f} -> {after:8.1f}{'  GROWS' if is_grown else ''}")
    print(f"{len(samples)} runs: {'these grow: ' + ', '.join(grown) if grown else 'nothing grows'}")
    return int(bool(grown))


def _median(samples: list[Sample], key: tuple[str, str]) -> float:
    values = [sample[key] for sample in samples if key in sample]
    return statistics.median(values) if values else 0.0


def _links(pid: int) -> list[str]:
    found = []
    for file in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            found.append(str(file.readlink()))
        except OSError:
            continue
    return found


def _megabytes(pid: int) -> tuple[float, float]:
    """Its memory, and how much of it no other process shares."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0, 0.0
    sizes: defaultdict[str, int] = defaultdict(int)
    for line in text.splitlines()[1:]:
        name, size, *_unit = line.split()
        sizes[name] += int(size)
    return sizes["Rss:"] / 1024, (sizes["Private_Dirty:"] + sizes["Private_Clean:"]) / 1024


def _stays(pid: int) -> bool:
    """Not a process for one part of a run, nor one that has ended and is not waited for yet, which has no command."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return bool(command) and b"execute_shard" not in command


def _began(pid: int) -> int:
    """When a process began, in ticks since the machine did; numbers of processes begin anew one day."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[19])


if __name__ == "__main__":
    sys.exit(main())
