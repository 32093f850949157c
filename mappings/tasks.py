"""What the queue calls to keep up with changing schemas. It only says that there is something; our rows say what."""

import secrets
import sys

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from dentalhub.child_process import run_child
from mappings.notice_delivery import deliver
from mappings.watches import due, release, somebody_looks

# Seconds that one process may look at sources; below the lease of its claims.
LOOK_SECONDS = 900


def rediscover_due() -> int:
    """Have somebody look at the centers whose turn it is; how many there are. To be called every few minutes.

    Reads no source itself. What is lost comes again with the next call; of two processes one finds all claimed.
    """
    now = timezone.now()
    if somebody_looks(now):
        return 0
    waiting = due(now).count()
    if waiting:
        _enqueue()
    return waiting


def look_soon() -> None:
    """Do not wait for the next call, once the present transaction is committed: a person asked."""
    transaction.on_commit(_enqueue)


def look_again() -> bool:
    """Watch the process that looks, kill it at the deadline; False unless it ended in good order.

    The driver can hang where no timeout reaches it, so no task of the queue reads sources itself.
    """
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "django", "rediscover", "--token", token]
    try:
        return run_child(command, settings.BASE_DIR, LOOK_SECONDS) == 0
    finally:
        release(token)


def deliver_notices() -> int:
    """Tell the reviewers what is new; how many notices that were. What one call missed comes with the next."""
    return deliver()


def _enqueue() -> None:
    async_task("mappings.tasks.look_again", task_name="rediscovery")
