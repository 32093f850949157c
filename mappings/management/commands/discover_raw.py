"""`discover_raw`: take a snapshot of each center's schema."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.connection import close_all
from dentalhub.progress import shown_progress
from mappings.command_choices import chosen_centers
from mappings.discovery import Outcome, discover_many
from mappings.management.commands.rediscover import look_line
from mappings.profile_words import SKIPPED
from mappings.rediscovery import Look, settle


class Command(BaseCommand):
    """Exit codes: 0 all centers discovered, 1 some not, 2 bad usage."""

    help = gettext_noop(
        "Read the tables, columns, keys and row counts of all or some centers, and what their values look like."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-c", "--center", action="append", metavar="ID", help=_("only this center; may be repeated")
        )
        parser.add_argument(
            "--workers", type=int, default=settings.EXTRACTION_WORKERS, help=_("centers at the same time")
        )
        parser.add_argument("--json", action="store_true", help=_("print the result as JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 1:
            raise CommandError(_("--workers must be at least 1."), returncode=2)
        centers = chosen_centers(options["center"])
        outcomes, looks = list[Outcome](), list[Look]()
        with shown_progress(_("Centers"), len(centers), self.stdout, quiet=options["json"]) as advance:
            for outcome in discover_many(centers, options["workers"]):
                outcomes.append(outcome)
                looks.append(settle(outcome))
                advance(_line(outcome))
        close_all()
        outcomes.sort(key=lambda outcome: outcome.center.center_id)
        failed = [outcome for outcome in outcomes if outcome.error is not None]
        if options["json"]:
            self.stdout.write(json.dumps([_document(outcome) for outcome in outcomes], ensure_ascii=False, indent=2))
        else:
            text = _("%(done)s of %(all)s centers discovered.")
            self.stdout.write(text % {"done": len(outcomes) - len(failed), "all": len(outcomes)})
            for look in looks:
                if look.hold or look.draft is not None:
                    self.stdout.write(look_line(look))
        if failed:
            names = ", ".join(outcome.center.center_id for outcome in failed)
            raise CommandError(_("Not discovered: %(names)s") % {"names": names}, returncode=1)


def _line(outcome: Outcome) -> str:
    if outcome.discovery is None:
        return f"{outcome.center.center_id}: {outcome.error}"
    found = outcome.discovery
    names = {
        "id": outcome.center.center_id,
        "tables": found.snapshot.table_count,
        "columns": found.snapshot.column_count,
        "profiled": found.profiled,
        "reasons": ", ".join(f"{SKIPPED[reason]} {count}" for reason, count in found.not_profiled.items()),
    }
    if not found.not_profiled:
        return _("%(id)s: %(tables)s tables, %(columns)s columns; values of all tables looked at") % names
    text = _(
        "%(id)s: %(tables)s tables, %(columns)s columns; values of %(profiled)s tables looked at, not: %(reasons)s"
    )
    return text % names


def _document(outcome: Outcome) -> dict[str, Any]:
    if outcome.discovery is None:
        return {"center_id": outcome.center.center_id, "error": str(outcome.error)}
    found = outcome.discovery
    snapshot = found.snapshot
    return {
        "center_id": outcome.center.center_id,
        "fingerprint": snapshot.fingerprint,
        "is_new": found.is_new,
        "tables": snapshot.table_count,
        "columns": snapshot.column_count,
        "profiled": found.profiled,
        "not_profiled": {reason.value: count for reason, count in found.not_profiled.items()},
    }
