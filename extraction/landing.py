"""The only writer of results: replaces a center's slices as a whole, in one fenced transaction."""

import json
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from extraction.enums import RunState
from extraction.leases import Lease, renew
from extraction.models import CenterRun, ChartEntry, Slice
from extraction.reader import CenterResult, CenterTask
from extraction.rows import Extraction, SliceRows, checksum

# Nine columns each: SQL Server takes 2,100 parameters in a statement.
ROWS_PER_INSERT = 200


def land(result: CenterResult, extraction: Extraction, lease: Lease) -> None:
    """Replace the slices that `extraction` holds, and mark the center's part of the run as succeeded.

    All or nothing: an error leaves the old slices in place. Raises LeaseLostError, and lands nothing, when another
    process has taken the run over.
    """
    task = result.task
    with transaction.atomic():
        renew(lease)
        ChartEntry.objects.filter(
            center_id=task.center_pk, business_date__range=(task.date_from, task.date_to)
        ).delete()
        ChartEntry.objects.bulk_create(_entries(task, extraction.slices), batch_size=ROWS_PER_INSERT)
        _write_manifests(task, extraction.slices, lease)
        CenterRun.objects.filter(pk=task.center_run_id).update(
            state=RunState.SUCCEEDED,
            slice_count=len(extraction.slices),
            entry_count=extraction.entry_count,
            undated_count=extraction.undated,
            duration_ms=result.duration_ms,
            error_kind="",
            error_message="",
            finished_at=timezone.now(),
        )


def _entries(task: CenterTask, slices: Iterable[SliceRows]) -> Iterable[ChartEntry]:
    return [
        ChartEntry(
            center_id=task.center_pk,
            business_date=item.business_date,
            position=position,
            source_row_id=row.row_id,
            patient_id=row.patient_id,
            insurance_status=row.insurance_status,
            insurance_name=row.insurance_name,
            chart_entry=row.chart_entry,
            service_codes=json.dumps(row.service_codes, ensure_ascii=False),
        )
        for item in slices
        for position, row in enumerate(item.entries, start=1)
    ]


def _write_manifests(task: CenterTask, slices: Iterable[SliceRows], lease: Lease) -> None:
    manifests = Slice.objects.filter(center_id=task.center_pk, business_date__range=(task.date_from, task.date_to))
    known = dict(manifests.values_list("business_date", "pk"))
    new = []
    for item in slices:
        content = {
            "entry_count": len(item.entries),
            "checksum": checksum(item),
            "mapping_id": task.mapping_pk,
            "run_id": lease.run_id,
            "extracted_at": timezone.now(),
        }
        if item.business_date in known:
            Slice.objects.filter(pk=known[item.business_date]).update(**content)
        else:
            new.append(Slice(center_id=task.center_pk, business_date=item.business_date, **content))
    Slice.objects.bulk_create(new, batch_size=ROWS_PER_INSERT)
