"""`export_mapping`: mapping files, one per center."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from mappings.command_choices import chosen_centers, chosen_version
from mappings.file_transfer import export_text
from mappings.queries import mapping_version
from mappings.version_option import VersionCommand


class Command(VersionCommand):
    """The approved version of each center, else the newest."""

    help = "Write a center's mapping as JSON, or one file for each center."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("center_id", nargs="?", metavar="ID")
        parser.add_argument("--all", action="store_true", help="every center that has a mapping; --output is a folder")
        parser.add_argument("--version", dest="number", type=int, metavar="N", help="default: approved, else newest")
        parser.add_argument("--output", type=Path, metavar="PATH", help="file, or folder with --all; default: print")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["center_id"]) == options["all"]:
            raise CommandError(_("Name one center, or give --all."), returncode=2)
        if options["all"] and (options["output"] is None or options["number"] is not None):
            raise CommandError(_("--all needs --output, and takes no --version."), returncode=2)
        if options["all"]:
            self._write_all(options["output"])
            return
        text = export_text(chosen_version(chosen_centers([options["center_id"]])[0], options["number"]))
        if options["output"] is None:
            self.stdout.write(text, ending="")
        else:
            self._write(options["output"], text)

    def _write_all(self, folder: Path) -> None:
        for center in chosen_centers(None):
            mapping = mapping_version(center, None)
            if mapping is not None:
                self._write(folder / f"{center.center_id}.json", export_text(mapping))

    def _write(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            message = _("The file cannot be written: %(error)s") % {"error": error.strerror or error}
            raise CommandError(message, returncode=2) from error
        self.stdout.write(str(path))
