"""Taking a run up again: what failed or was cancelled is tried once more, what has landed stays."""

from django.contrib.auth.models import User
from django.db import transaction

from dentalhub.audit import record
from extraction.audit_regions import region_of_run
from extraction.enums import FINISHED, RunState
from extraction.models import CenterRun, ExtractionRun
from extraction.shard_rows import cut_into_shards

AGAIN = (RunState.FAILED, RunState.CANCELLED)


def resume(run: ExtractionRun, person: User | None) -> int:
    """Queue the failed and cancelled centers of a finished run once more; how many, 0 when there is nothing to do.

    A center goes on behind the days that this run has landed of it. Starts nothing: `tasks.dispatch` comes next.
    """
    with transaction.atomic():
        # Of two people who press the button, one finds the run finished.
        finished = ExtractionRun.objects.filter(pk=run.pk, state__in=FINISHED, center_runs__state__in=AGAIN)
        keys = list(finished.values_list("pk", flat=True).distinct())
        queued = ExtractionRun.objects.filter(pk__in=keys, state__in=FINISHED)
        if not queued.update(state=RunState.QUEUED, cancel_requested=False, finished_at=None):
            return 0
        again = CenterRun.objects.filter(run=run, state__in=AGAIN).update(
            state=RunState.QUEUED, shard=None, attempts=0, error_kind="", error_message="", finished_at=None
        )
        cut_into_shards(run)
        record(person, "run.resumed", run, region=region_of_run(run.pk), centers=again)
    run.refresh_from_db()
    return again
