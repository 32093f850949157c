"""kill -9 at random moments: nothing is lost, nothing is doubled, and every manifest is that of its rows."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.workplace import Plan, Workplace, kill_group, wait_until, workplace

# How long after the claim the kill comes at most, in seconds: about as long as the work takes.
MOST_WAIT = 1.0
Victim = Callable[[Workplace, int, random.Random], None]
pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="needs a sandbox of its own")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """20 centers with five days each: 100 slices."""
    with workplace(tmp_path_factory.mktemp("killed"), Plan()) as found:
        yield found


@pytest.fixture(scope="module")
def large_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """100 centers with 20 days each: 2,000 slices."""
    plan = Plan(centers=100, days=20, workers=10)
    with workplace(tmp_path_factory.mktemp("storm"), plan) as found:
        yield found


def kill_extractor(place: Workplace, run: int, chance: random.Random) -> None:
    """The process that reads and lands."""
    process = place.start_extractor(run)
    assert process is not None
    _wait_into_the_work(place, run, chance, process)
    kill_group(process)


def kill_worker(place: Workplace, run: int, chance: random.Random) -> None:
    """The process that supervises it; the extractor works on as an orphan, beside the one that takes over."""
    process = place.start([sys.executable, "-m", "tests.faults.worker", str(place.foreman("shards", run=run)[0])])
    _wait_into_the_work(place, run, chance, process)
    process.kill()
    process.wait()


def kill_cluster(place: Workplace, run: int, chance: random.Random) -> None:
    """The queue's cluster: at random as a whole, or its head alone, which leaves orphans."""
    process = place.start([sys.executable, "-m", "django", "qcluster"])
    place.foreman("dispatch", run=run)
    place.foreman("reap")
    _wait_into_the_work(place, run, chance, process)
    if chance.random() < 0.7:
        kill_group(process)
    else:
        process.kill()
        process.wait()


def _wait_into_the_work(place: Workplace, run: int, chance: random.Random, process: subprocess.Popen[bytes]) -> None:
    def has_begun() -> bool:
        seen = place.progress(run)
        return process.poll() is not None or bool(seen["is_claimed"] or seen["is_finished"])

    wait_until(has_begun)
    time.sleep(chance.uniform(0, MOST_WAIT))


def _kill_again_and_again(place: Workplace, victim: Victim, kills: int) -> None:
    """So many kills over as many runs as it takes; each run is healed and judged in the end."""
    seed = int(os.environ.get("DENTALHUB_STORM_SEED", random.randrange(1_000_000)))
    chance = random.Random(seed)
    run = place.request()
    for _number in range(kills):
        if place.progress(run)["is_finished"]:
            _judge(place, run, seed)
            run = place.request()
        victim(place, run, chance)
        # The time of the lease passes; whoever is still alive finds out when it wants to land.
        place.foreman("expire", run=run)
        # Three kills before the end, and the run is given up; what it lacks is the next run's work.
        place.foreman("park")
    place.finish(run)
    place.settle()
    _judge(place, run, seed)


def _judge(place: Workplace, run: int, seed: int) -> None:
    place.finish(run)
    assert place.wrong() == [], f"seed {seed}\n{place.output()[-2000:]}"


def test_killed_extractors_lose_and_double_nothing(place: Workplace) -> None:
    _kill_again_and_again(place, kill_extractor, 16)


def test_killed_workers_lose_and_double_nothing(place: Workplace) -> None:
    _kill_again_and_again(place, kill_worker, 8)


def test_killed_clusters_lose_and_double_nothing(place: Workplace) -> None:
    _kill_again_and_again(place, kill_cluster, 6)


@pytest.mark.storm
@pytest.mark.parametrize(
    ("victim", "kills"), [(kill_extractor, 300), (kill_worker, 150), (kill_cluster, 50)], ids=lambda value: str(value)
)
def test_storm_of_500_kills_over_2000_slices(large_place: Workplace, victim: Victim, kills: int) -> None:
    _kill_again_and_again(large_place, victim, kills)
