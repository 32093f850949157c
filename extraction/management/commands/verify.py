"""Say which centers have their slice of a day."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from centers.scope import EVERYTHING
from extraction.command_dates import iso_date
from extraction.completeness import CenterDay, DayReport, day_report
from extraction.run_requests import yesterday
from extraction.slice_grid import EARLIEST_DAY


class Command(BaseCommand):
    """Exit codes: 0 nothing is missing, 1 a slice is missing or waits for a person, 2 bad usage."""

    help = gettext_noop(
        "Say in which state each center's slice of a day is (default: yesterday), and why some are missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=iso_date, help=_("the business date; default: yesterday"))
        parser.add_argument("--json", action="store_true", help=_("print the result as JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or yesterday()
        if day < EARLIEST_DAY:
            raise CommandError(_("There is nothing that long ago."), returncode=2)
        report = day_report(day, EVERYTHING, with_runs=True)
        if options["json"]:
            self.stdout.write(json.dumps(_document(report), ensure_ascii=False, indent=2))
        else:
            for center in report.centers:
                self.stdout.write(_line(center))
        if not report.is_complete:
            raise CommandError(_("%(day)s is not complete.") % {"day": report.day}, returncode=1)


def _line(center: CenterDay) -> str:
    if center.entry_count is not None and not center.message:
        text = ngettext(
            "%(center)s %(state)s: %(count)s entry", "%(center)s %(state)s: %(count)s entries", center.entry_count
        )
        return text % {"center": center.center_id, "state": center.label, "count": center.entry_count}
    reason = center.message or center.cause_label
    return f"{center.center_id} {center.label}{f': {reason}' if reason else ''}"


def _document(report: DayReport) -> dict[str, Any]:
    return {
        "date": report.day.isoformat(),
        "complete": report.is_complete,
        "entries": report.entry_count,
        "centers": [
            {
                "id": center.center_id,
                "name": center.name,
                "state": center.slice_state.value,
                "count": center.entry_count,
                "cause": center.cause or None,
                "reason": center.message or None,
                "run": center.run_id,
            }
            for center in report.centers
        ],
    }
