"""What each center contributed to an export, for the head of the JSON document."""

from django.db.models import Count, Max

from centers.models import Center
from extraction.entries import EntryFilter, find
from extraction.enums import RunState
from extraction.export_json import CenterSummary
from extraction.models import CenterRun

# SQL Server takes 2,100 parameters in a statement.
_KEYS_PER_STATEMENT = 1000


def latest_summaries(wanted: EntryFilter) -> list[CenterSummary]:
    """One summary for each center that the filter could show: its entries, and how its latest reading went."""
    parts = CenterRun.objects.exclude(state__in=(RunState.QUEUED, RunState.RUNNING))
    if wanted.date_to:
        parts = parts.filter(run__date_from__lte=wanted.date_to)
    if wanted.date_from:
        parts = parts.filter(run__date_to__gte=wanted.date_from)
    if wanted.center_ids:
        parts = parts.filter(center__center_id__in=wanted.center_ids)
    if wanted.regions:
        parts = parts.filter(center__server__region__code__in=wanted.regions)
    if wanted.within is not None:
        parts = parts.filter(center__server__region__in=wanted.within)
    latest = parts.order_by().values("center_id").annotate(last=Max("pk")).values_list("last", flat=True)
    counts = dict(find(wanted).order_by().values_list("center_id").annotate(Count("pk")))
    summaries = [summary_of(part, counts.pop(part.center_id, 0)) for part in _center_runs(list(latest))]
    never_ran = Center.objects.in_bulk(list(counts)).values() if counts else ()
    summaries += [CenterSummary(center.center_id, center.name, counts[center.pk], 0.0, None) for center in never_ran]
    return sorted(summaries, key=lambda summary: summary.id)


def summary_of(part: CenterRun, entry_count: int) -> CenterSummary:
    """The summary of a center whose part of a run this is."""
    error = None if part.state == RunState.SUCCEEDED else part.error_message or part.get_state_display()
    return CenterSummary(part.center.center_id, part.center.name, entry_count, part.duration_seconds, error)


def _center_runs(keys: list[int]) -> list[CenterRun]:
    found: list[CenterRun] = []
    for start in range(0, len(keys), _KEYS_PER_STATEMENT):
        some = keys[start : start + _KEYS_PER_STATEMENT]
        found += CenterRun.objects.select_related("center").filter(pk__in=some)
    return found
