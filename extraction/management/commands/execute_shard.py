"""The process that extracts; started by `extraction.supervisor`, never by a person."""

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.connection import close_all
from dentalhub.start_checks import START
from extraction.exceptions import LeaseLostError
from extraction.leases import claim, release
from extraction.process_end import end_process
from extraction.runner import execute
from extraction.shard_rows import about_shard


class Command(BaseCommand):
    """Claims a shard and does its work; exit code 0 also when somebody else has done it or is doing it."""

    help = gettext_noop("Do the work of a shard (internal: the queue's worker starts it).")
    # As for `extract`.
    requires_system_checks = (START,)
    hung = 0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("shard_id", type=int)
        parser.add_argument("--token", default="", help=_("the claim's token, chosen by the supervisor"))

    def handle(self, *args: Any, shard_id: int, token: str, **options: Any) -> None:
        lease = claim(shard_id, token)
        if lease is None:
            return
        signal.signal(signal.SIGTERM, _stop)
        try:
            with about_shard(shard_id):
                self.hung = execute([lease]).hung
        except LeaseLostError:
            # The new owner does the rest; nothing of ours can land any more.
            return
        except KeyboardInterrupt:
            release(lease)
            end_process(0)
        if not self.hung:
            close_all()

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv)
        if self.hung:
            end_process(0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
