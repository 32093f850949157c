"""`import_vocabulary FILE`: names that another network learned."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from centers.exceptions import ImportFileError
from dentalhub.text_files import read_text
from mappings.vocabulary_file import read_vocabulary
from mappings.vocabulary_forms import LARGEST_FILE
from mappings.vocabulary_import import Action, VocabularyPlan, apply_import, plan_import

ACTIONS = {Action.ADD: gettext_lazy("added"), Action.CHANGE: gettext_lazy("changed")}


class Command(BaseCommand):
    """Exit code 2 when the file is unusable; then nothing was imported."""

    help = gettext_noop(
        "Import the names that another network learned. Where reviewers of this network decided, they have no say."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help=_("say what would change, and change nothing"))
        parser.add_argument("--json", action="store_true", help=_("print the plan as JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            entries = read_vocabulary(read_text(path, LARGEST_FILE))
        except ImportFileError as error:
            lines = [f"{path}:{problem.line}:{problem.column}: {problem.message}" for problem in error.problems]
            raise CommandError("\n".join([*lines, _("Nothing was imported.")]), returncode=2) from error
        plan = plan_import(entries) if options["dry_run"] else apply_import(entries)
        if options["json"]:
            self.stdout.write(json.dumps(_document(plan, options["dry_run"]), indent=2))
            return
        for planned in plan.names:
            if planned.action is not Action.KEEP:
                self.stdout.write(f"{ACTIONS[planned.action]!s:<10} {planned.canonical:<20} {planned.key}")
        self.stdout.write(_summary(plan, options["dry_run"]))


def _summary(plan: VocabularyPlan, dry_run: bool) -> str:
    counts = {"added": plan.added, "changed": plan.changed, "unchanged": plan.unchanged}
    if dry_run:
        return _("Dry run, names: %(added)d to add, %(changed)d to change, %(unchanged)d unchanged.") % counts
    return _("Names: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.") % counts


def _document(plan: VocabularyPlan, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "names": {"added": plan.added, "changed": plan.changed, "unchanged": plan.unchanged},
        "entries": [asdict(planned) for planned in plan.names],
    }
