"""What the queue calls. The queue is only a wire: arguments are keys, and a task that comes twice is harmless."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from centers.tasks import test_soon
from dentalhub import queue_wire
from dentalhub.audit_upkeep import erase_what_is_over, verify_on
from dentalhub.valueless_errors import task
from extraction import export_deliveries, export_jobs, export_upkeep, supervisor
from extraction.alerts.bundling import bundle
from extraction.alerts.evaluation import look_around
from extraction.alerts.sending import due_messages, forget_old, send
from extraction.due import request_due
from extraction.entry_searches import forget_ended_sessions
from extraction.enums import RunState
from extraction.erasure import finish_erasures
from extraction.heartbeats import ring
from extraction.leases import is_free, take_back
from extraction.metrics.counting import count_last_day, count_runs
from extraction.models import Export, ExtractionRun, Shard
from extraction.queues import DEFAULT_QUEUE, INTERACTIVE_QUEUE, all_queues, present_queue, served_by
from extraction.retention import retain_for_tick
from extraction.runs import close_ended_runs, park_worn_out
from extraction.saved_exports import request_due_exports
from extraction.shard_rows import about_shard
from mappings.tasks import deliver_notices, rediscover_due

logger = logging.getLogger(__name__)


def dispatch(run: ExtractionRun) -> None:
    """Hand a run's queued shards to their workers once the present transaction is committed."""
    if not run.is_finished:
        shards = run.shards.filter(state=RunState.QUEUED)
        keys = list(shards.order_by("number").values_list("pk", flat=True))
        transaction.on_commit(lambda: enqueue(keys))


@task
def execute_shard(shard_id: int) -> bool:
    """Do a shard in a process of its own.

    False when there was nothing to do, or the process did not end in good order; then others take up what it left.
    """
    if not is_free(shard_id):
        return False
    queue = Shard.objects.values_list("queue", flat=True).get(pk=shard_id)
    if served_by(queue) != present_queue():
        # Only that queue's workers have the credentials.
        logger.warning("shard %s is for the workers of %s", shard_id, queue)
        enqueue([shard_id])
        return False
    with about_shard(shard_id):
        is_done = supervisor.supervise(shard_id)
    if is_done:
        return True
    if is_free(shard_id):
        enqueue([shard_id])
    reap()
    return False


def execute_run(run_id: int) -> None:
    """What releases before shards put into the queue; an upgrade must not lose it. Rings for the run's shards."""
    shards = Shard.objects.filter(run_id=run_id, state=RunState.QUEUED)
    enqueue(list(shards.order_by("number").values_list("pk", flat=True)))


def dispatch_export(export: Export) -> None:
    """Hand a file that was asked for to the workers once the present transaction is committed."""
    transaction.on_commit(lambda: enqueue_exports([export.pk]))


@task
def write_export(export_id: int) -> bool:
    """Make the file of an export and bring it where it shall go; False when there was nothing to do."""
    is_written = export_jobs.write(export_id)
    return export_deliveries.deliver(export_id) or is_written


def tend_exports() -> list[int]:
    """Ring once more for files that nobody works on, and end and delete what is over; the keys of the first."""
    export_upkeep.end_what_died()
    found = [*export_upkeep.take_back(), *export_deliveries.due_deliveries()]
    enqueue_exports(found)
    export_upkeep.expire()
    return found


def make_due_exports() -> list[int]:
    """Begin the saved exports that are due; their keys."""
    exports = [export.pk for export in request_due_exports()]
    enqueue_exports(exports)
    return exports


def enqueue_exports(exports: list[int]) -> None:
    """Ring the doorbell; any worker of the default queue can make a file."""
    for export_id in exports:
        name = f"export {export_id}"
        queue_wire.ring("extraction.tasks.write_export", export_id, queue=DEFAULT_QUEUE, name=name)


@task
def tick() -> None:
    """What the queue's one schedule calls every minute (`extraction.schedule`): do what is due by our rows."""
    for part in (
        park_worn_out,
        close_ended_runs,
        redispatch,
        run_due,
        make_due_exports,
        tend_exports,
        forget_ended_sessions,
        finish_erasures,
        retain_for_tick,
        verify_on,
        erase_what_is_over,
        beat,
        rediscover_due,
        test_soon,
        deliver_notices,
        count_runs,
        count_last_day,
        look_around,
        send_alerts,
    ):
        _alone(part)


def send_alerts() -> list[int]:
    """Make messages of what is to be told now, and ring for all that wait for an attempt; their keys."""
    bundle(timezone.now())
    waiting = due_messages()
    enqueue_alerts(waiting)
    forget_alerts()
    return waiting


@task
def send_alert(message_id: int) -> bool:
    """Try once to send a message; False when there was nothing to do."""
    return send(message_id)


def enqueue_alerts(messages: list[int]) -> None:
    """Ring the doorbell; alerts do not stand behind a run."""
    for message_id in messages:
        name = f"alert message {message_id}"
        queue_wire.ring("extraction.tasks.send_alert", message_id, queue=INTERACTIVE_QUEUE, name=name)


def forget_alerts() -> None:
    """Once a day: delete what was told long ago."""
    now = timezone.now()
    if cache.add(f"alerts-forgotten:{now.date().isoformat()}", True, timeout=2 * 86_400):
        forget_old(now)


@task
def hear() -> None:
    """Nothing; that a worker begins it is the sign of life (`extraction.heartbeats`)."""


def reap() -> list[int]:
    """Dispatch what nobody works on once more, and return the keys; the claim makes doing it twice harmless."""
    park_worn_out()
    close_ended_runs()
    return redispatch()


def redispatch() -> list[int]:
    """Ring the doorbell once more for the shards whose owners fell silent or whose tasks were lost; their keys."""
    found = take_back()
    enqueue(found)
    return found


def run_due() -> list[int]:
    """Begin what the schedules say is due (`extraction.due`), and return the keys of the runs."""
    runs = request_due()
    for run in runs:
        dispatch(run)
    return [run.pk for run in runs]


def beat() -> list[str]:
    """Give the workers of each queue something to hear (`extraction.heartbeats`)."""
    return ring(all_queues())


def enqueue(shards: list[int]) -> None:
    """Ring the doorbell of each shard's queue; a queue that is no longer configured is the default one's work."""
    for shard_id, queue in Shard.objects.filter(pk__in=shards).order_by("pk").values_list("pk", "queue"):
        name = f"shard {shard_id}"
        if not queue_wire.ring("extraction.tasks.execute_shard", shard_id, queue=served_by(queue), name=name):
            # Somebody may wait for this, and a broker that is away is away for the others too; the tick rings for all.
            break


def _alone(part: Callable[[], object]) -> None:
    """Do one part of the tick; when it fails, the others are done all the same."""
    try:
        part()
    except Exception:
        logger.exception("the tick's part %s failed", part.__name__)
