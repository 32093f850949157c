"""What the queue calls. The queue is only a wire: arguments are keys, and a task that comes twice is harmless."""

from django.db import transaction
from django_q.tasks import async_task

from extraction import supervisor
from extraction.leases import is_free, stale_runs
from extraction.models import ExtractionRun
from mappings.tasks import deliver_notices, rediscover_due


def dispatch(run: ExtractionRun) -> None:
    """Hand a run to the workers once the present transaction is committed."""
    if not run.is_finished:
        run_id = run.pk
        transaction.on_commit(lambda: _enqueue(run_id))


def execute_run(run_id: int) -> bool:
    """Do a run in a process of its own; first hand on the runs that nobody works on.

    False when there was nothing to do, or the process did not end in good order.
    """
    if not is_free(run_id):
        return False
    reap_stale_runs(except_for=run_id)
    return supervisor.supervise(run_id)


def tick() -> None:
    """What the queue's one schedule calls every few minutes (`extraction.schedule`): do what is due by our rows."""
    rediscover_due()
    deliver_notices()


def reap_stale_runs(except_for: int = 0) -> list[int]:
    """Dispatch what nobody works on once more, and return the keys; the claim makes doing it twice harmless."""
    stale = [run_id for run_id in stale_runs() if run_id != except_for]
    for run_id in stale:
        _enqueue(run_id)
    return stale


def _enqueue(run_id: int) -> None:
    async_task("extraction.tasks.execute_run", run_id, task_name=f"run {run_id}")
