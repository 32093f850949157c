"""Asks for the runs that are due by the schedules of the regions.

Nothing remembers what is due: it is what is missing (`due_rules`), so that a missed night, a lost queue or a worker
that died is made good by the next tick.
"""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from centers.models import Center
from extraction.due_facts import RegionFacts, facts_of, timing_of
from extraction.due_nights import Night, night_at
from extraction.due_rules import DueRange, due_days, ranges, request_key
from extraction.enums import Trigger
from extraction.models import ExtractionRun, RegionSchedule
from extraction.run_requests import request_run

logger = logging.getLogger(__name__)
# SQL Server takes 2,100 parameters in a statement.
_KEYS_PER_STATEMENT = 1000


def request_due(now: dt.datetime | None = None) -> list[ExtractionRun]:
    """Make the runs that are due at `now`, and return them for `tasks.dispatch`. Two at once make each run once.

    A region that fails is logged and does not keep the others from being read.
    """
    moment, runs = now or timezone.now(), list[ExtractionRun]()
    active = RegionSchedule.objects.filter(is_active=True).select_related("region")
    for schedule in active.order_by("region__code"):
        try:
            runs += _request_for(schedule, moment)
        except Exception:
            logger.exception("what is due in %s was not asked for", schedule.region.code)
    return runs


def due_ranges(facts: RegionFacts, night: Night, now: dt.datetime) -> list[DueRange]:
    """What the runs of a region would read at `now`, the latest days first. *Pure*."""
    due = {center_pk: due_days(known, night, now) for center_pk, known in facts.known.items()}
    last_tries = {center_pk: known.tries[-1].key for center_pk, known in facts.known.items() if known.tries}
    return ranges(due, last_tries)


def _request_for(schedule: RegionSchedule, now: dt.datetime) -> list[ExtractionRun]:
    night = night_at(now, timing_of(schedule))
    region = schedule.region
    # Nothing is locked while nothing is due, which is nearly always.
    if not due_ranges(facts_of(region.pk, night), night, now):
        return []
    with transaction.atomic():
        if not _lock(schedule):
            return []
        wanted = due_ranges(facts_of(region.pk, night), night, now)
        asked = [
            request_run(
                _centers(found.centers),
                found.first,
                found.last,
                trigger=Trigger.SCHEDULE,
                idempotency_key=request_key(region.code, night, found),
            )
            for found in wanted
        ]
    return [request.run for request in asked if request.is_new]


def _lock(schedule: RegionSchedule) -> bool:
    """Keep other ticks from this region until the commit; False when its schedule has been stopped or changed."""
    own = RegionSchedule.objects.filter(pk=schedule.pk, is_active=True, changed_at=schedule.changed_at)
    return own.update(changed_at=F("changed_at")) == 1


def _centers(keys: tuple[int, ...]) -> list[Center]:
    found: list[Center] = []
    for start in range(0, len(keys), _KEYS_PER_STATEMENT):
        found += (
            Center.objects.select_related("server__region")
            .filter(pk__in=keys[start : start + _KEYS_PER_STATEMENT])
            .order_by("pk")
        )
    return found
