"""What the queue calls to test connections. It only says that there is something; our rows say what."""

import secrets
import sys
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from centers.batch_tests import release, waiting_for
from dentalhub import queue_wire
from dentalhub.child_process import run_child
from dentalhub.queue_settings import INTERACTIVE_SECONDS
from dentalhub.queues import DEFAULT_QUEUE, INTERACTIVE_QUEUE, present_queue, reading_queues
from dentalhub.valueless_errors import task

# Seconds that one process may test; below the lease of its claims.
TEST_SECONDS = 900
# The queue for what a person waits for, where its workers have the same credentials.
QUICK = {DEFAULT_QUEUE: INTERACTIVE_QUEUE}


def test_soon() -> int:
    """Have somebody test what waits, once the present transaction is committed; how many centers that are.

    Also to be called every few minutes: what a lost call or an ended process left waiting is tested then.
    """
    now, count = timezone.now(), 0
    for queue in reading_queues():
        if waiting := waiting_for(queue, now).count():
            transaction.on_commit(partial(_enqueue, QUICK.get(queue, queue)))
        count += waiting
    return count


@task
def test_connections() -> bool:
    """Watch the process that tests, kill it at the deadline; False unless it ended in good order.

    The driver can hang where no timeout reaches it, so no task of the queue reads sources itself.
    """
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "django", "test_batches", "--token", token]
    queue = present_queue()
    longest = INTERACTIVE_SECONDS - 20 if queue == INTERACTIVE_QUEUE else settings.RUN_DEADLINE_SECONDS
    try:
        return run_child(command, settings.BASE_DIR, min(TEST_SECONDS, longest)) == 0
    finally:
        release(token)


def _enqueue(queue: str) -> None:
    queue_wire.ring("centers.tasks.test_connections", queue=queue, name="connection tests")
