"""A worker does the shards of its own queue only: it has the credentials of that region only."""

import pytest
from django_q.models import OrmQ
from pytest_django import Settings

from centers.models import Center
from extraction import tasks
from extraction.models import Shard
from extraction.run_requests import request_run


@pytest.fixture
def supervised(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The shards for which a process was started."""
    started: list[int] = []

    def supervise(shard_id: int) -> bool:
        started.append(shard_id)
        return True

    monkeypatch.setattr("extraction.supervisor.supervise", supervise)
    return started


@pytest.fixture
def shard(centers: list[Center]) -> Shard:
    """The one shard of a run that is requested."""
    return request_run().run.shards.get()


@pytest.mark.parametrize(
    ("shard_queue", "own", "does", "goes_to"),
    [
        ("dentalhub", "", True, []),
        ("dentalhub", "dentalhub", True, []),
        ("austria", "austria", True, []),
        ("austria", "", False, ["austria"]),
        ("dentalhub", "austria", False, ["dentalhub"]),
        ("austria", "ticino", False, ["austria"]),
        ("dentalhub", "interactive", False, ["dentalhub"]),
        # A region that has no workers of its own any more.
        ("closed", "", True, []),
        ("closed", "austria", False, ["dentalhub"]),
        ("closed", "interactive", False, ["dentalhub"]),
    ],
)
def test_worker_refuses_a_shard_of_another_queue_and_hands_it_on(
    shard_queue: str,
    own: str,
    does: bool,
    goes_to: list[str],
    shard: Shard,
    supervised: list[int],
    settings: Settings,
) -> None:
    settings.QUEUES = ("austria", "ticino")
    settings.OWN_QUEUE = own
    Shard.objects.update(queue=shard_queue)
    assert tasks.execute_shard(shard.pk) is does
    assert supervised == ([shard.pk] if does else [])
    assert list(OrmQ.objects.values_list("key", flat=True)) == goes_to


@pytest.mark.parametrize(("shard_queue", "key"), [("austria", "austria"), ("closed", "dentalhub")])
def test_doorbell_rings_where_somebody_may_hear(shard_queue: str, key: str, shard: Shard, settings: Settings) -> None:
    settings.QUEUES = ("austria",)
    Shard.objects.update(queue=shard_queue)
    tasks.enqueue([shard.pk])
    assert list(OrmQ.objects.values_list("key", flat=True)) == [key]
