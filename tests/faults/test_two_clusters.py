"""Two clusters as if on two machines, which share a database and a broker: one is killed, the other one does it all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.workplace import Plan, Workplace, at_work, kill_group, wait_until, workplace
from tests.redis_server import ADDRESSES, RedisServer, needs_redis, redis_server

pytestmark = [
    pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="needs a sandbox of its own"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc"),
]
# 12 centers on two servers make six shards, for two clusters with two workers each.
PLAN = {"DENTALHUB_SHARD_SIZE": "2", "DENTALHUB_QUEUE_WORKERS": "2", "DENTALHUB_QUEUE_POLL_SECONDS": "0.1"}
SHARDS = 6


class Site:
    """A place with its broker: rows of the database, or a Redis server that each cluster reaches by its own address."""

    def __init__(self, place: Workplace, redis: RedisServer | None) -> None:
        self.place = place
        self.redis = redis

    def start(self, address: str) -> subprocess.Popen[bytes]:
        """A cluster of the default queue."""
        variables = {"DENTALHUB_BROKER_URL": self.redis.url_at(address)} if self.redis else {}
        return self.place.start([sys.executable, "-m", "django", "qcluster"], **variables)

    def run(self) -> int:
        """A run of all centers that has been handed to the workers."""
        run = self.place.request()
        assert len(self.place.foreman("shards", run=run)) == SHARDS
        self.place.foreman("dispatch", run=run)
        return run

    def forget(self) -> None:
        """The broker loses every task, Redis by a kill -9 and a new start; what is being read goes on meanwhile."""
        if self.redis is None:
            self.place.foreman("empty_queues")
            return
        self.redis.stop()
        self.redis.start()

    def finish(self, run: int, dead: set[int]) -> None:
        """What the ticks of the next minutes do, until the clusters have done all of it."""
        deadline = time.monotonic() + 40
        self.place.foreman("pass_time", run=run, dead=sorted(dead))
        while not self.place.progress(run)["is_finished"]:
            assert time.monotonic() < deadline, self.place.output()[-3000:]
            self.place.foreman("pass_time", run=run, dead=[])
            self.place.foreman("reap")
            time.sleep(1)
        assert self.place.progress(run)["state"] == "succeeded", self.place.output()[-2000:]
        assert self.place.foreman("missing", first=self.place.first, last=self.place.last, since=run) == []
        assert self.place.wrong() == []


@pytest.fixture(scope="module", params=["database", pytest.param("redis", marks=needs_redis)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """12 centers with two days each, with one broker and then the other."""
    directory = tmp_path_factory.mktemp(request.param)
    if request.param == "database":
        with workplace(directory / "place", _plan({})) as place:
            yield Site(place, None)
        return
    (directory / "redis").mkdir()
    with (
        redis_server(directory / "redis") as server,
        workplace(directory / "place", _plan({"DENTALHUB_BROKER_URL": server.url})) as place,
    ):
        yield Site(place, server)


def _plan(variables: dict[str, str]) -> Plan:
    return Plan(centers=12, days=2, query_ms=400, workers=1, variables=PLAN | variables)


def test_shards_of_a_killed_cluster_are_finished_by_the_other_one(site: Site) -> None:
    killed, kept = (site.start(address) for address in ADDRESSES[1:])
    run = site.run()
    wait_until(lambda: bool(at_work(killed) and at_work(kept)))
    # Frozen first, so that what it does at this moment is what it did at the end.
    os.killpg(killed.pid, signal.SIGSTOP)
    lost = at_work(killed)
    assert not lost & at_work(kept)
    kill_group(killed)
    site.finish(run, lost)
    claims = dict(zip(site.place.foreman("shards", run=run), site.place.foreman("claims", run=run), strict=True))
    # Nobody else's work was begun twice; of the lost ones some may not have been claimed yet, or just done.
    assert {count for shard, count in claims.items() if shard not in lost} == {1}
    assert {count for shard, count in claims.items() if shard in lost} <= {1, 2}
    site.place.settle()


def test_broker_that_forgets_everything_loses_nothing(site: Site) -> None:
    one = site.start(ADDRESSES[1])
    run = site.run()
    wait_until(lambda: bool(at_work(one)))
    site.forget()
    site.finish(run, set())
    site.place.settle()
