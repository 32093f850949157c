"""Imports a centers file: the whole file in one transaction, or nothing."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from centers.centers_file import CentersFile, parse_centers_file
from centers.centers_template import render
from centers.import_plan import Action, ImportPlan, PlannedObject, Row, planned_rows
from centers.models import Center, DatabaseServer, Region
from dentalhub.audit import record


def read_centers_file(text: str, *, is_template: bool = False) -> CentersFile:
    """Render `text` if it is a template, and parse it against what the database knows. Raises ImportFileError."""
    return parse_centers_file(
        render(text) if is_template else text,
        known_regions=set(Region.objects.values_list("code", flat=True)),
        known_servers=set(DatabaseServer.objects.values_list("code", flat=True)),
    )


def apply_import(file: CentersFile, actor: User | None = None) -> ImportPlan:
    """Import `file` and record each change. Raises ImportFileError; nothing is imported then."""
    with transaction.atomic():
        rows = planned_rows(file)
        _free_databases(rows)
        for planned, row in rows:
            if planned.action is Action.KEEP:
                continue
            row.save()
            fields = [change.field for change in planned.changes]
            record(actor, f"{planned.model}.{planned.action}", row, fields=fields, by="import")
    return ImportPlan(tuple(planned for planned, _row in rows))


def _free_databases(rows: Sequence[tuple[PlannedObject, Row]]) -> None:
    """Let go of databases that change hands, so that two centers may swap theirs row by row."""
    for planned, row in rows:
        moves = any(change.field in {"database", "server"} for change in planned.changes)
        if isinstance(row, Center) and planned.action is Action.CHANGE and moves:
            # No database can have this name: the validators refuse control characters.
            Center.objects.filter(pk=row.pk).update(database=f"\x7f{row.pk}")
