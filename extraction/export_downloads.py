"""Who may take a file that was made in the background, and taking it."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.files.base import File
from django.db.models import F
from django.utils import timezone

from dentalhub.access import Role, has_role, may_reveal_patients
from dentalhub.audit import record
from extraction.enums import ExportState
from extraction.export_files import kept_file
from extraction.models import Export


def may_download(export: Export, person: User | AnonymousUser) -> bool:
    """True for the person who asked for it, with the right to what is in it, while the file is there."""
    is_there = export.state == ExportState.COMPLETE and bool(export.stored_name)
    in_time = export.expires_at is not None and export.expires_at > timezone.now()
    is_own = export.requested_by_id is not None and export.requested_by_id == person.pk
    return (
        is_there
        and in_time
        and is_own
        and has_role(person, Role.ANALYST, Role.ADMIN)
        and (not export.shows_patients or may_reveal_patients(person))
    )


def take(export: Export, person: User) -> "File[bytes]":
    """The open file, with an audit event. Raises ExportStorageError, before the event."""
    file = kept_file(export.stored_name)
    Export.objects.filter(pk=export.pk).update(download_count=F("download_count") + 1)
    record(person, "export.downloaded", export, rows=export.row_count, sha256=export.sha256)
    return file
