"""`backup`: a copy of our own database while everything runs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.sqlite_copies import CopyError, copy_database, digest_file

_NAME = "dentalhub-{:%Y%m%d-%H%M%S}.sqlite3"


class Command(BaseCommand):
    """Exit code 0: the copy is there and whole; 1: it is not; 2: bad usage, or a database that has tools of its own."""

    help = gettext_noop("Copy dentalhub's own SQLite database while web and workers go on, and check the copy.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target",
            nargs="?",
            type=Path,
            help=_("a file, or a folder for a name with the time (default: var/backups)"),
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help=_("delete all but the newest N backups of the folder afterwards")
        )
        parser.add_argument("--json", action="store_true", help=_("print JSON instead of a line"))

    def handle(self, *args: Any, target: Path | None, keep: int | None, json: bool, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(_("SQL Server has backups of its own: BACKUP DATABASE."), returncode=2)
        if keep is not None and keep < 1:
            raise CommandError(_("--keep must be at least 1."), returncode=2)
        target = target or Path(settings.DATA_DIR) / "backups"
        if target.suffix != ".sqlite3":
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            target /= _NAME.format(timezone.localtime())
        try:
            digest = copy_database(Path(settings.DATABASES["default"]["NAME"]), target)
        except (CopyError, OSError) as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(_line(target, digest, as_json=json))
        for old in _surplus(target.parent, keep) if keep else []:
            digest_file(old).unlink(missing_ok=True)
            old.unlink()


def _surplus(folder: Path, keep: int) -> list[Path]:
    # The names sort by time.
    return sorted(folder.glob("dentalhub-*.sqlite3"))[:-keep]


def _line(target: Path, digest: str, *, as_json: bool) -> str:
    size = target.stat().st_size
    if as_json:
        return json.dumps({"file": str(target), "bytes": size, "sha256": digest})
    values = {"file": target, "size": f"{size / 1e6:.1f}", "digest": digest}
    return _("%(file)s: %(size)s MB, whole, SHA-256 %(digest)s") % values
