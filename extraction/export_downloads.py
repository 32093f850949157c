"""Who may take a file that was made in the background, and taking it."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.files.base import File
from django.db.models import F
from django.utils import timezone

from centers.scope import scope_of
from dentalhub.access import Right, may, may_reveal_patients
from dentalhub.audit import record
from extraction.enums import ExportState
from extraction.export_files import kept_file
from extraction.models import Export

# What the ledger says of an export whose person has no account, role or region for it any more.
OWNER_MAY_NOT = "OwnerMayNotExport"


def still_covers(export: Export, person: User | AnonymousUser) -> bool:
    """True when `person` sees every region whose entries are in `export`. One query, none for who sees all."""
    scope = scope_of(person)
    return scope.all_regions or all(scope.holds(region.pk) for region in export.regions.all())


def may_still_make(export: Export) -> bool:
    """True when the person who asked for it may have it made now: account, role and regions are asked anew."""
    person = export.requested_by
    if person is None or not person.is_active or not may(person, Right.EXPORT_ENTRIES):
        return False
    return (not export.shows_patients or may_reveal_patients(person)) and still_covers(export, person)


def may_download(export: Export, person: User | AnonymousUser) -> bool:
    """True for the person who asked for it, with the right to what is in it, while the file is there."""
    is_there = export.state == ExportState.COMPLETE and bool(export.stored_name)
    in_time = export.expires_at is not None and export.expires_at > timezone.now()
    is_own = export.requested_by_id is not None and export.requested_by_id == person.pk
    return (
        is_there
        and in_time
        and is_own
        and may(person, Right.EXPORT_ENTRIES)
        and (not export.shows_patients or may_reveal_patients(person))
        and still_covers(export, person)
    )


def take(export: Export, person: User) -> "File[bytes]":
    """The open file, with an audit event. Raises ExportStorageError, before the event."""
    file = kept_file(export.stored_name)
    Export.objects.filter(pk=export.pk).update(download_count=F("download_count") + 1)
    record(
        person,
        "export.downloaded",
        export,
        rows=export.row_count,
        sha256=export.sha256,
        patient_ids=export.shows_patients,
        reason=export.reason,
        note=export.note,
    )
    return file
