"""`rotate_secret_key`: what has to be done before a former secret key may go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.sign_in.factor_renewal import renew
from dentalhub.start_checks import START


class Command(BaseCommand):
    """Exit code 1 when a second factor is under none of the keys. May be interrupted and run again."""

    requires_system_checks = (START,)
    help = gettext_noop("Encrypt second factors anew with DENTALHUB_SECRET_KEY, after it was changed.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help=_("only say how many a former key has encrypted"))

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        found = renew(dry_run=dry_run)
        text = _("Under a former key: %(count)d") if dry_run else _("Encrypted anew: %(count)d")
        self.stdout.write(text % {"count": found.renewed})
        if found.unreadable:
            names = ", ".join(dict.fromkeys(found.unreadable))
            raise CommandError(_("No key opens the second factors of: %(names)s") % {"names": names}, returncode=1)
