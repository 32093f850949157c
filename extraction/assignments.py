"""From the center runs of a run to the frozen tasks of its threads."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from centers.catalog import Catalog
from extraction.adapters.base import Source
from extraction.causes import Cause
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun
from extraction.reader import CenterTask, Failure
from mappings.document import MappingDocument

# How many snapshots are in memory at once; one may hold thousands of columns.
_CHUNK = 50
# A center that took its process down this often is not tried again.
MOST_STARTS = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """A center run that cannot be read at all, and why."""

    center_run_id: int
    center_id: str
    failure: Failure


def assignments(run: ExtractionRun) -> Iterator[CenterTask | Refusal]:
    """A task, or the reason against one, for each unfinished center run, in the order of their keys."""
    last = 0
    while True:
        open_runs = CenterRun.objects.filter(
            run=run, pk__gt=last, state__in=(RunState.QUEUED, RunState.RUNNING)
        ).select_related("center__server", "mapping__snapshot")
        chunk = list(open_runs.order_by("pk")[:_CHUNK])
        if not chunk:
            return
        yield from (_assignment(run, center_run) for center_run in chunk)
        last = chunk[-1].pk


def _assignment(run: ExtractionRun, center_run: CenterRun) -> CenterTask | Refusal:
    center, mapping = center_run.center, center_run.mapping
    if center_run.attempts >= MOST_STARTS:
        message = _("Given up: the worker ended unexpectedly %(count)s times while it read this center.")
        failure = Failure(Cause.INTERRUPTED.value, message % {"count": center_run.attempts})
        return Refusal(center_run.pk, center.center_id, failure)
    if mapping is None:
        failure = Failure(Cause.NO_MAPPING.value, _("The approved mapping was deleted."))
        return Refusal(center_run.pk, center.center_id, failure)
    try:
        document = mapping.document()
        catalog = _mapped_part(mapping.snapshot.catalog(), document)
    except (KeyError, TypeError, ValueError):
        failure = Failure(Cause.INVALID_MAPPING.value, _("The approved mapping cannot be read. Review it again."))
        return Refusal(center_run.pk, center.center_id, failure)
    return CenterTask(
        center_run_id=center_run.pk,
        center_pk=center.pk,
        center_id=center.center_id,
        adapter=center.adapter,
        mapping_pk=mapping.pk,
        source=Source(center.server.spec(), center.database, document, catalog),
        date_from=run.date_from,
        date_to=run.date_to,
    )


def _mapped_part(catalog: Catalog, document: MappingDocument) -> Catalog:
    """The tables that the mapping names; the rest would only fill memory while many centers wait."""
    wanted = {(table.schema, table.table) for table in document.tables}
    return Catalog(catalog.database, tuple(table for table in catalog.tables if (table.schema, table.name) in wanted))
