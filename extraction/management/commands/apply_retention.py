"""`apply_retention`: delete what is older than each center's retention; the tick does the same every day."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.models import Center
from extraction.erasure import empty_write_ahead_log
from extraction.retention import Overdue, apply_retention, overdue


class Command(BaseCommand):
    """Exit code 2 for an unknown center."""

    help = gettext_noop("Delete what is older than each center's retention.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-c", "--center", action="append", default=[], metavar="ID", help=_("only this center"))
        parser.add_argument("--dry-run", action="store_true", help=_("only say what would be deleted"))
        parser.add_argument("--json", action="store_true", help=_("machine readable"))

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = set(options["center"]) - set(Center.objects.values_list("center_id", flat=True))
        if unknown:
            raise CommandError(_("There is no center %(id)s.") % {"id": min(unknown)}, returncode=2)
        if options["dry_run"]:
            found = list(overdue(options["center"]))
        else:
            found = apply_retention(options["center"])
            empty_write_ahead_log()
        if options["json"]:
            self.stdout.write(json.dumps([_row(item) for item in found]))
            return
        for item in found:
            text = _("%(center_id)s: %(days)d days with %(entries)d entries before %(kept_from)s")
            self.stdout.write(text % _row(item))
        if not found:
            self.stdout.write(_("Nothing is too old."))


def _row(found: Overdue) -> dict[str, str | int]:
    return {
        "center_id": found.center.center_id,
        "first": f"{found.first}",
        "kept_from": f"{found.kept_from}",
        "days": found.days,
        "entries": found.entries,
    }
