"""Writes slices, entries and manifests; only inside the transaction of `landing` or `held`."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence

from extraction.bulk_rows import database_value, insert_rows, update_rows
from extraction.models import ChartEntry, Slice
from extraction.pieces import Piece, batches

ENTRY_FIELDS = (
    *("center", "business_date", "position", "source_row_id", "patient_id"),
    *("insurance_status", "insurance_name", "chart_entry", "service_codes"),
)
# So many rows are in memory twice.
ROWS_PER_INSERT = 5000
EntryValues = tuple[object, ...]
MANIFEST_FIELDS = ("entry_count", "checksum", "mapping", "run", "extracted_at")


def write_slices(pieces: Sequence[Piece]) -> None:
    """Replace these slices. Rows that are there already stay; their manifest then says who read them last."""
    changed = [piece for piece in pieces if not piece.is_same]
    _delete_entries(changed)
    rows, json_texts = list[EntryValues](), JsonTexts()
    for piece in changed:
        rows += _entry_values(piece, json_texts)
        if len(rows) >= ROWS_PER_INSERT:
            insert_rows(ChartEntry, ENTRY_FIELDS, rows)
            rows = []
    insert_rows(ChartEntry, ENTRY_FIELDS, rows)
    _write_manifests(pieces)


class JsonTexts(dict[str, str]):
    """Service codes as JSON texts, each made once: a practice has some hundred."""

    def __missing__(self, code: str) -> str:
        self[code] = text = json.dumps(code, ensure_ascii=False)
        return text

    def of(self, codes: Sequence[str]) -> str:
        """The JSON list."""
        return f"[{', '.join([self[code] for code in codes])}]"


def _entry_values(piece: Piece, json_texts: JsonTexts) -> list[EntryValues]:
    center_pk, day = piece.center_pk, database_value(ChartEntry, "business_date", piece.rows.business_date)
    return [
        # The last field of an entry are the codes, all others are as the columns have them.
        (center_pk, day, position, *entry[:-1], json_texts.of(entry.service_codes))
        for position, entry in enumerate(piece.rows.entries, start=1)
    ]


def _delete_entries(pieces: Sequence[Piece]) -> None:
    """Per day for many centers, per center for many days: whichever takes fewer statements."""
    days: defaultdict[dt.date, list[int]] = defaultdict(list)
    centers: defaultdict[int, list[dt.date]] = defaultdict(list)
    for piece in pieces:
        center_pk, day = piece.day
        days[day].append(center_pk)
        centers[center_pk].append(day)
    if len(days) <= len(centers):
        for day, keys in days.items():
            for some in batches(keys):
                ChartEntry.objects.filter(business_date=day, center_id__in=some).delete()
        return
    for center_pk, dates in centers.items():
        for some_days in batches(dates):
            ChartEntry.objects.filter(center_id=center_pk, business_date__in=some_days).delete()


def _write_manifests(pieces: Sequence[Piece]) -> None:
    new, known = [], []
    for piece in pieces:
        read_at = database_value(Slice, "extracted_at", piece.read_at)
        values = (len(piece.rows.entries), piece.checksum, piece.mapping_pk, piece.run_id, read_at)
        if piece.before is not None:
            known.append((*values, piece.before.pk))
        else:
            day = database_value(Slice, "business_date", piece.rows.business_date)
            new.append((piece.center_pk, day, *values))
    insert_rows(Slice, ("center", "business_date", *MANIFEST_FIELDS), new)
    update_rows(Slice, MANIFEST_FIELDS, known)
