"""Two regions with workers of their own, Redis, web and 500 centers on this machine, run by hand:

    .venv/bin/python -m tests.benchmarks.fleet --centers 500 --days 5

First a run that nobody disturbs, then one in whose middle Austria's workers are killed with kill -9, all processes at
once, and started again after some seconds as systemd does it. Everything else is what an installation does: leases,
ticks and times are the defaults. People follow both runs on their pages. Prints how long each took, and whether every
slice landed once and is the truth; exit code 1 when not.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.benchmarks.installation import Installation
from tests.benchmarks.polling import Watchers, warm_up
from tests.faults.workplace import Plan, Workplace, at_work, kill_group, workplace
from tests.redis_server import ADDRESSES, redis_server

KILLED = "austria"
# RestartSec of deploy/systemd/dentalhub-worker@.service.
RESTART_SECONDS = 5.0


def main() -> int:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--days", type=int, default=5, help="business days of each run")
    parser.add_argument("--query-ms", type=int, default=200)
    parser.add_argument("--shard-size", type=int, default=50)
    parser.add_argument("--watchers", type=int, default=10)
    parser.add_argument("--broker", choices=("redis", "database"), default="redis")
    chosen = parser.parse_args()
    with _fleet(chosen) as (installation, wrong):
        sessions = installation.sessions(chosen.watchers)
        warm_up(installation, "/runs/", sessions[0], 32)
        for is_killed in (False, True):
            wrong += _run(installation, sessions, is_killed)
        wrong += installation.place.wrong()
        print(f"wrong: {wrong[:5] if wrong else 'nothing; every slice is there once and is the truth'}")
        return int(bool(wrong))


@contextmanager
def _fleet(chosen: argparse.Namespace) -> Iterator[tuple[Installation, list[str]]]:
    """The running installation: the default queue's workers read Germany, those of Austria their own region."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        variables = {"DENTALHUB_SHARD_SIZE": str(chosen.shard_size)}
        addresses = dict.fromkeys(("dentalhub", KILLED), "")
        if chosen.broker == "redis":
            server = stack.enter_context(redis_server(folder))
            variables["DENTALHUB_BROKER_URL"] = server.url
            # As if on machines of their own.
            addresses = {"dentalhub": server.url_at(ADDRESSES[1]), KILLED: server.url_at(ADDRESSES[2])}
        plan = Plan(chosen.centers, 2 * chosen.days, chosen.query_ms, 20, queues=KILLED, variables=variables)
        place = stack.enter_context(workplace(folder / "place", plan))
        passwords = _passwords(place)
        installation = Installation(place)
        installation.start_web(2, 8)
        installation.start_cluster("interactive", "interactive")
        for queue, address in addresses.items():
            own = passwords[queue] | ({"DENTALHUB_BROKER_URL": address} if address else {})
            installation.start_cluster(queue, queue, **own)
        yield installation, []


def _passwords(place: Workplace) -> dict[str, dict[str, str]]:
    """Each region's workers know its password only."""
    password = place.environment["IVORIS_PASSWORD"]
    variables = place.foreman("separate_credentials")
    return {
        "dentalhub": {"IVORIS_PASSWORD": "", variables["germany"]: password},
        KILLED: {"IVORIS_PASSWORD": "", variables[KILLED]: password},
    }


def _run(installation: Installation, sessions: list[str], is_killed: bool) -> list[str]:
    """One run of all centers and days; what was lost by it."""
    place, days = installation.place, installation.days()
    # Days of its own, so that every slice is new.
    own = days[len(days) // 2 :] if is_killed else days[: len(days) // 2]
    run = place.foreman("request", first=own[0], last=own[-1])
    shards = place.foreman("shards", run=run)
    with Watchers(installation, sessions, f"/runs/{run}/?page=1") as watchers:
        began = time.monotonic()
        place.foreman("dispatch", run=run)
        if is_killed:
            _kill_in_the_middle(installation, run)
        installation.wait_for(run)
        seconds = time.monotonic() - began
    state, claims = place.progress(run)["state"], place.foreman("claims", run=run)
    what = f"killed {KILLED} in the middle" if is_killed else "undisturbed"
    print(f"{what}: {seconds:.1f} s, {state}, {len(shards)} shards, claimed {sum(claims)} times; {watchers.figures()}")
    lost = place.foreman("lacking", days=own)
    return lost if state == "succeeded" else [f"run {run} {state}", *lost]


def _kill_in_the_middle(installation: Installation, run: int) -> None:
    place = installation.place
    cluster = installation.clusters[KILLED]
    third = place.foreman("of_queue", run=run, queue=KILLED)["all"] // 3
    # While it works on parts of the run, not between two of them.
    while (seen := place.foreman("of_queue", run=run, queue=KILLED))["ended"] < third or not at_work(cluster):
        time.sleep(0.05)
    parts = len(at_work(cluster))
    kill_group(cluster)
    print(f"  killed after {seen['ended']} of {seen['all']} centers of {KILLED}, while at work on {parts} shards")
    time.sleep(RESTART_SECONDS)
    installation.restart_cluster(KILLED)


if __name__ == "__main__":
    sys.exit(main())
