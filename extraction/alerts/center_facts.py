"""What is wrong with centers now, by region: a handful of queries whatever their number."""

import datetime as dt
from collections import Counter
from statistics import median

from django.conf import settings
from django.db.models import Count, F, OuterRef, Subquery, Sum

from centers.enums import CenterState
from centers.models import Center
from extraction.alert_causes import AlertCause
from extraction.alerts.keys import AlertKey, Facts
from extraction.breaker_rows import NOT_CLOSED
from extraction.causes import Cause
from extraction.enums import FINISHED, HeldState, RunState, Trigger
from extraction.models import Breaker, CenterRun, ExtractionRun, HeldSlice, RegionDay
from mappings.enums import DriftState, MappingStatus
from mappings.models import Mapping
from mappings.queries import OPEN

_COUNTED = (RunState.SUCCEEDED, RunState.PARTIAL, RunState.FAILED)
# How many of the schedules' last runs say what is usual, and how many of them a region must have had.
_RUNS_LOOKED_AT, _FEWEST_RUNS = 60, 5
# Nobody is alerted about less.
_SLOW_MS = 60_000


def failing_centers(facts: Facts) -> None:
    """Centers in use whose last part of a run failed, by cause; one that is left alone by what opened its breaker."""
    parts = CenterRun.objects.filter(center=OuterRef("pk"), state__in=_COUNTED).order_by("-pk")
    active = Center.objects.filter(state=CenterState.ACTIVE).order_by()
    last = active.annotate(last_state=Subquery(parts.values("state")[:1]), why=Subquery(parts.values("error_kind")[:1]))
    rows = last.values_list("pk", "server_id", "server__region_id", "last_state", "why")
    opened = {
        (scope, server or center): cause
        for scope, server, center, cause in Breaker.objects.filter(state__in=NOT_CLOSED)
        .order_by()
        .values_list("scope", "server_id", "center_id", "cause")
    }
    known, failed = Counter[int](), Counter[int]()
    for pk, server_id, region_id, state, cause in rows:
        known[region_id] += state is not None
        if state != RunState.FAILED:
            continue
        failed[region_id] += 1
        if cause == Cause.BREAKER:
            cause = opened.get(("server", server_id)) or opened.get(("center", pk)) or cause
        facts.add(AlertKey(AlertCause.CENTERS_FAILED, cause or "other", region_id), 1)
    for region_id, count in failed.items():
        if count == known[region_id]:
            facts.add(AlertKey(AlertCause.REGION_FAILED, "", region_id), count)


def left_alone(facts: Facts) -> None:
    """Servers and centers whose breakers are not closed."""
    for key, region in (("server", "server__region"), ("center", "center__server__region")):
        shut = Breaker.objects.filter(state__in=NOT_CLOSED, scope=key).order_by().values_list(region)
        for region_id, count in shut.annotate(Count("pk")):
            facts.add(AlertKey(AlertCause.LEFT_ALONE, key, region_id), count)


def waiting_mappings(facts: Facts, now: dt.datetime) -> None:
    """Approved versions that no longer fit their source, and versions that nobody has decided about for days."""
    rows = Mapping.objects.filter(center__state=CenterState.ACTIVE).order_by().values_list("center__server__region")
    drifted = rows.filter(status=MappingStatus.APPROVED).exclude(drift=DriftState.NONE)
    for region_id, count in drifted.annotate(Count("center", distinct=True)):
        facts.add(AlertKey(AlertCause.DRIFT, "", region_id), count)
    long_ago = now - dt.timedelta(days=settings.ALERT_LIMITS["review_days"])
    for region_id, count in rows.filter(status__in=OPEN, created_at__lt=long_ago).annotate(
        Count("center", distinct=True)
    ):
        facts.add(AlertKey(AlertCause.REVIEW, "", region_id), count)


def held_days(facts: Facts) -> None:
    """Days that wait for a person."""
    rows = HeldSlice.objects.filter(state=HeldState.WAITING).order_by().values_list("center__server__region")
    for region_id, count in rows.annotate(Count("pk")):
        facts.add(AlertKey(AlertCause.HELD, "", region_id), count)


def missing_slices(facts: Facts) -> None:
    """Centers that lack several days, as the tick counted them last."""
    for region_id, count in RegionDay.objects.values_list("region_id", "lacking"):
        facts.add(AlertKey(AlertCause.SLICES_MISSING, "", region_id), count)


def slow_regions(facts: Facts) -> None:
    """How many times as long as usual the newest run of a region's schedule took for a slice, where that is much."""
    ended = ExtractionRun.objects.filter(trigger=Trigger.SCHEDULE, state__in=FINISHED).order_by("-pk")
    runs = list(ended.values_list("pk", flat=True)[:_RUNS_LOOKED_AT])
    parts = CenterRun.objects.filter(run_id__in=runs, state=RunState.SUCCEEDED, slice_count__gt=0)
    totals = parts.order_by().values("run_id", region_id=F("center__server__region_id"))
    paces: dict[int, list[tuple[int, float, int]]] = {}
    for row in totals.annotate(ms=Sum("duration_ms"), slices=Sum("slice_count")):
        paces.setdefault(row["region_id"], []).append((row["run_id"], row["ms"] / row["slices"], row["ms"]))
    for region_id, found in paces.items():
        (_run, pace, spent), *before = sorted(found, reverse=True)
        usual = median(one[1] for one in before) if len(before) >= _FEWEST_RUNS else 0.0
        if usual and spent >= _SLOW_MS and pace >= usual * settings.ALERT_LIMITS["slow_factor"]:
            facts.add(AlertKey(AlertCause.RUN_SLOW, "", region_id), int(pace / usual))
