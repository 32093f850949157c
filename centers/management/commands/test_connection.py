"""`test_connection`: climb the ladder for some or all centers."""

import json
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from centers.asked_tests import record_test
from centers.connection_report import ConnectionReport
from centers.connection_test import climb
from centers.models import Center
from centers.selection import UnknownCenterError, centers_by_id

PARALLEL = 8


class Command(BaseCommand):
    """Exit code 1 when a center fails, 2 for an unknown one."""

    help = gettext_noop(
        "Test the way to the databases of centers: name, port, encryption, login, database, rights, tables."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("-c", "--center", nargs="+", action="extend", metavar="ID", help=_("the centers to test"))
        which.add_argument("--all", action="store_true", help=_("test every center that is not paused"))
        parser.add_argument("--json", action="store_true", help=_("print JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        centers = _chosen(options["center"])
        targets = [(center.server.spec(), center.database) for center in centers]
        # Threads get specs only; the ORM stays out.
        with ThreadPoolExecutor(PARALLEL) as pool:
            reports = list(pool.map(lambda target: climb(*target), targets))
        for center, report in zip(centers, reports, strict=True):
            record_test(None, center.server, report, center)
        if options["json"]:
            documents = [_document(center, report) for center, report in zip(centers, reports, strict=True)]
            self.stdout.write(json.dumps(documents, ensure_ascii=False, indent=2))
        else:
            for center, report in zip(centers, reports, strict=True):
                self._print(center, report)
        failed = sum(1 for report in reports if not report.passed)
        if failed:
            message = ngettext("%(count)d center failed.", "%(count)d centers failed.", failed) % {"count": failed}
            raise CommandError(message, returncode=1)

    def _print(self, center: Center, report: ConnectionReport) -> None:
        verdict = _("ok") if report.passed else _("failed")
        self.stdout.write(f"{center.center_id}  {verdict}")
        for result in report.steps:
            time = "" if result.milliseconds is None else f"{result.milliseconds} ms"
            self.stdout.write(f"  {result.label:<16} {result.outcome_label:<14} {time:>9}  {result.message}".rstrip())


def _chosen(center_ids: list[str] | None) -> list[Center]:
    if center_ids is None:
        return list(Center.objects.filter(state="active").select_related("server__region"))
    try:
        return centers_by_id(center_ids)
    except UnknownCenterError as error:
        raise CommandError(str(error), returncode=2) from error


def _document(center: Center, report: ConnectionReport) -> dict[str, Any]:
    return {
        "center": center.center_id,
        "passed": report.passed,
        "steps": [
            {
                "step": result.step.value,
                "outcome": result.outcome.value,
                "milliseconds": result.milliseconds,
                "message": result.message,
                "kind": result.kind,
            }
            for result in report.steps
        ],
    }
