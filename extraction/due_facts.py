"""Reads from our rows what `due_rules` decides on: how centers stand, what is there and what was tried."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from centers.agreements import agreement_problem, network_today, terms_of
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
Moment = TypeVar("Moment")


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """The centers of a region: what is known of those that can be read, and why the others cannot (cause or ON_HOLD).

    Both by the center's primary key.
    """

    known: dict[int, Known]
    obstacles: dict[int, str]


def timing_of(schedule: RegionSchedule) -> Timing:
    """The times of a schedule, for `due_nights`."""
    return Timing(ZoneInfo(schedule.region.time_zone), schedule.starts_at, schedule.look_back_days)


def facts_of(region_pk: int, night: Night) -> RegionFacts:
    """How the centers of a region stand in `night`; a constant number of queries."""
    return facts_of_all({region_pk: night})[region_pk]


def facts_of_all(nights: Mapping[int, Night]) -> dict[int, RegionFacts]:
    """The same for several regions, each by its primary key with its night; as many queries as for one."""
    centers, shown = _centers(nights), {region_pk: RegionFacts({}, {}) for region_pk in nights}
    obstacles = _obstacles(centers, nights)
    # Tries before slices: what lands in between is then there.
    tries = _tries(nights)
    older = _with_slices_before(nights)
    read_at = _read_at(nights)
    for center in centers:
        region_pk, obstacle = center.server.region_id, obstacles[center.pk]
        if obstacle:
            shown[region_pk].obstacles[center.pk] = obstacle
            continue
        begin, own = healing_begins(nights[region_pk]), read_at.get(center.pk, {})
        since = begin - dt.timedelta(days=1) if center.pk in older else min(own, default=None)
        kept_from = terms_of(center).kept_from(network_today())
        shown[region_pk].known[center.pk] = Known(center.pk, own, since, tuple(tries.get(center.pk, ())), kept_from)
    return shown


def _centers(nights: Mapping[int, Night]) -> list[Center]:
    found = Center.objects.filter(server__region__in=nights).select_related("server__region")
    return list(found.order_by("pk"))


def _obstacles(centers: list[Center], nights: Mapping[int, Night]) -> dict[int, str]:
    """Why each center cannot be read now; empty when it can."""
    approved = CenterMapping.objects.filter(status=MappingStatus.APPROVED, center__server__region__in=nights)
    holds = dict(approved.order_by().values_list("center_id", "hold"))
    shut = left_alone()
    found = dict[int, str]()
    for center in centers:
        if not center.is_active:
            found[center.pk] = Cause.PAUSED.value
        elif agreement_problem(center):
            found[center.pk] = Cause.AGREEMENT.value
        elif center.pk not in holds:
            found[center.pk] = Cause.NO_MAPPING.value
        elif holds[center.pk]:
            found[center.pk] = ON_HOLD
        elif center.pk in shut.centers or center.server_id in shut.servers:
            found[center.pk] = Cause.BREAKER.value
        else:
            found[center.pk] = ""
    return found


def _tries(nights: Mapping[int, Night]) -> dict[int, list[Try]]:
    """The center runs asked for since their night began, and older ones that are open.

    In one query, so that they fit together.
    """
    wanted = Q(state__in=OPEN, run__state__in=OPEN)
    for begins, regions in _by(nights, lambda night: night.begins).items():
        wanted |= Q(run__requested_at__gte=begins, center__server__region__in=regions)
    parts = CenterRun.objects.filter(wanted, center__server__region__in=nights).order_by("pk")
    tries: defaultdict[int, list[Try]] = defaultdict(list)
    for part in parts.select_related("run"):
        is_open = part.state in OPEN and part.run.state in OPEN
        ended_at = None if is_open else part.finished_at or part.run.requested_at
        days = part.ranges[0].first, part.ranges[-1].last
        tries[part.center_id].append(Try(part.pk, part.state, part.error_kind, *days, ended_at))
    return dict(tries)


def _read_at(nights: Mapping[int, Night]) -> dict[int, dict[dt.date, dt.datetime]]:
    """When each slice was last read, whether it landed or is held, by center and day."""
    wanted = Q()
    for days, regions in _by(nights, lambda night: (healing_begins(night), night.last)).items():
        wanted |= Q(business_date__range=days, center__server__region__in=regions)
    found: defaultdict[int, dict[dt.date, dt.datetime]] = defaultdict(dict)
    # An empty condition would let everything through.
    for model in (Slice, HeldSlice) if nights else ():
        rows = model.objects.filter(wanted).order_by()
        for center_pk, day, moment in rows.values_list("center_id", "business_date", "extracted_at"):
            found[center_pk][day] = max(moment, found[center_pk].get(day, moment))
    return dict(found)


def _with_slices_before(nights: Mapping[int, Night]) -> set[int]:
    earlier = Slice.objects.filter(center=OuterRef("pk"))
    wanted = Q(pk__in=())
    for begin, regions in _by(nights, healing_begins).items():
        wanted |= Q(Exists(earlier.filter(business_date__lt=begin)), server__region__in=regions)
    return set(Center.objects.filter(wanted).order_by().values_list("pk", flat=True))


def _by(nights: Mapping[int, Night], moment: Callable[[Night], Moment]) -> dict[Moment, list[int]]:
    """The regions by a time of their night, which nearly all have in common."""
    regions: defaultdict[Moment, list[int]] = defaultdict(list)
    for region_pk, night in nights.items():
        regions[moment(night)].append(region_pk)
    return dict(regions)
