"""What the queue calls to keep up with changing schemas. It only says that there is something; our rows say what."""

import secrets
import sys
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dentalhub import queue_wire
from dentalhub.child_process import run_child
from dentalhub.queue_settings import INTERACTIVE_SECONDS
from dentalhub.queues import DEFAULT_QUEUE, INTERACTIVE_QUEUE, present_queue, reading_queues
from dentalhub.valueless_errors import task
from mappings.discovery_jobs import revive
from mappings.notice_delivery import deliver
from mappings.watches import due_for, release, somebody_looks

# Seconds that one process may look at sources; below the lease of its claims.
LOOK_SECONDS = 900
# The queue for what a person waits for, where its workers have the same credentials.
QUICK = {DEFAULT_QUEUE: INTERACTIVE_QUEUE}


def rediscover_due() -> int:
    """Have somebody look at the centers whose turn it is; how many there are. To be called every few minutes.

    Reads no source itself. What is lost comes again with the next call; of two processes one finds all claimed.
    """
    revive()
    now, waiting = timezone.now(), 0
    for queue in reading_queues():
        count = 0 if somebody_looks(queue, now) else due_for(queue, now).count()
        if count:
            _enqueue(queue)
        waiting += count
    return waiting


def look_soon() -> None:
    """Do not wait for the next call, once the present transaction is committed: a person asked.

    Nor behind a run, except where only the workers that are busy with it have the credentials.
    """
    now = timezone.now()
    waiting = [queue for queue in reading_queues() if due_for(queue, now).exists()]
    for queue in waiting:
        transaction.on_commit(partial(_enqueue, QUICK.get(queue, queue)))


@task
def look_again() -> bool:
    """Watch the process that looks, kill it at the deadline; False unless it ended in good order.

    The driver can hang where no timeout reaches it, so no task of the queue reads sources itself.
    """
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "django", "rediscover", "--token", token]
    try:
        return run_child(command, settings.BASE_DIR, look_seconds(present_queue())) == 0
    finally:
        release(token)


def look_seconds(queue: str) -> int:
    """How long one process may look when the worker of `queue` started it: less than that worker waits."""
    return min(LOOK_SECONDS, INTERACTIVE_SECONDS - 20 if queue == INTERACTIVE_QUEUE else settings.RUN_DEADLINE_SECONDS)


@task
def deliver_notices() -> int:
    """Tell the reviewers what is new; how many notices that were. What one call missed comes with the next."""
    return deliver()


def _enqueue(queue: str) -> None:
    queue_wire.ring("mappings.tasks.look_again", queue=queue, name="rediscovery")
