"""Reads from our rows what `due_rules` decides on: how centers stand, what is there and what was tried."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from centers.models import Center
from extraction.breaker_reset import left_alone
from extraction.causes import Cause
from extraction.due_nights import Night, Timing
from extraction.due_rules import Known, Try, healing_begins
from extraction.models import CenterRun, HeldSlice, RegionSchedule, Slice
from extraction.runs import OPEN
from mappings.enums import MappingStatus
from mappings.models import Mapping as CenterMapping

ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """The centers of a region: what is known of those that can be read, and why the others cannot (cause or ON_HOLD).

    Both by the center's primary key.
    """

    known: Mapping[int, Known]
    obstacles: Mapping[int, str]


def timing_of(schedule: RegionSchedule) -> Timing:
    """The times of a schedule, for `due_nights`."""
    return Timing(ZoneInfo(schedule.region.time_zone), schedule.starts_at, schedule.look_back_days)


def facts_of(region_pk: int, night: Night) -> RegionFacts:
    """How the centers of a region stand in `night`; a constant number of queries."""
    obstacles = _obstacles(region_pk)
    begin, end = healing_begins(night), night.last
    # Tries before slices: what lands in between is then there.
    tries = _tries(region_pk, night.begins)
    older = _with_slices_before(region_pk, begin)
    read_at = _read_at(region_pk, begin, end)
    known = {}
    for center_pk, obstacle in obstacles.items():
        if obstacle:
            continue
        own = read_at.get(center_pk, {})
        since = begin - dt.timedelta(days=1) if center_pk in older else min(own, default=None)
        known[center_pk] = Known(center_pk, own, since, tuple(tries.get(center_pk, ())))
    return RegionFacts(known, {center_pk: obstacle for center_pk, obstacle in obstacles.items() if obstacle})


def _obstacles(region_pk: int) -> dict[int, str]:
    """Why each center of the region cannot be read now; empty when it can."""
    approved = CenterMapping.objects.filter(status=MappingStatus.APPROVED, center__server__region=region_pk)
    holds = dict(approved.order_by().values_list("center_id", "hold"))
    shut = left_alone()
    found = {}
    for center in Center.objects.filter(server__region=region_pk).only("state", "server_id").order_by("pk"):
        if not center.is_active:
            found[center.pk] = Cause.PAUSED.value
        elif center.pk not in holds:
            found[center.pk] = Cause.NO_MAPPING.value
        elif holds[center.pk]:
            found[center.pk] = ON_HOLD
        elif center.pk in shut.centers or center.server_id in shut.servers:
            found[center.pk] = Cause.BREAKER.value
        else:
            found[center.pk] = ""
    return found


def _tries(region_pk: int, since: dt.datetime) -> dict[int, list[Try]]:
    """The center runs asked for since then, and older ones that are open; in one query, so that they fit together."""
    wanted = Q(run__requested_at__gte=since) | Q(state__in=OPEN, run__state__in=OPEN)
    parts = CenterRun.objects.filter(wanted, center__server__region=region_pk).order_by("pk")
    tries: defaultdict[int, list[Try]] = defaultdict(list)
    for part in parts.select_related("run"):
        is_open = part.state in OPEN and part.run.state in OPEN
        ended_at = None if is_open else part.finished_at or part.run.requested_at
        days = part.ranges[0].first, part.ranges[-1].last
        tries[part.center_id].append(Try(part.pk, part.state, part.error_kind, *days, ended_at))
    return dict(tries)


def _read_at(region_pk: int, begin: dt.date, end: dt.date) -> dict[int, dict[dt.date, dt.datetime]]:
    """When each slice was last read, whether it landed or is held, by center and day."""
    found: defaultdict[int, dict[dt.date, dt.datetime]] = defaultdict(dict)
    for model in (Slice, HeldSlice):
        rows = model.objects.filter(center__server__region=region_pk, business_date__range=(begin, end)).order_by()
        for center_pk, day, moment in rows.values_list("center_id", "business_date", "extracted_at"):
            found[center_pk][day] = max(moment, found[center_pk].get(day, moment))
    return dict(found)


def _with_slices_before(region_pk: int, begin: dt.date) -> set[int]:
    earlier = Slice.objects.filter(center=OuterRef("pk"), business_date__lt=begin)
    centers = Center.objects.filter(Exists(earlier), server__region=region_pk).order_by()
    return set(centers.values_list("pk", flat=True))
