"""Watches the process that extracts: the driver can hang where no timeout reaches it, so a kill must be possible."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext as _

from extraction.causes import Cause
from extraction.leases import Lease, new_token
from extraction.reader import Failure
from extraction.runs import give_up

TERMINATE_SECONDS = 5.0


def worker_command(lease: Lease) -> list[str]:
    """The command line of the process that does a run's work."""
    return [sys.executable, "-m", "django", "execute_run", str(lease.run_id), "--token", lease.token]


def supervise(run_id: int, command: Sequence[str] | None = None) -> bool:
    """Start the extracting process, wait for it, kill it at the deadline, and fail what it left open.

    Started with exec and not forked, because a fork shares the driver's connections. True when it ended by itself and
    in good order.
    """
    lease = Lease(run_id, new_token())
    process = subprocess.Popen(command or worker_command(lease), cwd=settings.BASE_DIR)
    try:
        code = process.wait(timeout=settings.RUN_DEADLINE_SECONDS)
    except subprocess.TimeoutExpired:
        _end(process)
        give_up(lease, Failure(Cause.DEADLINE.value, _("The run took longer than it may. What had landed is kept.")))
        return False
    except BaseException:
        # The queue ends a task by SystemExit: the child must not go on without anybody who watches it.
        _end(process)
        raise
    if code != 0:
        give_up(lease, Failure(Cause.INTERRUPTED.value, _("The worker process ended unexpectedly. Run it again.")))
    return code == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=TERMINATE_SECONDS)
        return
    process.kill()
    process.wait()
