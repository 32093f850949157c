"""`import_mapping`: an edited mapping file as a new draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from centers.exceptions import CentersError
from mappings.command_choices import chosen_person
from mappings.exceptions import MappingsError
from mappings.file_transfer import import_text


class Command(BaseCommand):
    """Exit code 2 when the file is unusable; then nothing was imported."""

    help = "Import an edited mapping file as a new draft version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--as", dest="username", required=True, metavar="USER", help="who edited the file")

    def handle(self, *args: Any, **options: Any) -> None:
        person = chosen_person(options["username"])
        try:
            done = import_text(options["file"].read_text(encoding="utf-8-sig"), person)
        except OSError as error:
            text = _("The file cannot be read: %(error)s") % {"error": error.strerror or error}
            raise CommandError(text, returncode=2) from error
        except UnicodeDecodeError as error:
            raise CommandError(_("The file is not UTF-8 text."), returncode=2) from error
        except (MappingsError, CentersError) as error:
            raise CommandError(str(error), returncode=2) from error
        text = _("%(mapping)s is a new draft.") if done.is_new else _("%(mapping)s says the same already.")
        self.stdout.write(text % {"mapping": done.mapping})
