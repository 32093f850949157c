"""Keeping, changing and dropping saved exports; the form comes here."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from centers.models import Region
from centers.scope import scope_of
from dentalhub.access import Role, has_role
from dentalhub.audit import record
from dentalhub.audit_changes import changes
from extraction.entry_filter import EntryFilter
from extraction.export_filters import to_text
from extraction.models import SavedExport
from extraction.reveal_reasons import Why


@dataclass(frozen=True, slots=True)
class SavedWish:
    """How a saved export shall be."""

    name: str
    wanted: EntryFilter
    days: str
    format: str
    # None: pseudonyms.
    why: Why | None
    is_active: bool
    starts_at: dt.time
    clock: Region | None
    destination: str
    folder: str


def saved_for(person: User | AnonymousUser) -> QuerySet[SavedExport]:
    """Admins see those of people who see no more regions than they do; everybody sees the own ones."""
    found, own = SavedExport.objects.select_related("owner", "clock"), Q(owner_id=person.pk or 0)
    if not has_role(person, Role.ADMIN):
        return found.filter(own)
    scope = scope_of(person)
    return (
        found if scope.all_regions else found.filter(own | Q(pk__in=SavedExport.objects.in_scope(scope).values("pk")))
    )


def save_export(saved: SavedExport | None, wish: SavedWish, person: User) -> SavedExport:
    """Store a new one of `person`, or change one, and say so in the audit trail."""
    with transaction.atomic():
        kept = saved or SavedExport(owner=person)
        before = _values(kept) if saved else {}
        kept.name, kept.wanted, kept.days, kept.format = wish.name, to_text(wish.wanted), wish.days, wish.format
        kept.shows_patients = wish.why is not None
        kept.reason, kept.note = (wish.why.reason, wish.why.note) if wish.why else ("", "")
        kept.is_active, kept.starts_at, kept.clock = wish.is_active, wish.starts_at, wish.clock
        kept.destination, kept.folder = wish.destination, wish.folder
        kept.changed_at = timezone.now()
        kept.save()
        made = changes(before, _values(kept))
        if made:
            record(person, "saved_export.changed", f"extraction.savedexport:{kept.pk}", changes=made)
    return kept


def drop_export(saved: SavedExport, person: User) -> None:
    """Delete it; what it has made stays in the ledger."""
    with transaction.atomic():
        name = f"extraction.savedexport:{saved.pk}"
        before = _values(saved)
        saved.delete()
        record(person, "saved_export.deleted", name, changes=changes(before, {}))


def _values(saved: SavedExport) -> dict[str, object]:
    return {
        "name": saved.name,
        "owner": saved.owner.get_username(),
        "wanted": saved.wanted,
        "days": saved.days,
        "format": saved.format,
        "shows_patients": saved.shows_patients,
        "reason": saved.reason,
        "note": saved.note,
        "is_active": saved.is_active,
        "starts_at": saved.starts_at.isoformat("minutes"),
        "destination": saved.destination,
        "folder": saved.folder,
    }
