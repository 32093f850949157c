"""`rediscover`: look again at the schemas of the centers whose turn it is."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from centers.connection import close_all
from mappings.holds import hold_sentence
from mappings.rediscovery import Look, look_at_due_centers


class Command(BaseCommand):
    """Exit code 0, also when some sources did not answer: the rows say which, and their turn comes again.

    The queue's worker starts it; where there is no queue, a timer may.
    """

    help = gettext_noop("Discover the centers again whose turn it is (internal: the queue's worker starts it).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--token", default="", help=_("the claim's token, chosen by the supervisor"))

    def handle(self, *args: Any, token: str, **options: Any) -> None:
        count = look_at_due_centers(token or secrets.token_hex(16), lambda look: self.stdout.write(look_line(look)))
        close_all()
        text = ngettext("%(count)d center was looked at.", "%(count)d centers were looked at.", count)
        self.stdout.write(text % {"count": count})


def look_line(look: Look) -> str:
    """What became of one center, in one line."""
    names = {"id": look.center.center_id, "version": look.draft.version if look.draft else 0}
    if look.error:
        return f"{look.center.center_id}: {look.error}"
    if look.hold:
        return _("%(id)s: on hold. %(changes)s") % (names | {"changes": hold_sentence(look.hold)})
    if look.draft is not None:
        return _("%(id)s: changed, version %(version)s drafted") % names
    return _("%(id)s: nothing to do") % names
