"""The extraction as Prometheus sees it: a handful of queries at each scrape, whatever the number of centers.

A label never has a value that a source or a visitor chose: center ids, causes, states, queues and regions only.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from django.db.models import Count, Q
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from centers.models import Center, Region
from extraction.enums import FINISHED, BreakerScope, BreakerState, HeldState, RunState
from extraction.metric_models import RegionDay
from extraction.metrics.alerting import of_alerts, of_ends
from extraction.metrics.counting import RUNS_AT_ONCE, stored_totals, totals_of
from extraction.metrics.durations import Totals
from extraction.models import Breaker, CenterRun, ExtractionRun, HeldSlice
from extraction.queue_health import broker_answers, health_of
from extraction.queues import all_queues
from mappings.enums import DriftState, MappingStatus
from mappings.models import Mapping
from mappings.queries import OPEN


class ExtractionCollector(Collector):
    """Reads our rows when somebody scrapes."""

    def describe(self) -> Iterable[Metric]:
        """Nothing: a process that starts must not ask the database for it."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric of the extraction."""
        yield from _of_centers()
        yield from _of_runs()
        yield from _of_mappings()
        yield from _of_days()
        yield _breakers()
        yield from _of_queues()
        yield from of_ends(dict(Region.objects.order_by("code").values_list("pk", "code")))
        yield from of_alerts()


def _of_centers() -> Iterator[Metric]:
    names = dict(Center.objects.order_by("center_id").values_list("pk", "center_id"))
    totals = stored_totals()
    # A run that ends is counted within a minute; until then its parts are added here.
    open_runs = ExtractionRun.objects.filter(is_counted=False).order_by("-pk").values_list("pk", flat=True)
    for center_pk, more in totals_of(open_runs[:RUNS_AT_ONCE]).items():
        totals.setdefault(center_pk, Totals()).merge(more)
    durations = HistogramMetricFamily(
        "extraction_duration_seconds", "Time that reading a center took in one run.", labels=["center_id"]
    )
    errors = CounterMetricFamily(
        "extraction_errors", "Centers that failed in a run, by cause.", labels=["center_id", "error_type"]
    )
    entries = CounterMetricFamily("extraction_entries_landed", "Chart entries that landed.", labels=["center_id"])
    for center_pk, center_id in names.items():
        if (found := totals.get(center_pk)) is None:
            continue
        durations.add_metric([center_id], list(found.cumulative()), found.seconds)
        entries.add_metric([center_id], found.entries)
        for cause, count in sorted(found.errors.items()):
            errors.add_metric([center_id, cause], count)
    yield from (durations, errors, entries)


def _of_runs() -> Iterator[Metric]:
    runs = GaugeMetricFamily("extraction_runs", "Runs that have not ended.", labels=["state"])
    rows = ExtractionRun.objects.exclude(state__in=FINISHED).order_by().values_list("state")
    counts = dict(rows.annotate(Count("pk")))
    for state in (RunState.QUEUED, RunState.RUNNING):
        runs.add_metric([state.value], counts.get(state.value, 0))
    yield runs
    last = ExtractionRun.objects.filter(state__in=FINISHED, finished_at__isnull=False).order_by("-pk").first()
    ended = GaugeMetricFamily("extraction_last_run_finished_timestamp_seconds", "When the newest ended run ended.")
    seconds = GaugeMetricFamily("extraction_last_run_duration_seconds", "How long the newest ended run took.")
    parts = GaugeMetricFamily("extraction_last_run_centers", "Centers of the newest ended run.", labels=["state"])
    if last is not None and last.finished_at is not None:
        ended.add_metric([], last.finished_at.timestamp())
        seconds.add_metric([], (last.finished_at - (last.started_at or last.requested_at)).total_seconds())
        states = CenterRun.objects.filter(run=last).order_by().values_list("state")
        found = dict(states.annotate(Count("pk")))
        for state in (RunState.SUCCEEDED, RunState.FAILED, RunState.SKIPPED, RunState.CANCELLED):
            parts.add_metric([state.value], found.get(state.value, 0))
    yield from (ended, seconds, parts)


def _of_mappings() -> Iterator[Metric]:
    approved, waiting = Q(mappings__status=MappingStatus.APPROVED), Q(mappings__status__in=OPEN)
    centers = GaugeMetricFamily("dentalhub_centers", "Centers by what is known of them.", labels=["state"])
    counts = Center.objects.aggregate(
        configured=Count("pk", distinct=True),
        mapped=Count("pk", filter=approved, distinct=True),
        waiting=Count("pk", filter=waiting, distinct=True),
    )
    stale = Mapping.objects.filter(status=MappingStatus.APPROVED).exclude(drift=DriftState.NONE)
    for state, count in {**counts, "stale": stale.count()}.items():
        centers.add_metric([state], count)
    yield centers


def _of_days() -> Iterator[Metric]:
    regions = dict(Region.objects.order_by("code").values_list("pk", "code"))
    slices = GaugeMetricFamily(
        "dentalhub_last_day_centers", "Centers by the state of their slice of the last business date.",
        labels=["region", "state"],
    )  # fmt: skip
    missing = GaugeMetricFamily(
        "dentalhub_slices_missing", "Slices of the last business date that failed or never came.", labels=["region"]
    )
    counted = GaugeMetricFamily(
        "dentalhub_last_day_counted_timestamp_seconds", "When that was looked at.", labels=["region"]
    )
    for region_id, states, counted_at in RegionDay.objects.values_list("region_id", "states", "counted_at"):
        found = {str(state): int(count) for state, count in json.loads(states).items()}
        for state, count in sorted(found.items()):
            slices.add_metric([regions[region_id], state], count)
        missing.add_metric([regions[region_id]], found.get("missing", 0) + found.get("failed", 0))
        counted.add_metric([regions[region_id]], counted_at.timestamp())
    held = GaugeMetricFamily("dentalhub_slices_held", "Slices that wait for a person.", labels=["region"])
    waiting = HeldSlice.objects.filter(state=HeldState.WAITING).order_by().values_list("center__server__region")
    reading = GaugeMetricFamily(
        "dentalhub_connections_active", "Centers that are being read, each over a connection.", labels=["region"]
    )
    parts = CenterRun.objects.filter(state=RunState.RUNNING).order_by().values_list("center__server__region")
    for family, rows in ((held, waiting), (reading, parts)):
        counts = dict(rows.annotate(Count("pk")))
        for region_id, code in regions.items():
            family.add_metric([code], counts.get(region_id, 0))
    yield from (slices, missing, counted, held, reading)


def _breakers() -> Metric:
    family = GaugeMetricFamily("dentalhub_breakers", "Circuit breakers that are not closed.", labels=["scope", "state"])
    rows = Breaker.objects.exclude(state=BreakerState.CLOSED).order_by().values_list("scope", "state")
    counts = Counter({(scope, state): count for scope, state, count in rows.annotate(Count("pk"))})
    for scope in BreakerScope:
        for state in (BreakerState.OPEN, BreakerState.HALF_OPEN):
            family.add_metric([scope.value, state.value], counts[scope.value, state.value])
    return family


def _of_queues() -> Iterator[Metric]:
    depth = GaugeMetricFamily("dentalhub_queue_tasks", "Tasks that no worker has fetched.", labels=["queue"])
    oldest = GaugeMetricFamily("dentalhub_queue_oldest_seconds", "Age of the oldest of them.", labels=["queue"])
    beats = GaugeMetricFamily(
        "dentalhub_worker_heartbeat_age_seconds", "Since a worker of the queue was heard of; +Inf: never.",
        labels=["queue"],
    )  # fmt: skip
    shards = GaugeMetricFamily("dentalhub_shards_active", "Shards that a process works on.", labels=["queue"])
    found = health_of(all_queues())
    broker = GaugeMetricFamily("dentalhub_broker_up", "1 while the broker of the queues answers.")
    broker.add_metric([], float(broker_answers(found)))
    for health in found:
        if health.waiting is not None:
            depth.add_metric([health.queue], health.waiting)
            oldest.add_metric([health.queue], health.oldest_age or 0.0)
        beats.add_metric([health.queue], float("inf") if health.beat_age is None else health.beat_age)
        shards.add_metric([health.queue], health.at_work)
    yield from (broker, depth, oldest, beats, shards)
