"""`qcluster`: django-q2's workers for one queue. Stands before django-q2's own command of that name."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django_q.management.commands import qcluster

from dentalhub.queue_settings import checked_own_queue
from dentalhub.queues import present_queue


class Command(qcluster.Command):  # type: ignore[misc]  # django-q2 has no types
    """Runs until SIGTERM; a task that is being done is done to its end first."""

    help = "Work for one queue: the one that --name or Q_CLUSTER_NAME names, else the default one."

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["cluster_name"] or present_queue()
        try:
            checked_own_queue(name, settings.QUEUES)
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from None
        if name != present_queue():
            # django-q2 has read the name when its modules were imported, and would serve the default queue.
            os.environ["Q_CLUSTER_NAME"] = name
            once = ["--run-once"] if options["run_once"] else []
            os.execv(sys.executable, [sys.executable, "-m", "django", "qcluster", *once])  # noqa: S606 # no shell
        super().handle(*args, **(options | {"cluster_name": None}))
