"""`qcluster`: django-q2's workers for one queue. Stands before django-q2's own command of that name."""

import logging
import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_q.cluster import Cluster

from dentalhub import queue_wire
from dentalhub.queue_settings import checked_own_queue
from dentalhub.queue_wire import WireError
from extraction.heartbeats import ring
from extraction.queue_health import health_of
from extraction.queues import present_queue
from extraction.schedule import ensure_tick

logger = logging.getLogger(__name__)
MOST_SECONDS_BETWEEN_LOOKS = 60.0


class Command(BaseCommand):
    """Runs until SIGTERM; a task that is being done is done to its end first.

    Ends with 1 when the workers have become deaf, so that whoever started it starts it anew: django-q2 does not notice.
    So it does when the broker does not answer at the start.
    """

    help = gettext_noop("Work for one queue: the one that --name or Q_CLUSTER_NAME names, else the default one.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-n", "--name", help=_("the queue, instead of the one that Q_CLUSTER_NAME names"))
        parser.add_argument("--run-once", action="store_true", help=_("stop after what is waiting now"))

    def handle(self, *args: Any, name: str | None, run_once: bool, **options: Any) -> None:
        name = name or present_queue()
        try:
            checked_own_queue(name, settings.QUEUES)
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from None
        if name != present_queue():
            # django-q2 has read the name when its modules were imported, and would serve the default queue.
            os.environ["Q_CLUSTER_NAME"] = name
            once = ["--run-once"] if run_once else []
            os.execv(sys.executable, [sys.executable, "-m", "django", "qcluster", *once])  # noqa: S606 # no shell
        try:
            queue_wire.ping()
        except WireError as error:
            # Before django-q2, which would only say that a process ended with exit code 1.
            raise CommandError(f"The broker of the queues: {error}; see DENTALHUB_BROKER_URL.") from None
        cluster = Cluster()
        stop_beside(cluster)
        cluster.start()
        if run_once:
            cluster.stop()
            return
        _begin_ticking(name)
        if became_deaf(cluster, name):
            # Not asked to stop, which would wait for workers that hear nothing.
            cluster.sentinel.kill()
            raise CommandError(f"The workers of {name} hear nothing any more; they have to be started anew.")


def stop_beside(cluster: Cluster) -> None:
    """Have SIGTERM and Ctrl-C stop the cluster in a thread.

    django-q2 stops it where the signal finds it, and hangs for ever when its guard got the same signal and died.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cluster.sentinel is None:
            raise SystemExit(0)
        threading.Thread(target=cluster.stop, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def became_deaf(cluster: Cluster, queue: str) -> bool:
    """Wait until the cluster has ended (False), or lets tasks wait for too long while nobody works (True)."""
    deaf_at = time.monotonic() + settings.DEAF_SECONDS
    while cluster.sentinel.is_alive():
        cluster.sentinel.join(min(MOST_SECONDS_BETWEEN_LOOKS, max(1.0, settings.DEAF_SECONDS / 2)))
        # What waited before the start has waited for other reasons.
        if time.monotonic() > deaf_at and _ignores_tasks(queue):
            return True
    return False


def _begin_ticking(queue: str) -> None:
    """See to it that there is a tick, and that these workers are heard of at once and not after the next one."""
    try:
        ensure_tick()
        ring([queue])
    except Error as error:
        logger.warning("%s was not rung: %s", queue, type(error).__name__)
    finally:
        connections.close_all()


def _ignores_tasks(queue: str) -> bool:
    """Only waiting tasks prove it: without the ticks of another queue's workers nobody beats."""
    try:
        return health_of([queue])[0].ignores_tasks(settings.DEAF_SECONDS)
    except Error:
        return False
    finally:
        connections.close_all()
