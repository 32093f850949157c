"""How each region's schedule stands: when it reads next, what the present night has read, and what it lacks and why."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.models import Region
from centers.scope import Scope
from extraction.causes import Cause, cause_label
from extraction.due_facts import ON_HOLD, RegionFacts, facts_of_all, timing_of
from extraction.due_nights import Night, next_night, night_at
from extraction.due_rules import Known, due_days, wanted_days
from extraction.models import RegionSchedule

UNDER_WAY, RESTING, DUE = "under_way", "resting", "due"

_LABELS: dict[str, Promise] = {
    DUE: _("asked for with the next tick"),
    UNDER_WAY: _("being read"),
    RESTING: _("tried again later"),
    ON_HOLD: _("on hold"),
}


@dataclass(frozen=True, slots=True)
class Lack:
    """How many centers lack days for one reason; `reason` is a cause, or one of this module's words."""

    reason: str
    centers: int

    @property
    def label(self) -> str:
        """The reason in a few words."""
        return str(_LABELS[self.reason]) if self.reason in _LABELS else cause_label(self.reason)


@dataclass(frozen=True, slots=True)
class NightReport:
    """What a region's present night has read. `centers` can be read; `complete` of them lack nothing."""

    night: Night
    # In the region's time zone.
    next_at: dt.datetime
    centers: int
    complete: int
    # Days without any slice, of the centers that can be read.
    missing_days: int
    lacks: tuple[Lack, ...]

    @property
    def next_wall(self) -> dt.datetime:
        """`next_at` without its time zone, because templates would show it in the network's."""
        return self.next_at.replace(tzinfo=None)

    @property
    def is_complete(self) -> bool:
        """True when no center lacks anything but its first mapping: one that is left alone or on hold lacks days."""
        return all(lack.reason == Cause.NO_MAPPING for lack in self.lacks)

    @property
    def is_under_way(self) -> bool:
        """True while centers are read, or will be within a minute."""
        return any(lack.reason in {UNDER_WAY, DUE} for lack in self.lacks)


@dataclass(frozen=True, slots=True)
class RegionReport:
    """One line of the list; `schedule` is None where the region has none yet, and `night` where none reads it."""

    region: Region
    schedule: RegionSchedule | None
    night: NightReport | None

    @property
    def state(self) -> str:
        """The code of the badge: `off`, `empty`, `succeeded`, `running` or `partial`."""
        if self.night is None:
            return "off"
        if self.night.is_complete:
            return "succeeded" if self.night.centers else "empty"
        return "running" if self.night.is_under_way else "partial"

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(_STATE_LABELS[self.state])


_STATE_LABELS: dict[str, Promise] = {
    "off": _("off"),
    "empty": _("nothing to read"),
    "succeeded": _("complete"),
    "running": _("under way"),
    "partial": _("incomplete"),
}


def region_reports(scope: Scope, now: dt.datetime | None = None) -> list[RegionReport]:
    """Every region of `scope` with its schedule, by name; a constant number of queries."""
    moment = now or timezone.now()
    regions = list(Region.objects.in_scope(scope).select_related("schedule").order_by("name"))
    active = [region for region in regions if _active_schedule(region)]
    facts = facts_of_all({region.pk: night_at(moment, timing_of(region.schedule)) for region in active})
    return [_report(region, facts.get(region.pk), moment) for region in regions]


def report_of(region: Region, now: dt.datetime) -> RegionReport:
    """How the schedule of one region stands at `now`."""
    schedule = _active_schedule(region)
    night = night_at(now, timing_of(schedule)) if schedule else None
    return _report(region, facts_of_all({region.pk: night})[region.pk] if night else None, now)


def _active_schedule(region: Region) -> RegionSchedule | None:
    schedule: RegionSchedule | None = getattr(region, "schedule", None)
    return schedule if schedule and schedule.is_active else None


def _report(region: Region, facts: RegionFacts | None, now: dt.datetime) -> RegionReport:
    """`facts` are those of the region's present night; None where no schedule reads it."""
    schedule: RegionSchedule | None = getattr(region, "schedule", None)
    if schedule is None or facts is None:
        return RegionReport(region, schedule, None)
    timing, zone = timing_of(schedule), ZoneInfo(region.time_zone)
    night, following = night_at(now, timing), next_night(now, timing)
    reasons = {center_pk: _lack_of(known, night, now) for center_pk, known in facts.known.items()}
    return RegionReport(
        region,
        schedule,
        NightReport(
            night=night,
            next_at=following.begins.astimezone(zone),
            centers=len(reasons),
            complete=sum(1 for reason in reasons.values() if not reason),
            missing_days=sum(_missing_days(known, night) for known in facts.known.values()),
            lacks=_lacks(reasons, facts.obstacles),
        ),
    )


def _lack_of(known: Known, night: Night, now: dt.datetime) -> str:
    """Why a center lacks days of this night; empty when it lacks none."""
    if not wanted_days(known, night):
        return ""
    if any(found.ended_at is None for found in known.tries):
        return UNDER_WAY
    return DUE if due_days(known, night, now) else RESTING


def _missing_days(known: Known, night: Night) -> int:
    return sum(1 for day in wanted_days(known, night) if day not in known.read_at)


def _lacks(reasons: Mapping[int, str], obstacles: Mapping[int, str]) -> tuple[Lack, ...]:
    """Each reason once; what is done about by itself first. Paused centers lack nothing."""
    counts = Counter(reason for reason in reasons.values() if reason)
    counts.update(reason for reason in obstacles.values() if reason != Cause.PAUSED.value)
    order = (UNDER_WAY, DUE, RESTING, Cause.BREAKER.value, ON_HOLD, Cause.NO_MAPPING.value)
    return tuple(Lack(reason, counts[reason]) for reason in order if counts[reason])
