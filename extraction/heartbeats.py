"""Signs of life of each queue's workers: only a task that one of them begins proves that they hear."""

import datetime as dt
import logging
import socket
from collections.abc import Iterable
from typing import Any

from django.db import Error
from django.utils import timezone

from dentalhub import queue_wire
from dentalhub.queue_wire import WireError
from extraction.models import Heartbeat
from extraction.queues import present_queue

logger = logging.getLogger(__name__)
HEAR = "extraction.tasks.hear"
# Workers with many short tasks need not write each time.
_OFTEN_ENOUGH = dt.timedelta(seconds=10)


def beat(queue: str) -> None:
    """Note that a worker of `queue` on this machine is alive and hears."""
    now, host = timezone.now(), socket.gethostname()[:100]
    own = Heartbeat.objects.filter(queue=queue)
    if own.filter(host=host, beat_at__gt=now - _OFTEN_ENOUGH).exists():
        return
    if not own.update(beat_at=now, host=host):
        Heartbeat.objects.get_or_create(queue=queue, defaults={"beat_at": now, "host": host})


def beat_before_task(**_signal: Any) -> None:
    """Called by django-q2 in a worker before each task, which is done whatever happens here."""
    try:
        beat(present_queue())
    except Error as error:
        logger.warning("the heartbeat of %s was not noted: %s", present_queue(), type(error).__name__)


def ring(queues: Iterable[str]) -> list[str]:
    """Give each queue's workers something to hear; those in which a task waits anyway need nothing. Returns the rest.

    So a queue without workers does not fill up. Nothing, and a line in the log, while the broker does not answer.
    """
    names = list(queues)
    try:
        waiting = queue_wire.waiting(names)
    except WireError as error:
        logger.warning("no queue was rung: %s", error)
        return []
    silent = [queue for queue in names if not waiting[queue].count]
    return [queue for queue in silent if queue_wire.ring(HEAR, queue=queue, name="heartbeat", save=False)]
