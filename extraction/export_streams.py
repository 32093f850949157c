"""A download that writes its own end into the ledger, also when the receiver goes away in the middle."""

import datetime as dt
import logging
import time
from collections.abc import Generator, Iterator

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from extraction.entry_filter import EntryFilter
from extraction.entry_scope import limited_for
from extraction.enums import ExportChannel, ExportState
from extraction.export_estimates import Estimate
from extraction.export_formats import ExportFormat
from extraction.export_ledger import Tally, begin, end
from extraction.exports import entries_for, render
from extraction.leases import new_token
from extraction.models import Export
from extraction.reveal_reasons import Why

logger = logging.getLogger(__name__)
# A receiver may stop for a while; who has been silent for so long is gone.
SILENCE = dt.timedelta(hours=1)
_NOTE_SECONDS = 10


class RecordedStream(Iterator[bytes]):
    """The pieces of a file. `close`, which Django calls at the end of every answer, tells aborted from complete."""

    def __init__(self, export: Export, pieces: Generator[bytes], tally: Tally) -> None:
        self.export = export
        self._pieces = pieces
        self._tally = tally
        self._noted_at = time.monotonic()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except StopIteration:
            self._end(ExportState.COMPLETE)
            raise
        except Exception as error:
            # Its text may hold values of rows.
            logger.error("export %s ended with %s", self.export.pk, type(error).__name__)
            self._end(ExportState.FAILED, type(error).__name__)
            raise
        self._note()
        return piece

    def close(self) -> None:
        """The receiver is gone, or the file has ended before."""
        self._pieces.close()
        self._end(ExportState.ABORTED)

    def _note(self) -> None:
        if time.monotonic() - self._noted_at > _NOTE_SECONDS:
            self._noted_at = time.monotonic()
            own = Export.objects.filter(pk=self.export.pk, lease_token=self.export.lease_token)
            own.update(row_count=self._tally.rows, lease_until=timezone.now() + SILENCE)

    def _end(self, state: ExportState, error: str = "") -> None:
        if self.export.state == ExportState.RUNNING and end(self.export, state, self._tally, error):
            self.export.state = state


def stream(
    wanted: EntryFilter,
    form: ExportFormat,
    person: User | AnonymousUser | None,
    *,
    expected: Estimate | None = None,
    why: Why | None = None,
) -> RecordedStream:
    """The entries of a filter, in constant memory, with patient ids if it says `why`.

    Ledger and audit trail have it before the first byte leaves.
    """
    wanted = limited_for(wanted, person)
    begun = begin(wanted, form, person, ExportChannel.DOWNLOAD, state=ExportState.RUNNING, expected=expected, why=why)
    export, tally = begun.export, Tally()
    export.lease_token, export.lease_until = new_token(), timezone.now() + SILENCE
    export.save(update_fields=["lease_token", "lease_until"])
    return RecordedStream(export, render(wanted, form, entries_for(export, wanted), tally), tally)
