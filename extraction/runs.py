"""The end of shards and runs, however it comes: finished, cancelled, or given up by a supervisor."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.audit import record
from extraction.audit_regions import region_of_run
from extraction.causes import Cause, cause_label
from extraction.enums import RunState
from extraction.leases import MOST_CLAIMS, Lease, idle, renew
from extraction.models import CenterRun, ExtractionRun, Shard
from extraction.reader import Failure

OPEN = (RunState.QUEUED, RunState.RUNNING)


def finish(lease: Lease) -> None:
    """End a shard whose owner has nothing more to do; what is still open was cancelled. Raises LeaseLostError."""
    with transaction.atomic():
        renew(lease)
        _close_parts(lease.shard_id, RunState.CANCELLED, Failure(Cause.CANCELLED.value, cause_label("cancelled")))
        _end_shard(lease.shard_id, RunState.SUCCEEDED)
    close_if_ended(lease.run_id)


def give_up(lease: Lease, failure: Failure) -> bool:
    """Fail what a shard has not finished and end it; False when it has ended or another process owns it."""
    with transaction.atomic():
        held = Shard.objects.filter(pk=lease.shard_id, state__in=OPEN, lease_token__in=("", lease.token))
        if held.update(lease_token=lease.token) != 1:
            return False
        _close_parts(lease.shard_id, RunState.FAILED, failure)
        _end_shard(lease.shard_id, RunState.FAILED)
    close_if_ended(lease.run_id)
    return True


def park_worn_out() -> list[int]:
    """End the shards whose processes ended unexpectedly too often, and return their keys."""
    parked = []
    for shard in Shard.objects.filter(idle(timezone.now()), attempts__gte=MOST_CLAIMS).order_by("pk"):
        text = _("Given up: the worker ended unexpectedly %(count)s times.") % {"count": shard.attempts}
        own = Lease(shard.pk, shard.run_id, shard.lease_token)
        if give_up(own, Failure(Cause.INTERRUPTED.value, text)):
            parked.append(shard.pk)
    return parked


def cancel(run: ExtractionRun, person: User | None) -> bool:
    """Ask a run to end; what has landed stays. False when it has ended already.

    Shards that nobody works on end at once, the others when their owner sees the request, within seconds.
    """
    with transaction.atomic():
        if not ExtractionRun.objects.filter(pk=run.pk, state__in=OPEN).update(cancel_requested=True):
            return False
        text = _("Cancelled before it began.") if run.state == RunState.QUEUED else cause_label("cancelled")
        for shard_id in Shard.objects.filter(idle(timezone.now()), run=run).values_list("pk", flat=True):
            # An owner that comes back after its lease finds the shard ended, and lands nothing.
            if Shard.objects.filter(idle(timezone.now()), pk=shard_id).update(state=RunState.CANCELLED):
                _close_parts(shard_id, RunState.CANCELLED, Failure(Cause.CANCELLED.value, text))
                _end_shard(shard_id, RunState.CANCELLED)
        record(person, "run.cancelled", run, region=region_of_run(run.pk))
    close_if_ended(run.pk)
    return True


def final_state(counts: dict[str, int], *, is_cancelled: bool) -> RunState:
    """What a run is called when its parts have ended like this (number of parts by state). *Pure*."""
    if is_cancelled and counts.get(RunState.CANCELLED):
        return RunState.CANCELLED
    succeeded, failed = counts.get(RunState.SUCCEEDED, 0), counts.get(RunState.FAILED, 0)
    failed += counts.get(RunState.CANCELLED, 0)
    if failed:
        return RunState.PARTIAL if succeeded else RunState.FAILED
    return RunState.SUCCEEDED if succeeded else RunState.SKIPPED


def close_if_ended(run_id: int) -> bool:
    """End a run of which no shard is open. Harmless at any time: of two shards that end together both ask."""
    if Shard.objects.filter(run_id=run_id, state__in=OPEN).exists():
        return False
    parts = CenterRun.objects.filter(run_id=run_id).order_by().values_list("state").annotate(Count("pk"))
    is_cancelled = ExtractionRun.objects.filter(pk=run_id, cancel_requested=True).exists()
    counts = dict(parts)
    state = final_state(counts, is_cancelled=is_cancelled)
    with transaction.atomic():
        if ExtractionRun.objects.filter(pk=run_id, state__in=OPEN).update(state=state, finished_at=timezone.now()) != 1:
            return False
        centers = [f"{name} {count}" for name, count in sorted(counts.items())]
        region = region_of_run(run_id)
        record(None, "run.ended", f"extraction.extractionrun:{run_id}", region=region, state=state, centers=centers)
    return True


def open_queues(run: ExtractionRun) -> list[str]:
    """The queues whose workers have not ended their shards of the run."""
    still = Shard.objects.filter(run=run, state__in=OPEN).order_by("queue")
    return list(still.values_list("queue", flat=True).distinct())


def close_ended_runs() -> list[int]:
    """End the runs whose last process died between its last shard and the run, and return their keys."""
    without = ExtractionRun.objects.filter(state__in=OPEN).exclude(shards__state__in=OPEN)
    return [run_id for run_id in without.values_list("pk", flat=True) if close_if_ended(run_id)]


def _close_parts(shard_id: int, state: RunState, failure: Failure) -> None:
    CenterRun.objects.filter(shard_id=shard_id, state__in=OPEN).update(
        state=state, error_kind=failure.cause, error_message=failure.message[:500], finished_at=timezone.now()
    )


def _end_shard(shard_id: int, state: RunState) -> None:
    Shard.objects.filter(pk=shard_id).update(state=state, finished_at=timezone.now(), lease_until=None)
