"""From the center runs of claimed shards to the frozen tasks of the reader threads."""

import datetime as dt
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Avg
from django.utils.translation import gettext as _

from centers.agreements import agreement_problem
from centers.server_spec import ServerSpec
from extraction.adapters.base import Source
from extraction.causes import Cause
from extraction.center_failures import FailedCenter
from extraction.day_ranges import DayRange, days_of, ranges_of
from extraction.leases import Lease
from extraction.models import CenterRun, ExtractionRun, HeldSlice, Slice
from extraction.reader import CenterTask, Failure
from extraction.reading_plans import Plan, plans_of
from extraction.runs import OPEN

# How many plans are read at once, so that the first threads soon have something to do.
_CHUNK = 50
# A center that took its process down this often is not tried again.
MOST_STARTS = 3
# So many entries come in one answer, as far as the days before tell: few where many centers are read at once, for
# memory's sake, and more where few are, because many practices have no index by date and each answer reads it all.
ENTRIES_AT_ONCE = 100_000
ENTRIES_PER_QUERY = range(5_000, 15_000 + 1)
MOST_DAYS_PER_QUERY = 366


@dataclass(frozen=True, slots=True)
class _Progress:
    """The days that an earlier owner of the shard has landed, and how many entries a day of the center has."""

    landed: frozenset[dt.date] = frozenset()
    entries_per_day: float | None = None


def assignments(leases: Collection[Lease]) -> Iterator[CenterTask | FailedCenter]:
    """A task, or the reason against one, for each unfinished center run of these shards of one run, in random order.

    One server's centers stand together in the table; shuffled, they do not all knock at once.
    """
    shards = {lease.shard_id for lease in leases}
    run = ExtractionRun.objects.get(pk=next(iter(leases)).run_id)
    keys = list(CenterRun.objects.filter(shard_id__in=shards, state__in=OPEN).values_list("pk", flat=True))
    random.shuffle(keys)
    servers = _Servers(run, shards)
    readers = min(run.workers, len(keys))
    for start in range(0, len(keys), _CHUNK):
        some = CenterRun.objects.filter(pk__in=keys[start : start + _CHUNK])
        chunk = list(some.select_related("run", "center__server__region"))
        progress = _progress(run, chunk)
        plans = plans_of([center_run.mapping_id for center_run in chunk if center_run.mapping_id is not None])
        random.shuffle(chunk)
        for center_run in chunk:
            plan = plans.get(center_run.mapping_id or 0)
            known = progress.get(center_run.center_id, _Progress())
            yield _assignment(center_run, servers, plan, known, chunk_days(known.entries_per_day, readers))


class _Servers:
    """The servers of a run, each with this process's share of its connections.

    The shards of a server that was cut may be read at the same time; together they keep its limit.
    """

    def __init__(self, run: ExtractionRun, shards: Collection[int]) -> None:
        pairs = CenterRun.objects.filter(run=run, shard__isnull=False).values_list("center__server_id", "shard_id")
        self._all: dict[int, set[int]] = {}
        for server_pk, shard_id in pairs.distinct():
            self._all.setdefault(server_pk, set()).add(shard_id)
        self._own = set(shards)
        self._specs: dict[int, ServerSpec] = {}

    def spec(self, center_run: CenterRun) -> ServerSpec:
        """The server of a center, with this process's limit."""
        server = center_run.center.server
        if server.pk not in self._specs:
            self._specs[server.pk] = server.spec()
        found, shards = self._specs[server.pk], self._all[server.pk]
        if shards <= self._own:
            return found
        share = found.max_connections * len(shards & self._own) // len(shards)
        return replace(found, max_connections=max(1, share))


def _assignment(
    center_run: CenterRun,
    servers: _Servers,
    plan: Plan | None,
    progress: _Progress,
    days_per_query: int,
) -> CenterTask | FailedCenter:
    center = center_run.center
    assert center_run.shard_id is not None  # noqa: S101 # it was found by its shard; said to the type checker

    def refusal(cause: Cause, message: str) -> FailedCenter:
        return FailedCenter(center_run.pk, center_run.shard_id or 0, center.center_id, Failure(cause.value, message))

    if center_run.attempts >= MOST_STARTS:
        message = _("Given up: the worker ended unexpectedly %(count)s times while it read this center.")
        return refusal(Cause.INTERRUPTED, message % {"count": center_run.attempts})
    # Asked for before the agreement ended.
    if problem := agreement_problem(center):
        return refusal(Cause.AGREEMENT, problem)
    if center_run.mapping_id is None:
        return refusal(Cause.NO_MAPPING, _("The approved mapping was deleted."))
    if plan is None:
        return refusal(Cause.INVALID_MAPPING, _("The approved mapping cannot be read. Review it again."))
    own = center_run.ranges
    # The last day is read in any case: something has to say that the center is done.
    left = ranges_of(day for day in days_of(own) if day not in progress.landed) if progress.landed else own
    left = left or (DayRange(own[-1].last, own[-1].last),)
    return CenterTask(
        center_run_id=center_run.pk,
        shard_id=center_run.shard_id,
        center_pk=center.pk,
        server_pk=center.server_id,
        center_id=center.center_id,
        adapter=center.adapter,
        mapping_pk=center_run.mapping_id,
        source=Source(servers.spec(center_run), center.database, plan.mapping, plan.catalog),
        ranges=left,
        chunk_days=days_per_query,
    )


def chunk_days(entries_per_day: float | None, readers: int) -> int:
    """How many days come in one answer, when a day has so many entries (None: nobody knows). *Pure*.

    `readers`: how many centers are read at the same time.
    """
    if entries_per_day is None:
        return int(settings.DAYS_PER_QUERY)
    entries = min(max(ENTRIES_AT_ONCE // readers, ENTRIES_PER_QUERY[0]), ENTRIES_PER_QUERY[-1])
    return max(1, min(MOST_DAYS_PER_QUERY, int(entries / max(entries_per_day, 1))))


def _progress(run: ExtractionRun, chunk: Collection[CenterRun]) -> Mapping[int, _Progress]:
    """By center; two queries, and none for a run of one day, which has nothing to cut or to take up again."""
    if run.date_from == run.date_to:
        return {}
    centers = [center_run.center_id for center_run in chunk]
    recent = Slice.objects.filter(center_id__in=centers).order_by().values("center_id")
    averages = recent.annotate(mean=Avg("entry_count"))
    means = {row["center_id"]: float(row["mean"]) for row in averages}
    landed: dict[int, set[dt.date]] = {}
    for model in (Slice, HeldSlice):
        own = model._default_manager.filter(run=run, center_id__in=centers).order_by()
        for center_pk, day in own.values_list("center_id", "business_date"):
            landed.setdefault(center_pk, set()).add(day)
    return {key: _Progress(frozenset(landed.get(key, ())), means.get(key)) for key in centers}
