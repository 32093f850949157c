"""`export_mapping`: mapping files, one per center."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mappings.command_choices import chosen_centers, chosen_version
from mappings.exceptions import MappingFolderError
from mappings.file_folder import folder_at, versioning_problem
from mappings.file_transfer import export_text
from mappings.folder_transfer import ExportedFile, Outcome, export_all, outcomes
from mappings.version_option import VersionCommand


class Command(VersionCommand):
    """The approved version of each center, else the newest."""

    help = gettext_noop("Write a center's mapping as JSON, or one file for each center.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("center_id", nargs="?", metavar="ID")
        parser.add_argument(
            "--all",
            nargs="?",
            const="",
            metavar="DIR",
            help=_(
                "every center that has a mapping, into a folder or s3://bucket/prefix; "
                "default: --output, else DENTALHUB_MAPPING_FOLDER"
            ),
        )
        parser.add_argument(
            "--prune", action="store_true", help=_("with --all: remove files of centers without a mapping")
        )
        parser.add_argument("--version", dest="number", type=int, metavar="N", help=_("default: approved, else newest"))
        parser.add_argument("--output", metavar="PATH", help=_("file, or folder with --all; default: print"))

    def handle(self, *args: Any, **options: Any) -> None:
        wants_all = options["all"] is not None
        if bool(options["center_id"]) == wants_all:
            raise CommandError(_("Name one center, or give --all."), returncode=2)
        if wants_all:
            self._write_all(options)
            return
        if options["prune"]:
            raise CommandError(_("--prune needs --all."), returncode=2)
        text = export_text(chosen_version(chosen_centers([options["center_id"]])[0], options["number"]))
        if options["output"] is None:
            self.stdout.write(text, ending="")
        else:
            self._write(Path(options["output"]), text)

    def _write_all(self, options: dict[str, Any]) -> None:
        address = options["all"] or options["output"] or settings.MAPPING_FOLDER
        if not address or options["number"] is not None:
            raise CommandError(_("--all needs a folder, and takes no --version."), returncode=2)
        try:
            folder = folder_at(address)
            files: list[ExportedFile] = []
            for file in export_all(folder, prune=options["prune"]):
                files.append(file)
                self._say(file)
            warning = versioning_problem(folder)
        except MappingFolderError as error:
            raise CommandError(str(error), returncode=2) from error
        if warning:
            self.stderr.write(warning)
        counts = outcomes(files)
        text = _("%(written)s files written, %(unchanged)s unchanged, %(removed)s removed.")
        self.stdout.write(text % {outcome.name.lower(): counts[outcome] for outcome in Outcome})

    def _say(self, file: ExportedFile) -> None:
        if file.outcome is Outcome.WRITTEN:
            self.stdout.write(_("Written: %(file)s") % {"file": file.name})
        elif file.outcome is Outcome.REMOVED:
            self.stdout.write(_("Removed: %(file)s") % {"file": file.name})

    def _write(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            message = _("The file cannot be written: %(error)s") % {"error": error.strerror or error}
            raise CommandError(message, returncode=2) from error
        self.stdout.write(str(path))
