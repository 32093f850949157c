"""`rotate_keys`: encrypt stored passwords anew with the first of DENTALHUB_SECRET_KEYS."""

import json
from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.credentials.stored import keyring
from centers.exceptions import CredentialError
from centers.key_rotation import Rotation, counts_by_key, rotate
from centers.sealing import key_id
from dentalhub.start_checks import START


class Command(BaseCommand):
    """Exit code 1 when a password is not under the first key afterwards, 2 without a usable key."""

    # It says itself what is wrong with the keys, and a new one is made with it just then.
    requires_system_checks = (START,)
    help = gettext_noop(
        "Encrypt stored passwords anew with the first of DENTALHUB_SECRET_KEYS. May be interrupted and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help=_("only say how many each key has encrypted"))
        parser.add_argument(
            "--new-key", action="store_true", help=_("print a new key for DENTALHUB_SECRET_KEYS, and end")
        )
        parser.add_argument("--json", action="store_true", help=_("print JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            self.stdout.write(Fernet.generate_key().decode())
            return
        try:
            rotation = Rotation(keyring().first) if options["dry_run"] else rotate()
        except CredentialError as error:
            raise CommandError(str(error), returncode=2) from error
        counts = counts_by_key()
        left = sum(count for identity, count in counts.items() if identity != rotation.key)
        if options["json"]:
            self.stdout.write(json.dumps(_document(rotation, counts, left, dry_run=options["dry_run"])))
        else:
            self._print(rotation, counts)
        if left and not options["dry_run"]:
            raise CommandError(
                _("Passwords that another key has encrypted: %(count)d.") % {"count": left}, returncode=1
            )

    def _print(self, rotation: Rotation, counts: dict[str, int]) -> None:
        for pk, reason in rotation.unreadable.items():
            self.stderr.write(f"stored:{pk}: {reason}")
        self.stdout.write(_("Encrypted anew: %(count)d") % {"count": rotation.rotated})
        known = [key_id(key) for key in settings.SECRET_KEYS]
        for identity in [*known, *sorted(set(counts) - set(known))]:
            values = {"key": identity or "?", "count": counts.get(identity, 0)}
            if identity == rotation.key:
                self.stdout.write(_("key %(key)s (first): %(count)d") % values)
            elif identity in known:
                self.stdout.write(_("key %(key)s: %(count)d") % values)
            else:
                self.stdout.write(_("key %(key)s (missing): %(count)d") % values)


def _document(rotation: Rotation, counts: dict[str, int], left: int, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "first_key": rotation.key,
        "rotated": rotation.rotated,
        "remaining": left,
        "by_key": counts,
        "unreadable": {f"stored:{pk}": reason for pk, reason in rotation.unreadable.items()},
    }
