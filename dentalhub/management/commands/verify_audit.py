"""Verify the audit trail from the first event to the last."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.audit_anchors import AnchorError, anchor_now, append, read, wrong_anchor
from dentalhub.audit_models import AuditEvent
from dentalhub.audit_problems import Finding, Problem
from dentalhub.audit_triggers import names, present_query
from dentalhub.audit_verification import AT_ONCE, START, Place, verify
from dentalhub.progress import shown_progress


class Command(BaseCommand):
    """Exit code 1 when something is wrong; the first bad event is named."""

    help = gettext_noop("Verify the chain of the audit trail, and the anchors of a file where one is named.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        text = _("compare with the anchors in FILE, then add where the trail ends")
        parser.add_argument("--anchor", type=Path, metavar="FILE", help=text)
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="N",
            help=_("trust the events up to number N, which were looked into"),
        )
        parser.add_argument("--json", action="store_true", help=_("print one JSON object instead of text"))

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = _anchors(options["anchor"])
        start = _start(options["after"])
        total = AuditEvent.objects.filter(sequence__gt=start.sequence).count()
        with shown_progress(_("Verifying"), total // AT_ONCE + 1, self.stdout, quiet=options["json"]) as advance:
            done = 0

            def heard(count: int) -> None:
                nonlocal done
                done += count
                if count:
                    advance(_("%(done)s of %(total)s events") % {"done": done, "total": total})

            result = verify(start, advance=heard)
        finding = result.finding or wrong_anchor(anchors) or _missing_trigger()
        if finding is None and options["anchor"]:
            _append(options["anchor"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(result.place, total, finding)))
        elif finding is None:
            facts = {"count": total, "last": result.place.sequence}
            self.stdout.write(_("%(count)s events are as they were written. The last one is %(last)s.") % facts)
        if finding is not None:
            raise CommandError(str(finding), returncode=1)


def _anchors(path: Path | None) -> list[Any]:
    try:
        return read(path) if path else []
    except AnchorError as error:
        raise CommandError(str(error), returncode=2) from error


def _append(path: Path) -> None:
    try:
        append(path, anchor_now())
    except OSError as error:
        text = _("The file cannot be written: %(error)s") % {"error": error.strerror}
        raise CommandError(text, returncode=2) from error


def _start(after: int) -> Place:
    if after == 0:
        return START
    found = AuditEvent.objects.filter(sequence=after).first()
    if found is None:
        raise CommandError(_("There is no event %(number)s.") % {"number": after}, returncode=2)
    return Place(found.sequence, bytes(found.hash))


def _missing_trigger() -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute(present_query(connection.vendor))
        present = {row[0] for row in cursor.fetchall()}
    return None if names(connection.vendor) <= present else Finding(0, Problem.NO_TRIGGER)


def _as_json(place: Place, total: int, finding: Finding | None) -> dict[str, Any]:
    return {
        "ok": finding is None,
        "events": total,
        "verified_to": place.sequence,
        "hash": place.hash.hex(),
        "first_bad": finding.sequence if finding else None,
        "until": finding.until if finding else None,
        "problem": finding.problem.value if finding else None,
    }
