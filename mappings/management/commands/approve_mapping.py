"""`approve_mapping`: the same decision as the button, with the same rules."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from mappings.approval import approve
from mappings.command_choices import chosen_centers, chosen_person, chosen_version
from mappings.exceptions import TransitionError
from mappings.field_looks import progress_of
from mappings.looks import listed
from mappings.queries import approved_version
from mappings.version_option import VersionCommand


class Command(VersionCommand):
    """Exit code 2 when the version may not be approved."""

    help = gettext_noop("Approve one version of a center's mapping.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("center_id", metavar="ID")
        parser.add_argument("--version", dest="number", type=int, required=True, metavar="N")
        parser.add_argument("--as", dest="username", required=True, metavar="USER", help=_("a reviewer"))
        parser.add_argument("--reason", default="", help=_("kept with the decision"))
        parser.add_argument("--hash", default="", help=_("refuse any other content than the one that was looked at"))
        parser.add_argument(
            "--snapshot", default="", help=_("refuse when mapped tables changed since this fingerprint")
        )
        parser.add_argument(
            "--approved", type=int, metavar="N", help=_("refuse when another version is approved now; 0: none")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mapping = chosen_version(chosen_centers([options["center_id"]])[0], options["number"])
        approved = options["approved"]
        left = progress_of(mapping).left if mapping.is_open else ()
        try:
            done = approve(
                mapping,
                chosen_person(options["username"]),
                reason=options["reason"],
                expected_hash=options["hash"] or mapping.content_hash,
                expected_fingerprint=options["snapshot"] or None,
                expected_approved=approved_version(mapping.center) if approved is None else approved,
                # Who names the version and its number answers for the whole; the command says what that covered.
                all_looked_at=True,
            )
        except TransitionError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(_("%(mapping)s is approved.") % {"mapping": done})
        if left:
            text = ngettext(
                "%(count)d choice was taken without a look of its own: %(fields)s",
                "%(count)d choices were taken without a look of their own: %(fields)s",
                len(left),
            )
            self.stdout.write(text % {"count": len(left), "fields": listed(left)})
