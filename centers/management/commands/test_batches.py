"""`test_batches`: test the connections of the centers that somebody chose on the list of centers."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from centers.batch_tests import test_waiting_centers
from centers.connection import close_all


class Command(BaseCommand):
    """Exit code 0, also when some sources did not answer: the rows say which."""

    help = gettext_noop("Test the centers that wait for a test (internal: the queue's worker starts it).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--token", default="", help=_("the claim's token, chosen by the supervisor"))

    def handle(self, *args: Any, token: str, **options: Any) -> None:
        count = test_waiting_centers(token or secrets.token_hex(16))
        close_all()
        text = ngettext("%(count)d center was tested.", "%(count)d centers were tested.", count)
        self.stdout.write(text % {"count": count})
