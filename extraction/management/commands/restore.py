"""`restore`: put a backup in place of our own database."""

import sqlite3
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.audit import record
from dentalhub.sqlite_copies import CopyError
from extraction.erasure import erase_again
from extraction.exceptions import SuppressionKeyError
from extraction.restoring import check, hand_on, replace, suppressions_in


class Command(BaseCommand):
    """Exit code 0: the backup is in place; 1: it is not, and nothing has changed; 2: bad usage."""

    help = gettext_noop("Put a backup in place of dentalhub's own SQLite database; web and workers must be stopped.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help=_("a file that `backup` wrote"))
        parser.add_argument("--yes", action="store_true", help=_("do not ask"))

    def handle(self, *args: Any, backup: Path, yes: bool, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(_("SQL Server has backups of its own: RESTORE DATABASE."), returncode=2)
        database = Path(settings.DATABASES["default"]["NAME"])
        connection.close()
        try:
            check(backup, database)
        except (CopyError, OSError) as error:
            raise CommandError(str(error), returncode=1) from error
        if not yes and not self._is_wanted(database):
            raise CommandError(_("Nothing has changed."), returncode=1)
        kept = suppressions_in(database)
        try:
            aside = replace(backup, database)
        except (sqlite3.Error, OSError) as error:
            raise CommandError(str(error), returncode=1) from error
        call_command("migrate", verbosity=0, interactive=False)
        handed_on = hand_on(kept)
        record(None, "database.restored", backup.name, suppressions=handed_on)
        self.stdout.write(_("%(backup)s is in place.") % {"backup": backup})
        if aside:
            text = _("The database until now is %(file)s; delete it when you are sure, it holds patients' data.")
            self.stdout.write(text % {"file": aside})
        try:
            found = erase_again()
        except SuppressionKeyError as error:
            raise CommandError(str(error), returncode=1) from error
        values = {"patients": handed_on, "entries": found.entries}
        self.stdout.write(
            _("Erased again: %(entries)s entries; %(patients)s erasures were newer than the backup.") % values
        )

    def _is_wanted(self, database: Path) -> bool:
        if not sys.stdin.isatty():
            raise CommandError(_("Say --yes where nobody can be asked."), returncode=2)
        question = _("Replace %(database)s? What came after the backup is then missing. Type yes: ")
        return input(question % {"database": database}).strip() == "yes"
