"""`list_breakers`: which servers and centers are left alone for now."""

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from extraction.breaker_models import Breaker
from extraction.breaker_reset import shut_breakers


class Command(BaseCommand):
    """Exit code 0, whether there are any or not."""

    help = gettext_noop("List the servers and centers that are left alone for now, because they kept failing.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("print JSON instead of a table"))

    def handle(self, *args: Any, **options: Any) -> None:
        breakers = list(shut_breakers())
        if options["json"]:
            self.stdout.write(json.dumps([_document(breaker) for breaker in breakers], ensure_ascii=False, indent=2))
            return
        if not breakers:
            self.stdout.write(_("No server and no center is left alone."))
            return
        rows = [tuple(map(str, (_("KEY"), _("STATE"), _("FAILURES"), _("SINCE"), _("NEXT TRY"), _("CAUSE"))))]
        rows += [_cells(breaker) for breaker in breakers]
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _cells(breaker: Breaker) -> tuple[str, ...]:
    return (
        breaker.name,
        breaker.get_state_display(),
        str(breaker.failures),
        _minute(breaker.opened_at),
        _minute(breaker.next_probe_at),
        breaker.cause_label,
    )


def _document(breaker: Breaker) -> dict[str, Any]:
    return {
        "key": breaker.name,
        "scope": breaker.scope,
        "state": breaker.state,
        "failures": breaker.failures,
        "since": breaker.opened_at.isoformat() if breaker.opened_at else None,
        "next_try": breaker.next_probe_at.isoformat() if breaker.next_probe_at else None,
        "cause": breaker.cause,
        "message": breaker.message,
    }


def _minute(moment: dt.datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "–"
