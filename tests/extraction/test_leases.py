"""One owner at a time."""

import datetime as dt

import pytest
from django.utils import timezone

from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.leases import Lease, claim, renew, stale_runs
from extraction.models import ExtractionRun


def _expire(run_id: int) -> None:
    ExtractionRun.objects.filter(pk=run_id).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_claim_of_a_queued_run(run: ExtractionRun) -> None:
    lease = claim(run.pk, "mine")
    run.refresh_from_db()
    assert lease == Lease(run.pk, "mine")
    assert (run.state, run.lease_token) == (RunState.RUNNING, "mine")
    assert run.started_at is not None


def test_second_claim_gets_nothing(run: ExtractionRun) -> None:
    assert claim(run.pk) is not None
    assert claim(run.pk) is None


def test_claim_of_an_unknown_run(db: None) -> None:
    assert claim(4711) is None


def test_finished_run_cannot_be_claimed(run: ExtractionRun) -> None:
    ExtractionRun.objects.filter(pk=run.pk).update(state=RunState.SUCCEEDED)
    assert claim(run.pk) is None


def test_run_whose_owner_fell_silent_is_taken_over(run: ExtractionRun) -> None:
    first = claim(run.pk)
    assert first is not None
    assert stale_runs() == []
    _expire(run.pk)
    assert stale_runs() == [run.pk]
    second = claim(run.pk)
    assert second is not None
    renew(second)
    with pytest.raises(LeaseLostError):
        renew(first)


def test_owner_whose_lease_ran_out_unnoticed_goes_on(run: ExtractionRun) -> None:
    lease = claim(run.pk)
    assert lease is not None
    _expire(run.pk)
    renew(lease)
    assert stale_runs() == []
