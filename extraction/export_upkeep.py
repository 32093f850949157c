"""What the tick does for exports: takes lost work up again, says what ended unseen, deletes what has expired."""

import datetime as dt
import logging

from django.db.models import Q
from django.utils import timezone

from extraction.enums import ExportChannel, ExportState
from extraction.export_files import ExportStorageError, forget, remove_forgotten
from extraction.leases import LOST_AFTER, MOST_CLAIMS
from extraction.models import Export

logger = logging.getLogger(__name__)
_JOBS = Q(channel__in=(ExportChannel.FILE, ExportChannel.SAVED))
# The command line has no lease; nothing it does takes so long.
_LONGEST_COMMAND = dt.timedelta(days=1)


def take_back() -> list[int]:
    """The keys of jobs to ring for once more: those whose owner fell silent, and those that the queue has lost."""
    now = timezone.now()
    silent = Q(state=ExportState.RUNNING, lease_until__lt=now, attempts__lt=MOST_CLAIMS)
    lost = Q(state=ExportState.QUEUED, queued_at__lt=now - LOST_AFTER)
    keys = list(Export.objects.filter(_JOBS, silent | lost).order_by("pk").values_list("pk", flat=True))
    queued = {"state": ExportState.QUEUED, "lease_token": "", "lease_until": None, "queued_at": now}
    return [key for key in keys if Export.objects.filter(_JOBS, silent | lost, pk=key).update(**queued) == 1]


def end_what_died() -> int:
    """Say of jobs that were tried too often, and of downloads whose process is gone, that they failed."""
    now = timezone.now()
    silent = Q(state=ExportState.RUNNING, lease_until__lt=now)
    worn_out = _JOBS & silent & Q(attempts__gte=MOST_CLAIMS)
    gone = ~_JOBS & (silent | Q(state=ExportState.RUNNING, lease_until=None, started_at__lt=now - _LONGEST_COMMAND))
    return Export.objects.filter(worn_out | gone).update(
        state=ExportState.FAILED, error="ProcessDied", finished_at=now, lease_token="", lease_until=None
    )


def expire() -> int:
    """Delete the files whose time is over, and those of jobs that did not come to an end; how many there were.

    What a killed process of this machine had not finished goes as well.
    """
    remove_forgotten()
    now, count = timezone.now(), 0
    over = Q(state=ExportState.COMPLETE, expires_at__lt=now)
    unfinished = Q(state__in=(ExportState.FAILED, ExportState.CANCELLED, ExportState.WITHDRAWN))
    for export in Export.objects.filter(over | unfinished).exclude(stored_name="").order_by("pk"):
        try:
            forget(export.stored_name)
        except ExportStorageError as error:
            # The next tick tries again.
            logger.warning("the file of export %s was not deleted: %s", export.pk, error)
            continue
        own = Export.objects.filter(pk=export.pk, stored_name=export.stored_name)
        own.filter(state=ExportState.COMPLETE).update(state=ExportState.EXPIRED)
        count += own.update(stored_name="")
    return count
