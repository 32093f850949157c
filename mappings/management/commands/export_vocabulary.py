"""`export_vocabulary`: the names that this network's reviewers decided, as YAML."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mappings.learned_names import own_vocabulary
from mappings.vocabulary_file import write_vocabulary


class Command(BaseCommand):
    """The counterpart of `import_vocabulary`; imported names are not passed on."""

    help = gettext_noop("Write the learned names as YAML, to standard output or a file.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help=_("write to FILE instead of standard output"))

    def handle(self, *args: Any, **options: Any) -> None:
        text = write_vocabulary(own_vocabulary())
        path: Path | None = options["output"]
        if path is None:
            self.stdout.write(text, ending="")
            return
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(_("%(file)s cannot be written.") % {"file": path}, returncode=2) from error
        self.stdout.write(_("Written: %(file)s") % {"file": path})
