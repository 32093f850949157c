"""`list_schedules`: when each region is read, how its last night went, and what is missing."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.scope import EVERYTHING
from extraction.schedule_report import RegionReport, region_reports


class Command(BaseCommand):
    """Exit code 0, whether something is missing or not; `watchdog` and `verify` are there to complain."""

    help = gettext_noop("List the regions with their daily schedules, the next start and what the last night lacks.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("print JSON instead of a table"))

    def handle(self, *args: Any, **options: Any) -> None:
        reports = region_reports(EVERYTHING)
        if options["json"]:
            self.stdout.write(json.dumps([_document(report) for report in reports], ensure_ascii=False, indent=2))
            return
        if not reports:
            self.stdout.write(_("There is no region."))
            return
        head = (
            _("REGION"),
            _("STARTS AT"),
            _("LOOK-BACK"),
            _("NEXT START"),
            _("LAST NIGHT"),
            _("COMPLETE"),
            _("MISSING"),
        )
        rows = [tuple(map(str, head)), *(_cells(report) for report in reports)]
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cells(report: RegionReport) -> tuple[str, ...]:
    schedule, night = report.schedule, report.night
    return (
        report.region.code,
        schedule.starts_at.strftime("%H:%M") if schedule else "–",
        str(schedule.look_back_days) if schedule else "–",
        night.next_at.strftime("%Y-%m-%d %H:%M %Z") if night else "–",
        report.state_label,
        f"{night.complete}/{night.centers}" if night else "–",
        ", ".join(f"{lack.label}: {lack.centers}" for lack in night.lacks) if night and night.lacks else "–",
    )


def _document(report: RegionReport) -> dict[str, Any]:
    schedule, night = report.schedule, report.night
    found: dict[str, Any] = {
        "region": report.region.code,
        "time_zone": report.region.time_zone,
        "is_active": bool(schedule and schedule.is_active),
        "starts_at": schedule.starts_at.strftime("%H:%M") if schedule else None,
        "look_back_days": schedule.look_back_days if schedule else None,
        "next_start": night.next_at.isoformat() if night else None,
        "last_night": None,
    }
    if night:
        found["last_night"] = {
            "first": night.night.first.isoformat(),
            "last": night.night.last.isoformat(),
            "state": report.state,
            "centers": night.centers,
            "complete": night.complete,
            "missing_days": night.missing_days,
            "lacks": {lack.reason: lack.centers for lack in night.lacks},
        }
    return found
