"""`erase_patient`: the patient id comes from the terminal or standard input, never as an argument."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.models import Center
from extraction.enums import ErasureReason
from extraction.erasure import Traces, erase, erase_again, suppress, traces_of
from extraction.exceptions import ErasureError, SuppressionKeyError
from extraction.patient_search import patient_named
from mappings.command_choices import chosen_person


class Command(BaseCommand):
    """Exit code 2 for wrong usage, an unknown center, or a key that is gone."""

    help = gettext_noop("Erase a patient of a center everywhere, and keep the patient from landing again.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-c", "--center", metavar="ID", help=_("the center's id"))
        parser.add_argument("--reason", choices=ErasureReason.values, default=ErasureReason.REQUEST.value)
        parser.add_argument("--reference", default="", help=_("file number of the request; never a patient's name"))
        parser.add_argument("--as", dest="username", metavar="USER", help=_("who says so, for the audit trail"))
        parser.add_argument("--dry-run", action="store_true", help=_("only say what would be erased"))
        parser.add_argument("--again", action="store_true", help=_("erase all who were erased before: after a restore"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["again"]:
                self._say(erase_again())
                return
            self._say(self._erase(options))
        except (ErasureError, SuppressionKeyError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _erase(self, options: dict[str, Any]) -> Traces:
        center = Center.objects.select_related("server__region").filter(center_id=options["center"] or "").first()
        if center is None:
            raise CommandError(_("Say with -c which center, by its id."), returncode=2)
        person = chosen_person(options["username"]) if options["username"] else None
        # Not shown while it is typed: terminals keep what was on them.
        text = getpass.getpass(_("Patient id or pseudonym: ")) if sys.stdin.isatty() else sys.stdin.readline()
        patient_id = patient_named(center, text)
        if options["dry_run"]:
            return traces_of(center, patient_id)
        reason = ErasureReason(options["reason"])
        return erase(suppress(center, patient_id, person, reason, options["reference"]), person)

    def _say(self, traces: Traces) -> None:
        text = _(
            "Entries: %(entries)d on %(days)d days. Held days: %(held)d. Files: %(files)d. "
            "Exports that have left and may hold the patient: %(left)d."
        )
        values = {
            "entries": traces.entries,
            "days": traces.days,
            "held": traces.held_days,
            "files": traces.files,
            "left": traces.left,
        }
        self.stdout.write(text % values)
