"""Erasing a patient of a center everywhere, so that no extraction brings anything back.

First the suppression is committed, then slice by slice goes what is there. A process that dies in between loses
nothing: the suppression recognises the patient, and the next tick goes on (`finish_erasures`).
"""

import datetime as dt
import logging
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.models import Center
from dentalhub.audit import record
from extraction.entry_searches import forget_everywhere
from extraction.enums import ErasureReason
from extraction.erased_slices import days_with, erase_day, erase_held, held_with
from extraction.exceptions import ErasureError, SuppressionKeyError
from extraction.export_withdrawals import PATIENT_ERASED, covers, files_of, files_that_left, withdraw
from extraction.models import SuppressedPatient
from extraction.suppression_keys import keys
from extraction.suppressions import Suppressions, locked_suppressions

logger = logging.getLogger(__name__)
# A process that erases for longer than this has died; another one goes on.
GIVEN_UP_AFTER = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a patient is found: numbers only. `left`: exports that may hold the patient and have left the network."""

    entries: int = 0
    days: int = 0
    held_days: int = 0
    files: int = 0
    left: int = 0

    def __bool__(self) -> bool:
        return self.entries + self.held_days > 0


def traces_of(center: Center, patient_id: str) -> Traces:
    """What erasing this patient would concern; changes nothing."""
    days = days_with(center, patient_id.__eq__)
    held = [row.business_date for row in held_with(center, patient_id.__eq__)]
    left = files_that_left(center, {*days, *held})
    return Traces(days.total(), len(days), len(held), files_of(center), left)


def suppress(
    center: Center, patient_id: str, person: User | None, reason: ErasureReason, reference: str = ""
) -> SuppressedPatient:
    """From the return on nothing of this patient lands. Raises ErasureError for an empty id, and SuppressionKeyError.

    A patient who is suppressed already gets no second suppression. `erase` comes next.
    """
    if not patient_id:
        raise ErasureError(_("Say which patient."))
    with transaction.atomic():
        known = locked_suppressions({center.pk: center.center_id})
        if known.names(center.center_id, patient_id):
            tokens = {key.token(center.center_id, patient_id) for key in keys()}
            return SuppressedPatient.objects.filter(center_id=center.center_id, token__in=tokens).order_by("pk")[0]
        key = keys()[0]
        found = SuppressedPatient.objects.create(
            center_id=center.center_id,
            token=key.token(center.center_id, patient_id),
            key_id=key.name,
            reason=reason,
            reference=reference,
            suppressed_by=person,
        )
        record(person, "patient.suppressed", center, suppression=found.pk, reason=str(reason), reference=reference)
    return found


def erase(suppression: SuppressedPatient, person: User | None = None) -> Traces:
    """Delete what is there of a suppressed patient, and say how much it was; doing it again is harmless.

    Raises SuppressionKeyError when the key is gone that recognises the patient.
    """
    if suppression.key_id not in {key.name for key in keys()}:
        raise SuppressionKeyError(suppression.center_id)
    center = Center.objects.select_related("server__region").filter(center_id=suppression.center_id).first()
    found = Traces() if center is None else _erase_at(center, suppression)
    # Done again, more is found only where a backup was put back.
    SuppressedPatient.objects.filter(pk=suppression.pk).update(
        erased_at=timezone.now(),
        entry_count=F("entry_count") + found.entries,
        day_count=F("day_count") + found.days,
        file_count=F("file_count") + found.files,
    )
    record(
        person,
        "patient.erased",
        center or suppression.center_id,
        suppression=suppression.pk,
        entries=found.entries,
        days=found.days,
        held_days=found.held_days,
        files=found.files,
        files_left=found.left,
    )
    empty_write_ahead_log()
    return found


def lift(suppression: SuppressedPatient, person: User | None, reason: str) -> None:
    """Let the patient land again with the next extraction. Raises ErasureError.

    Where four eyes look, not the person who suppressed; `reason` goes into the audit trail.
    """
    reason = reason.strip()
    if not reason:
        raise ErasureError(_("Say why."))
    if settings.FOUR_EYES and person is not None and suppression.suppressed_by_id == person.pk:
        raise ErasureError(_("You have suppressed this patient yourself. Another admin has to lift it."))
    with transaction.atomic():
        if not SuppressedPatient.objects.filter(pk=suppression.pk).delete()[0]:
            raise ErasureError(_("This suppression is lifted already."))
        record(
            person, "patient.suppression_lifted", suppression.center_id, suppression=suppression.pk, reason=reason[:200]
        )


def erase_again() -> Traces:
    """Erase every suppressed patient once more: what is to be done after a backup was put back."""
    total = Traces()
    for suppression in SuppressedPatient.objects.order_by("pk"):
        found = erase(suppression)
        total = Traces(
            total.entries + found.entries,
            total.days + found.days,
            total.held_days + found.held_days,
            total.files + found.files,
            max(total.left, found.left),
        )
    return total


def finish_erasures() -> list[int]:
    """Go on with erasures whose process died; the keys of their suppressions."""
    begun = SuppressedPatient.objects.filter(erased_at=None, suppressed_at__lt=timezone.now() - GIVEN_UP_AFTER)
    done = []
    for suppression in begun.order_by("pk"):
        try:
            erase(suppression)
        except SuppressionKeyError as error:
            logger.error("suppression %s: %s", suppression.pk, error)
        else:
            done.append(suppression.pk)
    return done


def empty_write_ahead_log() -> None:
    """SQLite's log still has the pages as they were before."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            # Readers may keep a part of it; it goes with the next checkpoint.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _erase_at(center: Center, suppression: SuppressedPatient) -> Traces:
    tokens = {suppression.key_id: frozenset({suppression.token})}
    one = Suppressions({suppression.center_id: tokens})

    @cache
    def is_wanted(patient_id: str) -> bool:
        return one.names(center.center_id, patient_id)

    days = sorted(days_with(center, is_wanted))
    count = sum(erase_day(center, day, is_wanted) for day in days)
    held = [row.business_date for row in held_with(center, is_wanted) if erase_held(row, one)]
    left = files_that_left(center, {*days, *held})
    # A process that died may have erased the days already and no file.
    is_needed = bool(days or held) or suppression.erased_at is None
    files = withdraw(lambda wanted: covers(wanted, center), PATIENT_ERASED) if is_needed else []
    forget_everywhere()
    return Traces(count, len(days), len(held), len(files), left)
