"""`export_centers`: all regions, servers and centers as YAML."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.centers_export import export_centers


class Command(BaseCommand):
    """The counterpart of `import_centers`."""

    help = gettext_noop("Write regions, servers and centers as YAML, to standard output or a file.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help=_("write to FILE instead of standard output"))

    def handle(self, *args: Any, **options: Any) -> None:
        text = export_centers()
        path: Path | None = options["output"]
        if path is None:
            self.stdout.write(text, ending="")
            return
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(_("%(file)s cannot be written.") % {"file": path}, returncode=2) from error
        self.stdout.write(_("Written: %(file)s") % {"file": path})
