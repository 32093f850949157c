"""Exports as files in the background. The row is the truth: claimed by a conditional UPDATE, leased, done again.

A job whose process died is done from the beginning by the next one; its unfinished file was on that machine only.
"""

import datetime as dt
import logging
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.audit import record
from extraction.entry_filter import EntryFilter
from extraction.entry_scope import limited_for, regions_of
from extraction.enums import EXPORT_OPEN, ExportChannel, ExportState
from extraction.exceptions import ExportRefusedError, LeaseLostError
from extraction.export_downloads import OWNER_MAY_NOT, may_still_make
from extraction.export_files import create_private, forget, keep, work_directory
from extraction.export_filters import from_text, is_storable
from extraction.export_formats import ExportFormat
from extraction.export_ledger import Begun, Tally, begin, end
from extraction.export_rows import Batch
from extraction.exports import entries_for, render
from extraction.garbage_collection import rare_collections
from extraction.leases import MOST_CLAIMS, new_token
from extraction.models import Export
from extraction.reveal_reasons import Why

logger = logging.getLogger(__name__)
# Longer than anything takes during which nothing is noted: closing a large workbook, sending a file to a bucket.
LEASE = dt.timedelta(minutes=10)
# Most unfinished files of one person.
MOST_OPEN = 5
_NOTE_SECONDS = 1
_BACKGROUND = (ExportChannel.FILE, ExportChannel.SAVED)


class _RefusedError(Exception):
    """The person may not have it any more."""


class _CancelledError(Exception):
    """A person does not want the file any more."""


def request_export(
    wanted: EntryFilter,
    form: ExportFormat,
    person: User,
    *,
    key: str = "",
    channel: ExportChannel = ExportChannel.FILE,
    why: Why | None = None,
) -> Begun:
    """Ask for a file in the background, with patient ids if it says `why`.

    Hand `export` to `tasks.dispatch_export` when it is new. The same `key` (at most 80 characters) makes one. Raises
    ExportRefusedError for a filter with a searched text or a pseudonym, which may not be stored, and when the person
    has too many unfinished files.
    """
    if not is_storable(wanted):
        raise ExportRefusedError(_("What was searched for is not stored. Download such an export at once."))
    own = Export.objects.filter(requested_by=person, state__in=EXPORT_OPEN, channel=ExportChannel.FILE)
    if own.exclude(request_key=key).count() >= MOST_OPEN:
        raise ExportRefusedError(_("At most %(count)s exports of yours are made at once.") % {"count": MOST_OPEN})
    return begin(wanted, form, person, channel, key=key, why=why)


def claim(export_id: int) -> Export | None:
    """Take a job that is queued, or whose owner let the lease end; the row carries the new token. None: nothing."""
    token, now = new_token(), timezone.now()
    free = Q(state=ExportState.QUEUED) | Q(state=ExportState.RUNNING, lease_until__lt=now)
    found = Export.objects.filter(free, pk=export_id, channel__in=_BACKGROUND, attempts__lt=MOST_CLAIMS)
    taken = found.update(
        state=ExportState.RUNNING,
        attempts=F("attempts") + 1,
        lease_token=token,
        lease_until=now + LEASE,
        started_at=now,
        row_count=0,
    )
    return Export.objects.get(pk=export_id) if taken == 1 else None


def write(export_id: int) -> bool:
    """Make the file of a job; False when there was nothing to do or somebody else has it."""
    export = claim(export_id)
    if export is None:
        return False
    tally = Tally()
    try:
        if not may_still_make(export):
            raise _RefusedError
        if export.stored_name:
            # An earlier owner's, who did not come to say that it is complete.
            forget(export.stored_name)
        with work_directory() as folder, rare_collections():
            _write(export, folder / "entries", tally)
    except _CancelledError:
        end(export, ExportState.CANCELLED, tally)
    except _RefusedError:
        end(export, ExportState.FAILED, tally, OWNER_MAY_NOT)
    except LeaseLostError:
        logger.warning("export %s was taken over", export.pk)
        return False
    except Exception as error:  # noqa: BLE001
        # Its text may hold values of rows.
        logger.error("export %s ended with %s", export.pk, type(error).__name__)
        end(export, ExportState.FAILED, tally, type(error).__name__)
    return True


def cancel(export: Export, person: User) -> bool:
    """End a job; False when it had ended already. What was written is deleted."""
    jobs = Export.objects.filter(pk=export.pk, channel__in=_BACKGROUND)
    now = timezone.now()
    waiting = jobs.filter(state__in=(ExportState.QUEUED, ExportState.DELIVERING))
    done = waiting.update(state=ExportState.CANCELLED, finished_at=now, expires_at=now, lease_token="")
    if not done:
        done = jobs.filter(state=ExportState.RUNNING).update(cancel_requested=True)
    if done:
        record(person, "export.cancelled", export)
    return bool(done)


def _write(export: Export, path: Path, tally: Tally) -> None:
    wanted = limited_for(from_text(export.wanted), export.requested_by)
    # A region may be new since it was asked for.
    export.regions.set(regions_of(wanted))
    create_private(path)
    found = _noted(export, entries_for(export, wanted), tally)
    with path.open("wb") as file:
        file.writelines(render(wanted, export.form, found, tally))
    name = f"{export.pk}-{export.lease_token}.{export.form.extension}"
    _note(export, tally, stored_name=name)
    keep(path, name)
    now = timezone.now()
    state = ExportState.DELIVERING if export.destination else ExportState.COMPLETE
    until = now + dt.timedelta(hours=settings.EXPORT_HOURS)
    if not end(export, state, tally, expires_at=until, next_delivery_at=now):
        forget(name)
        raise LeaseLostError


def _noted(export: Export, batches: Iterator[Batch], tally: Tally) -> Iterator[Batch]:
    """The same batches; now and then the row says how far the job is, and the lease is made longer."""
    noted_at = time.monotonic()
    for batch in batches:
        yield batch
        if time.monotonic() - noted_at > _NOTE_SECONDS:
            noted_at = time.monotonic()
            _note(export, tally)


def _note(export: Export, tally: Tally, **also: str) -> None:
    own = Export.objects.filter(pk=export.pk, lease_token=export.lease_token, state=ExportState.RUNNING)
    if not own.update(row_count=tally.rows, lease_until=timezone.now() + LEASE, **also):
        raise LeaseLostError
    if own.filter(cancel_requested=True).exists():
        raise _CancelledError
