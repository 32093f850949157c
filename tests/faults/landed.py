"""What is landed of a center, for comparing: with what it was before, with its manifest, and with the ground truth."""

import datetime as dt
from typing import Any

from extraction.models import ChartEntry, Slice
from extraction.rows import EntryRow, SliceRows, checksum

Landed = tuple[tuple[Any, ...], ...]


def landed_of(center_id: str) -> Landed:
    """All manifests and rows of a center with their keys: equal only when nothing was written again."""
    manifests = Slice.objects.filter(center__center_id=center_id).order_by("business_date").values_list()
    entries = ChartEntry.objects.filter(center__center_id=center_id).order_by("pk").values_list()
    return (*manifests, *entries)


def untrue_manifests() -> list[str]:
    """The slices whose manifest is not that of their rows, and rows without a manifest; empty when all are true."""
    rows: dict[tuple[int, dt.date], list[ChartEntry]] = {}
    for entry in ChartEntry.objects.order_by("center_id", "business_date", "position"):
        rows.setdefault((entry.center_id, entry.business_date), []).append(entry)
    found = []
    for manifest in Slice.objects.select_related("center"):
        entries = rows.pop((manifest.center_id, manifest.business_date), [])
        is_counted = manifest.entry_count == len(entries) and [one.position for one in entries] == list(
            range(1, len(entries) + 1)
        )
        if not is_counted or checksum(_slice_rows(manifest.business_date, entries)) != manifest.checksum:
            found.append(f"{manifest.center.center_id} {manifest.business_date}")
    return found + [f"center {center_pk} {day}: rows without a manifest" for center_pk, day in rows]


def landed_entries(center_id: str, day: dt.date) -> list[dict[str, Any]]:
    """The landed rows of a day as the ground truth writes them."""
    entries = ChartEntry.objects.filter(center__center_id=center_id, business_date=day).order_by("position")
    return [
        {
            "row_id": int(entry.source_row_id),
            "patient_id": entry.patient_id,
            "insurance_status": entry.insurance_status,
            "insurance_name": entry.insurance_name,
            "chart_entry": entry.chart_entry,
            "service_codes": list(entry.codes),
        }
        for entry in entries
    ]


def _slice_rows(day: dt.date, entries: list[ChartEntry]) -> SliceRows:
    return SliceRows(day, tuple(_entry_row(entry) for entry in entries))


def _entry_row(entry: ChartEntry) -> EntryRow:
    return EntryRow(
        row_id=entry.source_row_id,
        patient_id=entry.patient_id,
        insurance_status=entry.insurance_status,
        insurance_name=entry.insurance_name,
        chart_entry=entry.chart_entry,
        service_codes=entry.codes,
    )
