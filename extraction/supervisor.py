"""Watches the process that extracts: the driver can hang where no timeout reaches it, so a kill must be possible."""

import sys
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from dentalhub.child_process import run_child
from extraction.causes import Cause
from extraction.leases import Lease, new_token
from extraction.reader import Failure
from extraction.runs import give_up


def worker_command(lease: Lease) -> list[str]:
    """The command line of the process that does a run's work."""
    return [sys.executable, "-m", "django", "execute_run", str(lease.run_id), "--token", lease.token]


def supervise(run_id: int, command: Sequence[str] | None = None) -> bool:
    """Start the extracting process, wait for it, kill it at the deadline, and fail what it left open.

    True when it ended by itself and
    in good order.
    """
    lease = Lease(run_id, new_token())
    code = run_child(command or worker_command(lease), settings.BASE_DIR, settings.RUN_DEADLINE_SECONDS)
    if code is None:
        give_up(lease, Failure(Cause.DEADLINE.value, _("The run took longer than it may. What had landed is kept.")))
    elif code != 0:
        give_up(lease, Failure(Cause.INTERRUPTED.value, _("The worker process ended unexpectedly. Run it again.")))
    return code == 0
