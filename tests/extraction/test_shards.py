"""How a run is cut, and which queue gets which piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from centers.models import Center, DatabaseServer, Region
from extraction.models import CenterRun
from extraction.run_requests import request_run
from extraction.shards import Cut, Placed, cut
from tests.extraction.builders import center_with_mapping

placed = st.builds(Placed, st.integers(1, 10_000), st.integers(1, 6), st.sampled_from(["germany", "austria"]))
centers_of_one_key = st.lists(placed, unique_by=lambda item: item.key, max_size=60)


def test_centers_of_a_server_stay_together_while_they_fit() -> None:
    found = cut([*(Placed(key, 1, "q") for key in range(3)), *(Placed(key, 2, "q") for key in range(3, 6))], 5)
    assert found == [Cut("q", (0, 1, 2)), Cut("q", (3, 4, 5))]


def test_small_servers_share_a_shard() -> None:
    assert cut([Placed(key, key, "q") for key in range(4)], 3) == [Cut("q", (0, 1, 2)), Cut("q", (3,))]


def test_large_server_is_cut_evenly() -> None:
    assert [len(piece.members) for piece in cut([Placed(key, 1, "q") for key in range(10)], 4)] == [4, 3, 3]


def test_queues_are_never_mixed() -> None:
    assert cut([Placed(1, 1, "b"), Placed(2, 2, "a")], 10) == [Cut("a", (2,)), Cut("b", (1,))]


def test_nothing_makes_no_shard() -> None:
    assert cut([], 10) == []


@given(centers_of_one_key, st.integers(1, 20))
def test_every_center_is_in_one_shard_of_its_queue(centers: list[Placed], size: int) -> None:
    found = cut(centers, size)
    assert sorted(key for piece in found for key in piece.members) == sorted(item.key for item in centers)
    assert all(0 < len(piece.members) <= size for piece in found)
    queues = {item.key: item.queue for item in centers}
    assert all({queues[key] for key in piece.members} == {piece.queue} for piece in found)
    # A server that fits into one shard is in one shard.
    servers = {item.key: (item.queue, item.server_pk) for item in centers}
    for server in set(servers.values()):
        own = [key for key, place in servers.items() if place == server]
        if len(own) <= size:
            assert sum(1 for piece in found if set(piece.members) & set(own)) == 1


@pytest.fixture
def abroad(db: None) -> Center:
    """A center in Austria."""
    found = center_with_mapping(9)
    region = Region.objects.create(code="austria", name="Austria")
    found.server = DatabaseServer.objects.create(
        code="abroad", region=region, host="localhost", user="svc_extract", credential="env:IVORIS_PASSWORD"
    )
    found.save()
    return found


def test_region_with_workers_of_its_own_gets_its_own_shards(
    centers: list[Center], abroad: Center, settings: Settings
) -> None:
    settings.QUEUES = ("austria",)
    run = request_run().run
    assert list(run.shards.values_list("number", "queue")) == [(1, "austria"), (2, "dentalhub")]
    assert list(CenterRun.objects.filter(shard__queue="austria").values_list("center_id", flat=True)) == [abroad.pk]
    settings.QUEUES = ()
    assert list(request_run().run.shards.values_list("queue", flat=True)) == ["dentalhub"]


def test_skipped_centers_have_no_shard(centers: list[Center]) -> None:
    Center.objects.filter(pk=centers[0].pk).update(state="paused")
    run = request_run().run
    assert list(run.center_runs.filter(shard=None).values_list("center_id", flat=True)) == [centers[0].pk]
