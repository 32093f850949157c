"""Keeping, changing and dropping saved exports; the form comes here."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from centers.models import Region
from dentalhub.access import Role, has_role
from dentalhub.audit import record
from extraction.entry_filter import EntryFilter
from extraction.export_filters import to_text
from extraction.models import SavedExport


@dataclass(frozen=True, slots=True)
class SavedWish:
    """How a saved export shall be."""

    name: str
    wanted: EntryFilter
    days: str
    format: str
    is_active: bool
    starts_at: dt.time
    clock: Region | None
    destination: str
    folder: str


def saved_for(person: User | AnonymousUser) -> QuerySet[SavedExport]:
    """Admins see everybody's, all others their own."""
    found = SavedExport.objects.select_related("owner", "clock")
    return found if has_role(person, Role.ADMIN) else found.filter(owner_id=person.pk or 0)


def save_export(saved: SavedExport | None, wish: SavedWish, person: User) -> SavedExport:
    """Store a new one of `person`, or change one, and say so in the audit trail."""
    with transaction.atomic():
        kept = saved or SavedExport(owner=person)
        kept.name, kept.wanted, kept.days, kept.format = wish.name, to_text(wish.wanted), wish.days, wish.format
        kept.is_active, kept.starts_at, kept.clock = wish.is_active, wish.starts_at, wish.clock
        kept.destination, kept.folder = wish.destination, wish.folder
        kept.changed_at = timezone.now()
        kept.save()
        record(person, "saved_export.changed", f"extraction.savedexport:{kept.pk}", **_details(kept))
    return kept


def drop_export(saved: SavedExport, person: User) -> None:
    """Delete it; what it has made stays in the ledger."""
    with transaction.atomic():
        record(person, "saved_export.deleted", f"extraction.savedexport:{saved.pk}", **_details(saved))
        saved.delete()


def _details(saved: SavedExport) -> dict[str, str | bool]:
    return {
        "name": saved.name,
        "owner": saved.owner.get_username(),
        "wanted": saved.wanted,
        "days": saved.days,
        "format": saved.format,
        "is_active": saved.is_active,
        "starts_at": saved.starts_at.isoformat("minutes"),
        "destination": saved.destination,
        "folder": saved.folder,
    }
