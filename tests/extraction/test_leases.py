"""One owner at a time."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import Settings

from centers.models import Center
from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.leases import (
    LOST_AFTER,
    MOST_CLAIMS,
    WORKER_WAIT,
    Lease,
    abandoned_since,
    claim,
    claim_run,
    hand_back,
    held,
    is_free,
    release,
    renew,
    take_back,
)
from extraction.models import ExtractionRun, Shard
from extraction.run_requests import request_run


@pytest.fixture
def shard(run: ExtractionRun) -> Shard:
    """The run's only shard."""
    return run.shards.get()


def _expire(shard: Shard) -> None:
    Shard.objects.filter(pk=shard.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_claim_of_a_queued_shard_starts_its_run(run: ExtractionRun, shard: Shard) -> None:
    lease = claim(shard.pk, "mine")
    run.refresh_from_db()
    shard.refresh_from_db()
    assert lease == Lease(shard.pk, run.pk, "mine")
    assert (shard.state, shard.lease_token, shard.attempts) == (RunState.RUNNING, "mine", 1)
    assert run.state == RunState.RUNNING
    assert run.started_at is not None


def test_second_claim_gets_nothing(shard: Shard) -> None:
    assert claim(shard.pk) is not None
    assert claim(shard.pk) is None
    assert not is_free(shard.pk)


def test_claim_of_an_unknown_shard(db: None) -> None:
    assert claim(4711) is None


@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED])
def test_ended_shard_cannot_be_claimed(state: RunState, shard: Shard) -> None:
    Shard.objects.update(state=state)
    assert claim(shard.pk) is None


def test_one_process_claims_every_shard_of_a_run_with_one_token(centers: list[Center], settings: Settings) -> None:
    settings.SHARD_SIZE = 2
    run = request_run(centers).run
    leases = claim_run(run.pk)
    assert [lease.shard_id for lease in leases] == list(run.shards.values_list("pk", flat=True))
    assert len({lease.token for lease in leases}) == 1
    assert held(leases) == {lease.shard_id for lease in leases}
    assert claim_run(run.pk) == []


def test_shard_whose_owner_fell_silent_is_taken_over(shard: Shard) -> None:
    first = claim(shard.pk)
    assert first is not None
    assert take_back() == []
    _expire(shard)
    second = claim(shard.pk)
    assert second is not None
    renew(second)
    with pytest.raises(LeaseLostError):
        renew(first)


def test_owner_whose_lease_ran_out_unnoticed_goes_on(shard: Shard) -> None:
    lease = claim(shard.pk)
    assert lease is not None
    _expire(shard)
    renew(lease)
    assert take_back() == []


def test_silent_owner_is_seen_and_its_shard_queued_once(run: ExtractionRun, shard: Shard) -> None:
    lease = claim(shard.pk)
    assert lease is not None
    assert abandoned_since(run) is None
    _expire(shard)
    shard.refresh_from_db()
    assert abandoned_since(run) == shard.lease_until
    assert take_back() == [shard.pk]
    assert take_back() == []
    with pytest.raises(LeaseLostError):
        renew(lease)


def test_run_that_has_begun_and_waits_again_has_nobody_since_then(run: ExtractionRun, shard: Shard) -> None:
    lease = claim(shard.pk)
    assert lease is not None
    hand_back(lease)
    run.refresh_from_db()
    assert abandoned_since(run) is None
    since = timezone.now() - WORKER_WAIT - dt.timedelta(seconds=1)
    Shard.objects.update(queued_at=since)
    assert abandoned_since(run) == since
    assert claim(shard.pk) is not None
    assert abandoned_since(run) is None


def test_shard_behind_others_waits_since_the_last_of_them_ended(centers: list[Center], settings: Settings) -> None:
    settings.SHARD_SIZE = 2
    run = request_run(centers).run
    first, *others = run.shards.order_by("number")
    assert claim(first.pk) is not None
    run.refresh_from_db()
    Shard.objects.filter(run=run).update(queued_at=timezone.now() - dt.timedelta(hours=1))
    assert abandoned_since(run) is None
    ended = timezone.now() - WORKER_WAIT - dt.timedelta(seconds=1)
    Shard.objects.filter(pk=first.pk).update(state=RunState.SUCCEEDED, finished_at=ended)
    assert [shard.state for shard in others] == [RunState.QUEUED] * len(others)
    assert abandoned_since(run) == ended


def test_shard_that_the_queue_lost_is_found(shard: Shard) -> None:
    assert take_back() == []
    Shard.objects.update(queued_at=timezone.now() - LOST_AFTER - dt.timedelta(seconds=1))
    assert take_back() == [shard.pk]
    assert take_back() == []


def test_released_shard_is_as_if_it_had_not_been_claimed(shard: Shard) -> None:
    lease = claim(shard.pk)
    assert lease is not None
    assert release(lease)
    assert not release(lease)
    shard.refresh_from_db()
    assert (shard.state, shard.attempts, shard.lease_token) == (RunState.QUEUED, 0, "")


def test_shard_is_not_tried_for_ever(run: ExtractionRun, shard: Shard) -> None:
    for number in range(MOST_CLAIMS):
        lease = claim(shard.pk)
        assert lease is not None, number
        hand_back(lease)
    assert claim(shard.pk) is None


def test_death_before_the_claim_counts_too(run: ExtractionRun, shard: Shard) -> None:
    hand_back(Lease(shard.pk, run.pk, "never claimed"))
    shard.refresh_from_db()
    assert (shard.state, shard.attempts) == (RunState.QUEUED, 1)


def test_owner_of_two_shards_learns_which_one_it_lost(centers: list[Center], settings: Settings) -> None:
    settings.SHARD_SIZE = 2
    leases = claim_run(request_run(centers).run.pk)
    Shard.objects.filter(pk=leases[0].shard_id).update(lease_token="somebody else")
    assert held(leases) == {leases[1].shard_id}
    assert held([]) == set()
