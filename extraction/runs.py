"""The end of a run, however it comes: finished, cancelled, or given up by its supervisor."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.audit import record
from extraction.causes import Cause, cause_label
from extraction.enums import RunState
from extraction.leases import Lease, free, renew
from extraction.models import CenterRun, ExtractionRun
from extraction.reader import Failure

OPEN = (RunState.QUEUED, RunState.RUNNING)


def finish(lease: Lease) -> RunState:
    """End a run whose owner has nothing more to do; what is still open was cancelled. Raises LeaseLostError."""
    with transaction.atomic():
        renew(lease)
        _close_open_parts(lease.run_id, RunState.CANCELLED, Failure(Cause.CANCELLED.value, cause_label("cancelled")))
        return _close(lease.run_id)


def give_up(lease: Lease, failure: Failure) -> bool:
    """Fail what a run has not finished and end it; False when the run has ended or another process owns it."""
    with transaction.atomic():
        held = ExtractionRun.objects.filter(pk=lease.run_id, state__in=OPEN, lease_token__in=("", lease.token))
        if held.update(lease_token=lease.token) != 1:
            return False
        _close_open_parts(lease.run_id, RunState.FAILED, failure)
        _close(lease.run_id)
        return True


def cancel(run: ExtractionRun, person: User | None) -> bool:
    """Ask a run to end; what has landed stays. False when it has ended already.

    A run that nobody works on ends at once, a running one when its owner sees the request, within seconds.
    """
    with transaction.atomic():
        if not ExtractionRun.objects.filter(pk=run.pk, state__in=OPEN).update(cancel_requested=True):
            return False
        # An owner that comes back after its lease finds the run ended, and lands nothing.
        if ExtractionRun.objects.filter(free(timezone.now()), pk=run.pk).update(state=RunState.CANCELLED):
            text = _("Cancelled before it began.") if run.state == RunState.QUEUED else cause_label("cancelled")
            _close_open_parts(run.pk, RunState.CANCELLED, Failure(Cause.CANCELLED.value, text))
            _close(run.pk)
        record(person, "run.cancelled", run)
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


def close_if_nothing_to_do(run_id: int) -> bool:
    """End a new run of which every part was skipped."""
    if CenterRun.objects.filter(run_id=run_id, state__in=OPEN).exists():
        return False
    _close(run_id)
    return True


def _close_open_parts(run_id: int, state: RunState, failure: Failure) -> None:
    CenterRun.objects.filter(run_id=run_id, state__in=OPEN).update(
        state=state, error_kind=failure.cause, error_message=failure.message[:500], finished_at=timezone.now()
    )


def _close(run_id: int) -> RunState:
    parts = CenterRun.objects.filter(run_id=run_id).order_by().values_list("state").annotate(Count("pk"))
    run = ExtractionRun.objects.filter(pk=run_id)
    is_cancelled = run.filter(Q(cancel_requested=True) | Q(state=RunState.CANCELLED)).exists()
    state = final_state(dict(parts), is_cancelled=is_cancelled)
    run.update(state=state, finished_at=timezone.now(), lease_until=None)
    return state
