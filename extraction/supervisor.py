"""Watches the process that extracts: the driver can hang where no timeout reaches it, so a kill must be possible."""

import logging
import sys
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from dentalhub.child_process import run_child
from extraction.causes import Cause
from extraction.leases import Lease, hand_back, new_token
from extraction.models import Shard
from extraction.reader import Failure
from extraction.runs import give_up

logger = logging.getLogger(__name__)


def worker_command(shard_id: int, token: str) -> list[str]:
    """The command line of the process that does a shard's work."""
    return [sys.executable, "-m", "django", "execute_shard", str(shard_id), "--token", token]


def supervise(shard_id: int, command: Sequence[str] | None = None) -> bool:
    """Start the extracting process, wait for it, kill it at the deadline, and fail what it left open.

    True when it ended by itself and in good order. A process that ended otherwise leaves its shard to the next one
    (`tasks.reap`), as often as `leases.MOST_CLAIMS` says.
    """
    run_id = Shard.objects.values_list("run_id", flat=True).get(pk=shard_id)
    lease = Lease(shard_id, run_id, new_token())
    worker = command or worker_command(shard_id, lease.token)
    code = run_child(worker, settings.BASE_DIR, settings.RUN_DEADLINE_SECONDS)
    if code != 0:
        logger.warning("the extracting process ended with %s", "its deadline" if code is None else code)
    if code is None:
        give_up(lease, Failure(Cause.DEADLINE.value, _("The run took longer than it may. What had landed is kept.")))
    elif code != 0:
        hand_back(lease)
    return code == 0
