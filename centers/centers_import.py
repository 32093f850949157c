"""Imports a centers file: the whole file in one transaction, or nothing."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from centers.centers_file import CentersFile, parse_centers_file
from centers.centers_template import render
from centers.import_plan import Action, ImportPlan, PlannedObject, Row, planned_rows
from centers.models import Center, DatabaseServer, Region
from centers.scope import scope_of
from centers.stored_secrets import erase_former
from centers.trust import open_request, request_trust
from dentalhub.audit import Note, record_each
from dentalhub.audit_changes import changes


def read_centers_file(text: str, *, is_template: bool = False, actor: User | None = None) -> CentersFile:
    """Render `text` if it is a template, and parse it against what `actor` may see. Raises ImportFileError.

    Without an actor it is the system that reads, which sees all.
    """
    return parse_centers_file(
        render(text) if is_template else text,
        known_regions=set(Region.objects.for_user(actor).values_list("code", flat=True)),
        known_servers=set(DatabaseServer.objects.for_user(actor).values_list("code", flat=True)),
    )


def apply_import(file: CentersFile, actor: User | None = None) -> ImportPlan:
    """Import `file` and record each change. Raises ImportFileError; nothing is imported then."""
    with transaction.atomic():
        rows = planned_rows(file, scope_of(actor))
        _free_databases(rows)
        written = [(planned, row) for planned, row in rows if planned.action is not Action.KEEP]
        for _planned, row in written:
            row.save()
        erased = [row for _planned, row in written if not isinstance(row, Center) and erase_former(row)]
        for row in (row for _planned, row in rows if isinstance(row, DatabaseServer)):
            # A file may ask; it can never allow.
            if not row.is_trusted and row.encrypt != "strict" and open_request(row) is None:
                request_trust(row, actor, _("A centers file asks for it."), settings.TRUST_DAYS)
        # Recorded last: whoever holds the end of the audit trail should wait for no other row.
        notes = []
        for planned, row in written:
            before = {change.field: change.before for change in planned.changes if planned.action is Action.CHANGE}
            after = {change.field: change.after for change in planned.changes}
            made = changes(before, after)
            notes.append(Note(f"{planned.model}.{planned.action}", row, {"changes": made, "by": "import"}))
        notes += [Note("secret.erased", row, {"by": "import"}) for row in erased]
        record_each(actor, notes)
    return ImportPlan(tuple(planned for planned, _row in rows))


def _free_databases(rows: Sequence[tuple[PlannedObject, Row]]) -> None:
    """Let go of databases that change hands, so that two centers may swap theirs row by row."""
    for planned, row in rows:
        moves = any(change.field in {"database", "server"} for change in planned.changes)
        if isinstance(row, Center) and planned.action is Action.CHANGE and moves:
            # No database can have this name: the validators refuse control characters.
            Center.objects.filter(pk=row.pk).update(database=f"\x7f{row.pk}")
