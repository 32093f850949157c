"""Bringing finished files to their destination: each attempt is claimed, and the row says how it went."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dentalhub.audit import record
from extraction.enums import ExportState
from extraction.exceptions import ExtractionError
from extraction.export_destinations import send
from extraction.export_downloads import OWNER_MAY_NOT, may_still_make
from extraction.export_jobs import LEASE
from extraction.leases import new_token
from extraction.models import Export

logger = logging.getLogger(__name__)
# How long to wait after the first, second, ... attempt; after the last one the delivery has failed.
WAITS = (dt.timedelta(minutes=1), dt.timedelta(minutes=10), dt.timedelta(hours=1), dt.timedelta(hours=6))


def due_deliveries() -> list[int]:
    """The keys of the files that wait for a further attempt."""
    return list(_due().order_by("pk").values_list("pk", flat=True))


def deliver(export_id: int) -> bool:
    """Try once to bring a file to its destination; False when there was nothing to do."""
    export = _claim(export_id)
    if export is None:
        return False
    if not may_still_make(export):
        _own(export).update(state=ExportState.FAILED, error=OWNER_MAY_NOT, lease_token="", lease_until=None)
        return True
    try:
        send(export)
    except ExtractionError as error:
        _note_failure(export, str(error))
    except Exception as error:  # noqa: BLE001
        _note_failure(export, type(error).__name__)
    else:
        _note_delivery(export)
    return True


def _due() -> QuerySet[Export]:
    now = timezone.now()
    idle = Q(lease_until=None) | Q(lease_until__lt=now)
    return Export.objects.filter(idle, state=ExportState.DELIVERING, next_delivery_at__lte=now)


def _claim(export_id: int) -> Export | None:
    taken = _due().filter(pk=export_id)
    now = timezone.now()
    done = taken.update(lease_token=new_token(), lease_until=now + LEASE, delivery_attempts=F("delivery_attempts") + 1)
    return Export.objects.get(pk=export_id) if done == 1 else None


def _own(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, lease_token=export.lease_token, state=ExportState.DELIVERING)


def _note_delivery(export: Export) -> None:
    done = {"state": ExportState.COMPLETE, "delivered_at": timezone.now(), "error": ""}
    with transaction.atomic():
        _own(export).update(**done, lease_token="", lease_until=None)
        # Whoever took the work over in between or not: it has left.
        record(
            export.requested_by,
            "export.delivered",
            export,
            destination=export.destination,
            rows=export.row_count,
            sha256=export.sha256,
            patient_ids=export.shows_patients,
            reason=export.reason,
            note=export.note,
        )


def _note_failure(export: Export, error: str) -> None:
    logger.warning("attempt %s to deliver export %s failed: %s", export.delivery_attempts, export.pk, error)
    now, again = timezone.now(), export.delivery_attempts <= len(WAITS)
    _own(export).update(
        state=ExportState.DELIVERING if again else ExportState.FAILED,
        next_delivery_at=now + WAITS[export.delivery_attempts - 1] if again else None,
        error=error[:200],
        lease_token="",
        lease_until=None,
    )
