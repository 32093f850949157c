"""Two regions with workers and passwords of their own on one database: real clusters, of which one is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.faults.workplace import Plan, Workplace, kill_group, wait_until, workplace

pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="needs a sandbox of its own")
DONE = ["succeeded", 1]


class Region:
    """The workers of one queue, which know the password of its region and no other."""

    def __init__(self, place: Workplace, queue: str, variable: str) -> None:
        self._place = place
        self._queue = queue
        # One with an empty password would be as good as none.
        self.variables = {"IVORIS_PASSWORD": "", variable: place.environment["IVORIS_PASSWORD"]}
        self.cluster: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Have them there."""
        quick = {"DENTALHUB_QUEUE_WORKERS": "1", "DENTALHUB_QUEUE_POLL_SECONDS": "0.1"}
        command = [sys.executable, "-m", "django", "qcluster", "--name", self._queue]
        self.cluster = self._place.start(command, **(self.variables | quick))

    def kill(self) -> None:
        """kill -9 of all of them, also of the process that extracts."""
        assert self.cluster is not None
        kill_group(self.cluster)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """Six centers in two regions with two days each, of which only Austria has a queue of its own."""
    plan = Plan(centers=6, days=2, query_ms=150, workers=1, queues="austria")
    with workplace(tmp_path_factory.mktemp("regions"), plan) as found:
        yield found


@pytest.fixture(scope="module")
def regions(place: Workplace) -> Iterator[dict[str, Region]]:
    """The workers by queue, started."""
    variables = place.foreman("separate_credentials")
    assert sorted(variables) == ["austria", "germany"]
    found = {
        "dentalhub": Region(place, "dentalhub", variables["germany"]),
        "austria": Region(place, "austria", variables["austria"]),
    }
    for region in found.values():
        region.start()
    yield found
    for region in found.values():
        region.kill()


def _ends(place: Workplace, run: int) -> None:
    """The run ends by the work of the clusters alone, with every row there once."""
    wait_until(lambda: bool(place.progress(run)["is_finished"]))
    assert place.progress(run)["state"] == "succeeded", place.output()[-2000:]
    assert place.foreman("missing", first=place.first, last=place.last, since=run) == []
    assert place.wrong() == []


def test_each_worker_does_its_own_shard_and_hands_on_what_is_not_its(
    place: Workplace, regions: dict[str, Region]
) -> None:
    run = place.request()
    assert place.foreman("queues", run=run) == {"austria": ["queued", 0], "dentalhub": ["queued", 0]}
    # Each doorbell rings at the wrong door, whose workers lack the password.
    place.foreman("misdeliver", run=run, queue="austria", to="dentalhub")
    place.foreman("misdeliver", run=run, queue="dentalhub", to="austria")
    _ends(place, run)
    assert place.foreman("queues", run=run) == {"austria": DONE, "dentalhub": DONE}


def test_extract_reads_its_own_regions_and_waits_for_the_workers_of_the_others(
    place: Workplace, regions: dict[str, Region]
) -> None:
    command = [sys.executable, "-m", "django", "extract", "--from", place.first, "--to", place.last]
    process = place.start(command, **regions["dentalhub"].variables)
    # All centers delivered, also those whose password this process lacks.
    assert process.wait(timeout=30) == 0, place.output()[-2000:]
    assert "Waiting for the workers of austria" in place.output()
    assert place.wrong() == []


def test_shards_of_a_dead_worker_wait_until_it_is_back(place: Workplace, regions: dict[str, Region]) -> None:
    regions["austria"].kill()
    run = place.request()
    place.foreman("dispatch", run=run)
    wait_until(lambda: place.foreman("queues", run=run)["dentalhub"] == DONE)
    # What each tick does meanwhile gives the work to nobody else.
    place.foreman("reap")
    assert place.foreman("queues", run=run)["austria"] == ["queued", 0]
    wait_until(lambda: place.foreman("waiting") == {"austria": 1})
    assert not place.progress(run)["is_finished"]
    regions["austria"].start()
    _ends(place, run)
    assert place.foreman("queues", run=run) == {"austria": DONE, "dentalhub": DONE}


def test_worker_killed_at_work_finishes_when_it_is_back(place: Workplace, regions: dict[str, Region]) -> None:
    run = place.request()
    place.foreman("dispatch", run=run)
    wait_until(lambda: place.foreman("queues", run=run)["austria"] == ["running", 1])
    regions["austria"].kill()
    wait_until(lambda: place.foreman("queues", run=run)["dentalhub"] == DONE)
    # The lease passes, and the next tick rings at the same door.
    place.foreman("expire", run=run)
    place.foreman("reap")
    regions["austria"].start()
    _ends(place, run)
    assert place.foreman("queues", run=run) == {"austria": ["succeeded", 2], "dentalhub": DONE}


def test_worker_that_is_told_to_stop_ends_its_shard_first(place: Workplace, regions: dict[str, Region]) -> None:
    run = place.request()
    place.foreman("dispatch", run=run)
    wait_until(lambda: place.foreman("queues", run=run)["austria"] == ["running", 1])
    cluster = regions["austria"].cluster
    assert cluster is not None
    cluster.send_signal(signal.SIGTERM)
    assert cluster.wait(timeout=30) == 0
    assert place.foreman("queues", run=run)["austria"] == DONE
    _ends(place, run)
