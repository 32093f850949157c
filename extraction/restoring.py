"""Puts a backup of our own SQLite database in place of the present one, and keeps erased patients erased."""

import sqlite3
from pathlib import Path

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from dentalhub.sqlite_copies import CopyError, opened_by, prove_unchanged, prove_whole, put_in_place, rows_of
from extraction.models import SuppressedPatient

_TABLE = SuppressedPatient._meta.db_table
_COLUMNS = ("center_id", "token", "key_id", "reason", "reference")
Suppression = tuple[str, ...]


def check(backup: Path, database: Path) -> None:
    """Raise CopyError unless `backup` is whole, ours, not newer than this release, and nobody has `database` open."""
    prove_whole(backup)
    prove_unchanged(backup)
    applied = _applied(backup)
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    if unknown := sorted(applied - set(loader.disk_migrations) - replaced):
        app, name = unknown[0]
        raise CopyError(f"{backup} comes from another release: this one does not know the migration {app}.{name}.")
    if pids := opened_by(database):
        raise CopyError(f"Stop web and workers first: these processes have the database open: {pids}.")


def replace(backup: Path, database: Path) -> Path | None:
    """Put `backup` in place; where the present database went. The caller migrates next."""
    aside = database.with_name(f"{database.name}.before-{timezone.now():%Y%m%d-%H%M%S}")
    was_there = database.exists()
    connections.close_all()
    put_in_place(backup, database, aside)
    return aside if was_there else None


def suppressions_in(database: Path) -> list[Suppression]:
    """Who must not come back, as far as the present database can still tell."""
    if not database.exists():
        return []
    try:
        return rows_of(database, _TABLE, _COLUMNS)
    except sqlite3.Error:
        # Damaged, or older than suppressions: that is what a restore may be for.
        return []


def hand_on(kept: list[Suppression]) -> int:
    """Add the suppressions that the restored database lacks, once it is migrated; how many."""
    if not kept:
        return 0
    known = set(SuppressedPatient.objects.values_list("center_id", "token"))
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in kept if (row[0], row[1]) not in known]
    SuppressedPatient.objects.bulk_create([SuppressedPatient(**row) for row in rows], batch_size=100)
    return len(rows)


def _applied(backup: Path) -> set[tuple[str, str]]:
    try:
        return {(app, name) for app, name in rows_of(backup, "django_migrations", ("app", "name"), is_settled=True)}
    except sqlite3.Error as error:
        raise CopyError(f"{backup} is no database of dentalhub.") from error
