"""Asking for runs, and how they end."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from centers.enums import CenterState
from centers.models import Center
from dentalhub.models import AuditEvent
from extraction.causes import Cause, cause_label
from extraction.enums import RunState, Trigger
from extraction.exceptions import LeaseLostError, RunRequestError
from extraction.leases import MOST_CLAIMS, Lease, claim_run, renew
from extraction.models import CenterRun, ExtractionRun, Shard, Slice
from extraction.reader import Failure
from extraction.resuming import resume
from extraction.run_plans import plan
from extraction.run_requests import request_run, yesterday
from extraction.runs import cancel, final_state, finish, give_up, park_worn_out
from mappings.models import Mapping
from tests.extraction.builders import FRIDAY, MONDAY, center

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20T12:00:00+00:00", dt.date(2026, 11, 19)),
        # After midnight in Berlin, before midnight in Greenwich.
        ("2026-11-20T23:30:00+00:00", dt.date(2026, 11, 20)),
        ("2026-07-01T21:59:00+00:00", dt.date(2026, 6, 30)),
        ("2026-07-01T22:00:00+00:00", dt.date(2026, 7, 1)),
    ],
)
def test_yesterday_in_the_network_time_zone(moment: str, expected: dt.date) -> None:
    assert yesterday(dt.datetime.fromisoformat(moment)) == expected


def test_run_has_a_part_for_each_center(run: ExtractionRun, centers: list[Center]) -> None:
    assert (run.state, run.date_from, run.date_to, run.workers) == (RunState.QUEUED, MONDAY, FRIDAY, 3)
    parts = list(run.center_runs.all())
    assert [part.center_id for part in parts] == [found.pk for found in centers]
    assert {part.state for part in parts} == {RunState.QUEUED}
    assert all(part.mapping_id for part in parts)
    assert AuditEvent.objects.get().action == "run.requested"


def test_default_is_yesterday_and_all_centers(centers: list[Center]) -> None:
    run = request_run().run
    assert (run.date_from, run.date_to) == (yesterday(), yesterday())
    assert run.center_runs.count() == 3


def test_paused_and_unmapped_centers_are_skipped_with_a_reason(centers: list[Center]) -> None:
    Center.objects.filter(pk=centers[0].pk).update(state=CenterState.PAUSED)
    center(4)
    run = request_run().run
    skipped = {part.center.center_id: part.error_kind for part in run.center_runs.filter(state=RunState.SKIPPED)}
    assert skipped == {"center_01": "paused", "center_04": "no_mapping"}
    assert run.state == RunState.QUEUED


def test_run_with_nothing_to_do_ends_at_once(db: None) -> None:
    center(1)
    run = request_run().run
    assert (run.state, run.is_finished) == (RunState.SKIPPED, True)
    assert claim_run(run.pk) == []


def test_same_key_gives_the_same_run(centers: list[Center]) -> None:
    first = request_run(centers, idempotency_key="a" * 32)
    second = request_run(centers, idempotency_key="a" * 32)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.run == first.run
    assert ExtractionRun.objects.count() == 1


@pytest.mark.parametrize(("first", "last"), [(FRIDAY, MONDAY), (dt.date(2000, 1, 1), FRIDAY)])
def test_days_that_make_no_run(first: dt.date, last: dt.date, centers: list[Center]) -> None:
    with pytest.raises(RunRequestError):
        request_run(centers, first, last)


def test_no_center_makes_no_run(db: None) -> None:
    with pytest.raises(RunRequestError):
        request_run()


def test_plan_says_what_would_run(run: ExtractionRun, centers: list[Center]) -> None:
    part = run.center_runs.all()[0]
    assert part.mapping is not None
    Slice.objects.create(
        center=part.center,
        business_date=MONDAY,
        entry_count=0,
        checksum="",
        mapping=part.mapping,
        run=run,
        extracted_at=run.requested_at,
    )
    result = plan([*centers, center(4)], MONDAY, FRIDAY)
    assert (result.centers, len(result.skipped), result.days, result.present) == (3, 1, 5, 1)
    assert (result.slices, result.to_read, result.left_out) == (15, 15, 0)


@pytest.mark.parametrize(
    ("counts", "is_cancelled", "expected"),
    [
        ({"succeeded": 3}, False, RunState.SUCCEEDED),
        ({"succeeded": 3, "skipped": 1}, False, RunState.SUCCEEDED),
        ({"succeeded": 2, "failed": 1}, False, RunState.PARTIAL),
        ({"failed": 3}, False, RunState.FAILED),
        ({"failed": 1, "skipped": 2}, False, RunState.FAILED),
        ({"skipped": 3}, False, RunState.SKIPPED),
        ({"succeeded": 1, "cancelled": 2}, True, RunState.CANCELLED),
        # The request came when everything was done.
        ({"succeeded": 3}, True, RunState.SUCCEEDED),
    ],
)
def test_final_state(counts: dict[str, int], is_cancelled: bool, expected: RunState) -> None:
    assert final_state(counts, is_cancelled=is_cancelled) == expected


def test_finish_needs_the_lease(run: ExtractionRun, lease: Lease) -> None:
    with pytest.raises(LeaseLostError):
        finish(Lease(lease.shard_id, run.pk, "somebody else"))
    CenterRun.objects.update(state=RunState.SUCCEEDED)
    finish(lease)
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED
    with pytest.raises(LeaseLostError):
        finish(lease)


def test_cancel_of_a_queued_run_ends_it(run: ExtractionRun) -> None:
    assert cancel(run, None)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert set(run.center_runs.values_list("state", flat=True)) == {RunState.CANCELLED}
    assert not cancel(run, None)
    assert AuditEvent.objects.filter(action="run.cancelled").count() == 1


def test_cancel_of_a_running_run_is_a_request(run: ExtractionRun, lease: Lease) -> None:
    assert cancel(run, None)
    run.refresh_from_db()
    assert (run.state, run.cancel_requested) == (RunState.RUNNING, True)


def test_cancel_of_an_abandoned_run_ends_it(run: ExtractionRun, lease: Lease) -> None:
    Shard.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert cancel(run, None)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert set(run.center_runs.values_list("state", flat=True)) == {RunState.CANCELLED}
    with pytest.raises(LeaseLostError):
        renew(lease)


def test_give_up_fails_what_is_open(run: ExtractionRun, lease: Lease) -> None:
    first = run.center_runs.all()[0]
    CenterRun.objects.filter(pk=first.pk).update(state=RunState.SUCCEEDED)
    reason = Failure(Cause.DEADLINE.value, "too long")
    assert not give_up(Lease(lease.shard_id, run.pk, "somebody else"), reason)
    assert give_up(lease, reason)
    run.refresh_from_db()
    assert run.state == RunState.PARTIAL
    assert list(run.center_runs.values_list("state", "error_kind")) == [
        ("succeeded", ""),
        ("failed", "deadline"),
        ("failed", "deadline"),
    ]
    assert not give_up(lease, reason)


def test_run_ends_with_its_last_shard(centers: list[Center], settings: Settings) -> None:
    settings.SHARD_SIZE = 2
    run = request_run(centers).run
    first, second = claim_run(run.pk)
    CenterRun.objects.filter(shard_id=first.shard_id).update(state=RunState.SUCCEEDED)
    finish(first)
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert give_up(second, Failure(Cause.DEADLINE.value, "too long"))
    run.refresh_from_db()
    assert (run.state, run.finished_at is not None) == (RunState.PARTIAL, True)


def test_shard_that_wore_out_its_processes_is_given_up(run: ExtractionRun) -> None:
    Shard.objects.update(attempts=MOST_CLAIMS)
    assert park_worn_out() == [run.shards.get().pk]
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert set(run.center_runs.values_list("error_kind", flat=True)) == {"interrupted"}
    assert park_worn_out() == []


def test_resumed_run_tries_what_failed_and_keeps_what_landed(run: ExtractionRun, lease: Lease, admin: User) -> None:
    assert resume(run, admin) == 0
    first = run.center_runs.all()[0]
    CenterRun.objects.filter(pk=first.pk).update(state=RunState.SUCCEEDED)
    give_up(lease, Failure(Cause.DEADLINE.value, "too long"))
    assert resume(run, admin) == 2
    assert run.state == RunState.QUEUED
    assert list(run.center_runs.values_list("state", "error_kind", "attempts")) == [
        ("succeeded", "", 0),
        ("queued", "", 0),
        ("queued", "", 0),
    ]
    assert list(run.shards.values_list("number", "state")) == [(1, "failed"), (2, "queued")]
    assert AuditEvent.objects.filter(action="run.resumed").count() == 1
    (again,) = claim_run(run.pk)
    finish(again)


HELD = "Schema changed: KARTEI.DATUM is gone. On hold until a new version is approved."


def test_center_on_hold_is_skipped_with_its_reason_and_others_go_on(centers: list[Center]) -> None:
    Mapping.objects.filter(center=centers[0]).update(hold="gone:KARTEI.DATUM", drift="breaking")
    run = request_run(centers, FRIDAY).run
    assert list(run.center_runs.values_list("state", "error_kind", "error_message")) == [
        ("skipped", "schema_changed", HELD),
        ("queued", "", ""),
        ("queued", "", ""),
    ]
    planned = plan(centers, FRIDAY, FRIDAY)
    assert (planned.centers, len(planned.skipped), planned.days, planned.present) == (2, 1, 1, 0)
    Mapping.objects.update(hold="")
    assert set(request_run(centers, FRIDAY).run.center_runs.values_list("state", flat=True)) == {"queued"}


def test_drift_without_a_hold_skips_nobody(centers: list[Center]) -> None:
    Mapping.objects.update(drift="breaking")
    assert plan(centers, FRIDAY, FRIDAY).skipped == ()


def test_causes_have_labels() -> None:
    assert cause_label("login_failed") == "login failed"
    assert cause_label("something new") == "something new"
    assert all(cause_label(cause) != cause.value for cause in Cause if cause is not Cause.CANCELLED)


def test_trigger_is_kept(run: ExtractionRun) -> None:
    assert run.trigger == Trigger.COMMAND
