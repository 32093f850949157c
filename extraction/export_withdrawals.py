"""Files of exports that hold what must not be there any more: deleted, or made anew without it.

Which rows a file has is not known, only which filter made it: every file whose filter covers the center goes.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection

from django.db.models import Case, F, Q, When
from django.utils import timezone

from centers.models import Center
from extraction.entry_filter import EntryFilter
from extraction.enums import ExportChannel, ExportState
from extraction.export_files import ExportStorageError, forget
from extraction.export_filters import from_text
from extraction.models import Export

logger = logging.getLogger(__name__)
# What stands in the ledger, as the class of an error does.
PATIENT_ERASED = "PatientErased"
RETENTION_OVER = "RetentionOver"
_UNDER_WAY = (ExportState.RUNNING, ExportState.DELIVERING)
_LEFT = (ExportState.COMPLETE, ExportState.EXPIRED, ExportState.WITHDRAWN, ExportState.ABORTED)


def withdraw(is_affected: Callable[[EntryFilter], bool], reason: str) -> list[int]:
    """Delete the stored files whose filter `is_affected`, with `reason` in the ledger; the keys of all it concerned.

    What is being made or delivered begins again: hand those to `tasks.enqueue_exports`, or leave it to the next tick.
    A file that cannot be deleted now is deleted by the next tick; nobody can take it meanwhile.
    """
    found = [export for export in _with_files() if is_affected(from_text(export.wanted))]
    for export in found:
        own, now = Export.objects.filter(pk=export.pk, lease_token=export.lease_token), timezone.now()
        # Whoever works on it finds the token gone and drops what was made.
        again = own.filter(state__in=_UNDER_WAY).update(
            state=ExportState.QUEUED,
            lease_token="",
            lease_until=None,
            queued_at=now,
            attempts=Case(When(attempts__gt=0, then=F("attempts") - 1), default=0),
        )
        if again or own.filter(state=ExportState.COMPLETE).update(state=ExportState.WITHDRAWN, error=reason):
            _delete(export, is_kept_in_mind=bool(again))
    return [export.pk for export in found]


def files_of(center: Center) -> int:
    """How many stored or unfinished files `withdraw` would concern for `center`."""
    return sum(1 for export in _with_files() if covers(from_text(export.wanted), center))


def files_that_left(center: Center, days: Collection[dt.date]) -> int:
    """How many exports of the ledger that left the network may hold entries of `center` on one of `days`."""
    gone = Q(channel__in=(ExportChannel.DOWNLOAD, ExportChannel.COMMAND)) | Q(download_count__gt=0)
    rows = Export.objects.filter(gone | Q(delivered_at__isnull=False), state__in=_LEFT).order_by("pk")
    filters = [from_text(text) for text in rows.values_list("wanted", flat=True)]
    return sum(1 for wanted in filters if _holds(wanted, center, days))


def covers(wanted: EntryFilter, center: Center) -> bool:
    """True when entries of `center`, with its region loaded, may be in what `wanted` finds."""
    by_id = not wanted.center_ids or center.center_id in wanted.center_ids
    return by_id and (not wanted.regions or center.server.region.code in wanted.regions)


def _holds(wanted: EntryFilter, center: Center, days: Collection[dt.date]) -> bool:
    first, last = wanted.date_from or dt.date.min, wanted.date_to or dt.date.max
    return covers(wanted, center) and any(first <= day <= last for day in days)


def _with_files() -> list[Export]:
    stored = Q(state=ExportState.COMPLETE) & ~Q(stored_name="")
    jobs = Q(state__in=_UNDER_WAY, channel__in=(ExportChannel.FILE, ExportChannel.SAVED))
    return list(Export.objects.filter(stored | jobs).order_by("pk"))


def _delete(export: Export, *, is_kept_in_mind: bool) -> None:
    if not export.stored_name:
        return
    try:
        forget(export.stored_name)
    except ExportStorageError as error:
        logger.warning("the file of export %s was not deleted: %s", export.pk, error)
        return
    if not is_kept_in_mind:
        # Else its maker may still be about to put it there; the next one deletes it once more.
        Export.objects.filter(pk=export.pk, stored_name=export.stored_name).update(stored_name="")
