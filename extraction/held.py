"""A person's word about a held slice: it replaces what is there, or what is there stays."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.audit import record
from extraction.enums import HeldState
from extraction.exceptions import HeldSliceError
from extraction.held_slices import entries_of
from extraction.models import HeldSlice
from extraction.pieces import Piece, landed_slices
from extraction.rows import SliceRows, checksum
from extraction.slice_writing import write_slices
from extraction.suppressions import locked_suppressions


def accept(held: HeldSlice, person: User) -> None:
    """Replace the visible slice by the held one. Raises HeldSliceError when another one has been held since."""
    with transaction.atomic():
        # Deleting is the claim: of two people, or a person and a run, only one finds it as it was looked at.
        if not _waiting(held).delete()[0]:
            raise _gone()
        day = held.center_id, held.business_date
        # Held before an erasure, and accepted before that has come to it.
        known = locked_suppressions({held.center_id: held.center.center_id})
        stored = SliceRows(held.business_date, entries_of(held.content), held.suppressed_count)
        rows = known.without(held.center.center_id, stored)
        piece = Piece(
            center_pk=held.center_id,
            rows=rows,
            checksum=checksum(rows),
            mapping_pk=held.mapping_id,
            run_id=held.run_id,
            read_at=held.extracted_at,
            before=landed_slices({day}).get(day),
        )
        write_slices([piece])
        _record(person, "slice.accepted", held)


def reject(held: HeldSlice, person: User) -> None:
    """Keep the visible slice, also when the source says the same again. Raises HeldSliceError as `accept` does."""
    with transaction.atomic():
        decided = {"state": HeldState.REJECTED, "decided_by": person, "decided_at": timezone.now()}
        # The rows are patients' data and of no more use; the checksum knows them again.
        if _waiting(held).update(**decided, content="") != 1:
            raise _gone()
        _record(person, "slice.rejected", held)


def _waiting(held: HeldSlice) -> QuerySet[HeldSlice]:
    return HeldSlice.objects.filter(pk=held.pk, state=HeldState.WAITING, checksum=held.checksum)


def _gone() -> HeldSliceError:
    return HeldSliceError(_("This day has changed since you looked at it. Look at it again."))


def _record(person: User, action: str, held: HeldSlice) -> None:
    record(
        person,
        action,
        held.center,
        date=f"{held.business_date}",
        entries=held.entry_count,
        previous=held.previous_count,
    )
