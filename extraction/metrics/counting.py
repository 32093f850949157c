"""Counts what ended runs did, each run once, and how the last business date stands; called by the tick."""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from centers.models import Center
from extraction.enums import FINISHED, RunState
from extraction.metric_models import CenterTotals, RegionDay
from extraction.metrics.durations import Totals
from extraction.models import CenterRun, ExtractionRun, Slice
from extraction.run_requests import yesterday
from extraction.slice_grid import slice_grid
from extraction.slice_states import SliceState

# So many runs at once, that an installation with years of runs gets there in some minutes.
RUNS_AT_ONCE = 50
# Beside the days that may be missing: weekends, on which nobody lacks anything, and a holiday or two.
DAYS_BESIDE = 5
_LACKING = frozenset({SliceState.FAILED, SliceState.MISSING})
_COUNTED = (RunState.SUCCEEDED, RunState.PARTIAL, RunState.FAILED)


def totals_of(runs: Iterable[int]) -> dict[int, Totals]:
    """What the ended parts of these runs did, by center; one query."""
    found: dict[int, Totals] = defaultdict(Totals)
    parts = CenterRun.objects.filter(run_id__in=list(runs), state__in=_COUNTED).order_by()
    for center_id, duration_ms, entries, cause in parts.values_list(
        "center_id", "duration_ms", "entry_count", "error_kind"
    ):
        found[center_id].add(duration_ms / 1000, entries, cause)
    return dict(found)


def stored_totals() -> dict[int, Totals]:
    """What was counted so far, by center; one query."""
    rows = CenterTotals.objects.values_list("center_id", "buckets", "seconds", "entries", "errors")
    return {row[0]: Totals.read(row[1], row[2], row[3], row[4]) for row in rows}


def count_runs() -> int:
    """Add ended runs to the totals, each exactly once whoever else does the same; how many."""
    ended = ExtractionRun.objects.filter(state__in=FINISHED, is_counted=False).order_by("pk")
    counted = 0
    for run_id in list(ended.values_list("pk", flat=True)[:RUNS_AT_ONCE]):
        with transaction.atomic():
            if not ExtractionRun.objects.filter(pk=run_id, is_counted=False).update(is_counted=True):
                continue
            _add(totals_of([run_id]))
        counted += 1
    return counted


def count_last_day() -> None:
    """Note how many centers of each region are in which state on the last business date, and how many lack more."""
    day, now, enough = yesterday(), timezone.now(), settings.ALERT_LIMITS["missing_days"]
    states: dict[int, Counter[str]] = defaultdict(Counter)
    lacking: Counter[int] = Counter()
    # The others are being set up; that they fail is another matter.
    delivering = set(
        Center.objects.filter(Exists(Slice.objects.filter(center=OuterRef("pk")))).values_list("pk", flat=True)
    )
    for row in slice_grid(day - dt.timedelta(days=enough + DAYS_BESIDE), day).rows:
        region_id = row.center.server.region_id
        states[region_id][row.states[-1].value] += 1
        lacks = sum(state in _LACKING for state in row.states)
        lacking[region_id] += lacks >= enough and row.center.pk in delivering
    for region_id, counts in states.items():
        values = {"business_date": day, "states": json.dumps(dict(counts)), "counted_at": now}
        values["lacking"] = lacking[region_id]
        RegionDay.objects.update_or_create(region_id=region_id, defaults=values)
    RegionDay.objects.exclude(region_id__in=states).delete()


def _add(more: dict[int, Totals]) -> None:
    keys = sorted(more)
    known = {row.center_id: row for start in range(0, len(keys), 500) for row in _rows(keys[start : start + 500])}
    rows = []
    for center_id in keys:
        row = known.get(center_id) or CenterTotals(center_id=center_id)
        totals = Totals.read(row.buckets, row.seconds, row.entries, row.errors) if row.pk else Totals()
        totals.merge(more[center_id])
        row.buckets, row.errors = json.dumps(totals.buckets), json.dumps(totals.errors)
        row.seconds, row.entries = totals.seconds, totals.entries
        rows.append(row)
    CenterTotals.objects.bulk_create([row for row in rows if not row.pk], batch_size=200)
    changed = [row for row in rows if row.pk in {one.pk for one in known.values()}]
    CenterTotals.objects.bulk_update(changed, ["buckets", "seconds", "entries", "errors"], batch_size=100)


def _rows(keys: list[int]) -> Iterable[CenterTotals]:
    return CenterTotals.objects.select_for_update().filter(center_id__in=keys)
