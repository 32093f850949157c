"""Measure extraction over the centers that are there."""

import json
import statistics
import time
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from centers.connection import close_all
from centers.models import Center
from extraction.command_dates import iso_date
from extraction.enums import RunState, Trigger
from extraction.exceptions import ExtractionError
from extraction.leases import claim_run
from extraction.models import ExtractionRun
from extraction.run_requests import request_run
from extraction.runner import execute


@dataclass(frozen=True, slots=True)
class Round:
    """One measured run; all times in seconds. `read_p50`, `read_p95` and `read_max` are those of single centers."""

    workers: int
    is_warm: bool
    centers: int
    failed: int
    entries: int
    wall: float
    request: float
    landing: float
    read_p50: float
    read_p95: float
    read_max: float


class Command(BaseCommand):
    """Lands what it reads, as `extract` does. Exit codes: 0, 1 some centers failed, 2 bad usage."""

    help = "Extract the same days several times and print how long each part took."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="date_from", type=iso_date, metavar="DATE", help="the first day")
        parser.add_argument("--to", dest="date_to", type=iso_date, metavar="DATE", help="the last day")
        parser.add_argument("--centers", type=int, help="only the first N centers")
        parser.add_argument("--workers", type=int, nargs="+", default=[20], help="one round for each number of threads")
        parser.add_argument("--warm", action="store_true", help="one more round each with the sessions of the first")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["workers"]) < 1 or (options["centers"] is not None and options["centers"] < 1):
            raise CommandError(_("Numbers of centers and workers must be at least 1."), returncode=2)
        centers = list(Center.objects.order_by("center_id")[: options["centers"]])
        rounds = []
        for workers in options["workers"]:
            close_all()
            for is_warm in (False, True)[: 2 if options["warm"] else 1]:
                rounds.append(_measure(centers, workers, is_warm, options))
                if not options["json"]:
                    self.stdout.write(_line(rounds[-1]))
        if options["json"]:
            self.stdout.write(json.dumps([asdict(item) for item in rounds], indent=2))
        if any(item.failed for item in rounds):
            raise CommandError(_("Not all centers delivered."), returncode=1)


def _measure(centers: list[Center], workers: int, is_warm: bool, options: dict[str, Any]) -> Round:
    started = time.monotonic()
    try:
        run = request_run(
            centers, options["date_from"], options["date_to"], trigger=Trigger.COMMAND, workers=workers
        ).run
    except ExtractionError as error:
        raise CommandError(str(error), returncode=2) from error
    requested = time.monotonic()
    outcome = execute(claim_run(run.pk))
    wall = time.monotonic() - started
    return _round(run, workers, is_warm, wall, requested - started, outcome.landing_seconds)


def _round(run: ExtractionRun, workers: int, is_warm: bool, wall: float, request: float, landing: float) -> Round:
    parts = list(run.center_runs.exclude(state=RunState.SKIPPED))
    times = sorted(part.duration_seconds for part in parts) or [0.0]
    return Round(
        workers=workers,
        is_warm=is_warm,
        centers=len(parts),
        failed=sum(1 for part in parts if part.state != RunState.SUCCEEDED),
        entries=sum(part.entry_count for part in parts),
        wall=round(wall, 3),
        request=round(request, 3),
        landing=round(landing, 3),
        read_p50=round(statistics.median(times), 3),
        read_p95=round(times[int(len(times) * 0.95) - 1], 3),
        read_max=round(times[-1], 3),
    )


def _line(item: Round) -> str:
    return _(
        "%(workers)s workers, %(centers)s centers (%(failed)s failed), %(entries)s entries: %(wall).3f s;"
        " request %(request).3f s, landing %(landing).3f s,"
        " one center %(read_p50).3f s (p50), %(read_p95).3f s (p95), %(read_max).3f s (max)"
    ) % asdict(item)
