"""`generate_mappings`: propose a mapping for each center's newest snapshot."""

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.progress import shown_progress
from mappings.command_choices import chosen_centers
from mappings.file_transfer import export_text
from mappings.models import Mapping
from mappings.proposing import ProposalOutcome, propose_many


class Command(BaseCommand):
    """Exit codes: 0 all centers proposed, 1 some have no snapshot yet, 2 bad usage."""

    help = gettext_noop("Propose a mapping for all or some centers, as a draft that a reviewer approves.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-c", "--center", action="append", metavar="ID", help=_("only this center; may be repeated")
        )
        parser.add_argument("--output", type=Path, metavar="DIR", help=_("also write one JSON file per center there"))

    def handle(self, *args: Any, **options: Any) -> None:
        centers, outcomes = chosen_centers(options["center"]), list[ProposalOutcome]()
        with shown_progress(_("Centers"), len(centers), self.stdout) as advance:
            for outcome in propose_many(centers):
                # Without the content: there may be hundreds of them.
                outcomes.append(replace(outcome, mapping=None))
                advance(_line(outcome))
                if options["output"] and outcome.mapping is not None:
                    self._write(outcome.mapping, options["output"])
        failed = _names(outcome for outcome in outcomes if outcome.failed)
        without = _names(outcome for outcome in outcomes if outcome.is_undiscovered)
        done, clear = len(outcomes) - len(failed) - len(without), sum(outcome.is_clear for outcome in outcomes)
        text = _("%(done)s of %(all)s centers proposed, %(clear)s without a question.")
        self.stdout.write(text % {"done": done, "all": len(centers), "clear": clear})
        if failed:
            names = {"names": ", ".join(failed)}
            raise CommandError(_("Not proposed, see the log: %(names)s") % names, returncode=1)
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


def _line(outcome: ProposalOutcome) -> str:
    names = {"id": outcome.center.center_id, "version": outcome.mapping.version if outcome.mapping else 0}
    if outcome.failed:
        return _("%(id)s: could not be proposed") % names
    if outcome.is_undiscovered:
        return _("%(id)s: not discovered yet") % names
    if outcome.is_clear:
        return _("%(id)s: version %(version)s, clear") % names
    return _("%(id)s: version %(version)s, needs a look") % names


def _names(outcomes: Iterable[ProposalOutcome]) -> list[str]:
    return sorted(outcome.center.center_id for outcome in outcomes)
