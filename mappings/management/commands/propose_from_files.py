"""Propose a mapping for every schema document in a directory, for scoring; needs no database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from mappings.exceptions import MappingFileError
from mappings.profiling import profile_of
from mappings.proposal import propose
from mappings.schema_documents import prediction, read_documents


class Command(BaseCommand):
    """`propose_from_files IN_DIR OUT_DIR` writes OUT_DIR/<center_id>.json for each document in IN_DIR."""

    help = gettext_noop("Propose a mapping for every schema document in a directory.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("in_dir", type=Path)
        parser.add_argument("out_dir", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["out_dir"]
        written = 0
        try:
            target.mkdir(parents=True, exist_ok=True)
            for document in read_documents(options["in_dir"]):
                proposal = propose(document.catalog, profile_of(document.catalog, document.samples))
                text = json.dumps(prediction(proposal), indent=1, ensure_ascii=False)
                (target / f"{Path(document.center_id).name}.json").write_text(text + "\n", encoding="utf-8")
                written += 1
        except (MappingFileError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        if not written:
            raise CommandError(_("No schema document (*.json, *.json.gz) is in this directory."), returncode=2)
        self.stdout.write(
            ngettext("%(count)d proposal written.", "%(count)d proposals written.", written) % {"count": written}
        )
