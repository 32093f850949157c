"""`import_centers FILE`: add and change centers as a YAML file says."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from centers.centers_import import apply_import, read_centers_file
from centers.centers_template import is_template
from centers.exceptions import ImportFileError
from centers.forms import LARGEST_FILE
from centers.import_plan import Action, ImportPlan, plan_import
from dentalhub.text_files import read_text

ACTIONS = {Action.CREATE: gettext_lazy("created"), Action.CHANGE: gettext_lazy("changed")}
MODELS = {
    "region": gettext_lazy("region"),
    "server": gettext_lazy("server"),
    "center": gettext_lazy("center"),
}


class Command(BaseCommand):
    """Nothing is imported unless the whole file is valid."""

    help = gettext_noop(
        "Import regions, servers and centers from a YAML file, or from a Jinja2 template that ends in .j2."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help=_("say what would change, and change nothing"))
        parser.add_argument("--json", action="store_true", help=_("print the plan as JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            file = read_centers_file(read_text(path, LARGEST_FILE), is_template=is_template(path.name))
            plan = plan_import(file) if options["dry_run"] else apply_import(file)
        except ImportFileError as error:
            lines = "\n".join(
                f"{path}:{problem.line}:{problem.column}: {problem.message}" for problem in error.problems
            )
            raise CommandError(f"{lines}\n{_('Nothing was imported.')}", returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(_document(plan, options["dry_run"]), ensure_ascii=False, indent=2))
            return
        for planned in plan.objects:
            if planned.action is not Action.KEEP:
                self.stdout.write(f"{ACTIONS[planned.action]!s:<10} {MODELS[planned.model]!s:<7} {planned.code}")
        self.stdout.write(_summary(plan, options["dry_run"]))


def _summary(plan: ImportPlan, dry_run: bool) -> str:
    counts = {"created": plan.created, "changed": plan.changed, "unchanged": plan.unchanged}
    if dry_run:
        return _("Dry run, centers: %(created)d to create, %(changed)d to change, %(unchanged)d unchanged.") % counts
    return _("Centers: %(created)d created, %(changed)d changed, %(unchanged)d unchanged.") % counts


def _document(plan: ImportPlan, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "centers": {"created": plan.created, "changed": plan.changed, "unchanged": plan.unchanged},
        "objects": [asdict(planned) for planned in plan.objects],
    }
