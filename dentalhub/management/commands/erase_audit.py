"""Erase the content of audit events whose time is over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.audit_retention import due, erase


class Command(BaseCommand):
    """What the workers do once a day, at once."""

    help = gettext_noop("Erase the content of audit events whose time is over; their links stay.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help=_("only say what would be erased"))

    def handle(self, *args: Any, **options: Any) -> None:
        found = due()
        for item in found:
            facts = {"kind": item.kind.label, "count": item.count, "day": item.before.date().isoformat()}
            self.stdout.write(_("%(kind)s: %(count)s from before %(day)s") % facts)
            if not options["dry_run"]:
                erase(item)
        if not found:
            self.stdout.write(_("Nothing to erase."))
