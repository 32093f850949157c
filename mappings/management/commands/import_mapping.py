"""`import_mapping`: edited mapping files as new drafts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.exceptions import CentersError
from mappings.command_choices import chosen_person
from mappings.exceptions import MappingsError
from mappings.file_folder import MappingFolder, folder_at
from mappings.file_transfer import Import, import_text
from mappings.folder_transfer import import_all


class Command(BaseCommand):
    """Exit codes: 0 all imported, 1 some files of a folder were not, 2 nothing was imported."""

    help = gettext_noop("Import an edited mapping file, or every file of a folder, as new draft versions.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FILE|DIR", help=_("a file, a folder of files, or s3://bucket/prefix"))
        parser.add_argument("--as", dest="username", required=True, metavar="USER", help=_("who edited the files"))

    def handle(self, *args: Any, **options: Any) -> None:
        person, source = chosen_person(options["username"]), options["source"]
        try:
            if "://" in source or Path(source).is_dir():
                self._import_folder(folder_at(source), person)
            else:
                self._say(import_text(Path(source).read_text(encoding="utf-8-sig"), person))
        except OSError as error:
            text = _("The file cannot be read: %(error)s") % {"error": error.strerror or error}
            raise CommandError(text, returncode=2) from error
        except UnicodeDecodeError as error:
            raise CommandError(_("The file is not UTF-8 text."), returncode=2) from error
        except (MappingsError, CentersError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _import_folder(self, folder: MappingFolder, person: User) -> None:
        done, failed = 0, []
        for file in import_all(folder, person):
            if file.done is None:
                failed.append(file.name)
                self.stderr.write(f"{file.name}: {file.problem}")
            else:
                done += 1
                self._say(file.done)
        if failed:
            text = _("Not imported: %(names)s") % {"names": ", ".join(failed)}
            raise CommandError(text, returncode=1 if done else 2)

    def _say(self, done: Import) -> None:
        text = _("%(mapping)s is a new draft.") if done.is_new else _("%(mapping)s says the same already.")
        self.stdout.write(text % {"mapping": done.mapping})
