"""`generate_mappings`: propose a mapping for each center's newest snapshot."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from centers.models import Center
from dentalhub.progress import shown_progress
from mappings.command_choices import chosen_centers
from mappings.file_transfer import export_text
from mappings.models import Mapping
from mappings.queries import newest_snapshot
from mappings.readiness import unambiguous
from mappings.versions import propose_for


class Command(BaseCommand):
    """Exit codes: 0 all centers proposed, 1 some have no snapshot yet, 2 bad usage."""

    help = "Propose a mapping for all or some centers, as a draft that a reviewer approves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-c", "--center", action="append", metavar="ID", help="only this center; may be repeated")
        parser.add_argument("--output", type=Path, metavar="DIR", help="also write one JSON file per center there")

    def handle(self, *args: Any, **options: Any) -> None:
        centers, without = chosen_centers(options["center"]), list[str]()
        clear = 0
        with shown_progress(_("Centers"), len(centers), self.stdout) as advance:
            for center in centers:
                snapshot = newest_snapshot(center)
                if snapshot is None:
                    without.append(center.center_id)
                    advance(_("%(id)s: not discovered yet") % {"id": center.center_id})
                    continue
                mapping = propose_for(center, snapshot)
                is_clear = unambiguous(mapping.document())
                clear += is_clear
                advance(_line(center, mapping, is_clear=is_clear))
                if options["output"]:
                    self._write(mapping, options["output"])
        text = _("%(done)s of %(all)s centers proposed, %(clear)s without a question.")
        self.stdout.write(text % {"done": len(centers) - len(without), "all": len(centers), "clear": clear})
        if without:
            names = {"names": ", ".join(without)}
            raise CommandError(_("Not discovered yet, run discover_raw first: %(names)s") % names, returncode=1)

    def _write(self, mapping: Mapping, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{mapping.center.center_id}.json").write_text(export_text(mapping), encoding="utf-8")
        except OSError as error:
            text = _("The file cannot be written: %(error)s") % {"error": error.strerror or error}
            raise CommandError(text, returncode=2) from error


def _line(center: Center, mapping: Mapping, *, is_clear: bool) -> str:
    text = _("%(id)s: version %(version)s, clear") if is_clear else _("%(id)s: version %(version)s, needs a look")
    return text % {"id": center.center_id, "version": mapping.version}
