"""Many people follow a run of 500 centers on one machine with SQLite, run by hand:

    .venv/bin/python -m tests.benchmarks.polling_users --users 50 --centers 500 --runs 6

Each person is signed in, and asks for the progress as the page does: every two seconds, over a new connection.
Each run reads one more day, so that every slice is new. Prints how long the answers took, how many failed, and how
often a log says that the database is locked; exit code 1 when p95 is not below 300 ms, or anything failed.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.installation import Installation
from tests.benchmarks.polling import Watchers, percentile, warm_up
from tests.faults.workplace import Plan, workplace

MOST_P95_SECONDS = 0.3


def main() -> int:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--query-ms", type=int, default=20)
    parser.add_argument("--web-processes", type=int, default=2)
    parser.add_argument("--web-threads", type=int, default=8)
    chosen = parser.parse_args()
    plan = Plan(centers=chosen.centers, days=chosen.runs, query_ms=chosen.query_ms, workers=20)
    with tempfile.TemporaryDirectory() as folder, workplace(Path(folder), plan) as place:
        installation = Installation(place)
        installation.start_web(chosen.web_processes, chosen.web_threads)
        for queue in ("dentalhub", "interactive"):
            installation.start_cluster(queue, queue)
        sessions = installation.sessions(chosen.users)
        before = installation.processor_seconds()
        watchers = _watch(installation, sessions)
        used = {name: seconds - before[name] for name, seconds in installation.processor_seconds().items()}
        print("processor seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in used.items()))
        print(f"the web's for each answer: {used['web'] / max(1, len(watchers.seconds)) * 1000:.0f} ms")
        locked = place.output().lower().count("database is locked")
        print(f"all runs, {watchers.figures()}, 'database is locked' in the logs: {locked}")
        failed = sum(count for status, count in watchers.statuses.items() if status == 0 or status >= 400)
        if failed or locked:
            print(place.output()[-4000:], file=sys.stderr)
        return int(percentile(watchers.seconds, 95) >= MOST_P95_SECONDS or failed > 0 or locked > 0)


def _watch(installation: Installation, sessions: list[str]) -> Watchers:
    with Watchers(installation, sessions, every=2.0) as everybody:
        warm_up(installation, "/runs/", sessions[0], 32)
        everybody.seconds.clear()
        everybody.statuses.clear()
        for day in installation.days():
            run = installation.place.request(day=day)
            everybody.path = f"/runs/{run}/?page=1"
            before, began = len(everybody.seconds), time.monotonic()
            installation.place.foreman("dispatch", run=run)
            installation.wait_for(run)
            during = everybody.seconds[before:]
            print(
                f"  {day}: {time.monotonic() - began:.1f} s, {len(during)} answers, p95 "
                f"{percentile(during, 95) * 1000:.0f} ms, longest {max(during, default=0) * 1000:.0f} ms, "
                f"load {os.getloadavg()[0]:.1f}"
            )
    return everybody


if __name__ == "__main__":
    sys.exit(main())
