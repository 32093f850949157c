"""Keeps suspicious slices beside the results until a person decides; only inside the transaction of `landing`."""

import json
from collections.abc import Sequence

from extraction.enums import HeldState
from extraction.models import HeldSlice
from extraction.pieces import Piece, batches
from extraction.rows import EntryRow, SliceRows


def hold(pieces: Sequence[Piece]) -> None:
    """Keep each beside the results; what people have refused before is not asked again."""
    for piece in pieces:
        found = HeldSlice.objects.filter(center_id=piece.center_pk, business_date=piece.rows.business_date)
        # What was refused before a patient was erased has the checksum of all rows.
        same = [content for content in (piece.checksum, piece.rows.source_checksum) if content]
        refused = found.filter(state=HeldState.REJECTED, checksum__in=same)
        if refused.update(extracted_at=piece.read_at, run_id=piece.run_id, checksum=piece.checksum):
            continue
        found.delete()
        HeldSlice.objects.create(
            center_id=piece.center_pk,
            business_date=piece.rows.business_date,
            entry_count=len(piece.rows.entries),
            suppressed_count=piece.rows.suppressed,
            previous_count=piece.before.entry_count if piece.before else 0,
            checksum=piece.checksum,
            content=content_of(piece.rows),
            mapping_id=piece.mapping_pk,
            run_id=piece.run_id,
            extracted_at=piece.read_at,
        )


def forget(pieces: Sequence[Piece]) -> None:
    """Drop what was held on days that these pieces replace: they say more."""
    wanted = {piece.day for piece in pieces}
    gone = []
    for centers in batches(sorted({center_pk for center_pk, _day in wanted})):
        rows = HeldSlice.objects.filter(center_id__in=centers).values_list("pk", "center_id", "business_date")
        gone += [pk for pk, center_pk, day in rows if (center_pk, day) in wanted]
    for keys in batches(gone):
        HeldSlice.objects.filter(pk__in=keys).delete()


def content_of(rows: SliceRows) -> str:
    """The entries as JSON text, each a list in the order of its fields."""
    return json.dumps([[*_texts(entry), list(entry.service_codes)] for entry in rows.entries], ensure_ascii=False)


def entries_of(content: str) -> tuple[EntryRow, ...]:
    """The inverse of `content_of`."""
    return tuple(
        EntryRow(row_id, patient, status, insurer, text, tuple(codes))
        for row_id, patient, status, insurer, text, codes in json.loads(content)
    )


def _texts(entry: EntryRow) -> tuple[str, ...]:
    return entry.row_id, entry.patient_id, entry.insurance_status, entry.insurance_name, entry.chart_entry
