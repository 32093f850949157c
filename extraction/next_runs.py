"""When each region is read next."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from centers.scope import Scope
from extraction.due_facts import timing_of
from extraction.due_nights import next_night
from extraction.models import RegionSchedule


@dataclass(frozen=True, slots=True)
class NextRun:
    """The next night of a region; `wall` is its own clock's time, without a time zone, for templates."""

    region: str
    begins: dt.datetime
    wall: dt.datetime


def next_runs(scope: Scope, now: dt.datetime) -> list[NextRun]:
    """Of the regions of `scope` whose schedule is active, the earliest first; one query."""
    schedules = RegionSchedule.objects.in_scope(scope).filter(is_active=True).select_related("region")
    return sorted((_next_run(schedule, now) for schedule in schedules), key=lambda run: (run.begins, run.region))


def _next_run(schedule: RegionSchedule, now: dt.datetime) -> NextRun:
    begins = next_night(now, timing_of(schedule)).begins
    wall = begins.astimezone(ZoneInfo(schedule.region.time_zone)).replace(tzinfo=None)
    return NextRun(schedule.region.name, begins, wall)
