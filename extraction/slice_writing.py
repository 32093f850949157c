"""Writes slices, entries and manifests; only inside the transaction of `landing` or `held`."""

from collections.abc import Iterable, Sequence

from centers.search_text import fold
from extraction.bulk_rows import database_value, insert_rows, update_rows
from extraction.entry_content import CONTENT_FIELDS, JsonTexts, stored_content
from extraction.models import ChartEntry, Slice, SliceFigures
from extraction.pieces import Piece
from extraction.row_changes import Content
from extraction.rows import SliceRows
from extraction.slice_changes import entries_of_days, is_compared, note_changes
from extraction.slice_counts import codes_text, counts_of

ENTRY_FIELDS = ("center", "business_date", "position", *CONTENT_FIELDS, "search_text")
FIGURE_FIELDS = ("center", "business_date", "gkv_count", "pkv_count", "self_payer_count", "codes")
_TEXT = CONTENT_FIELDS.index("chart_entry")
# So many rows are in memory twice.
ROWS_PER_INSERT = 5000
EntryValues = tuple[object, ...]
MANIFEST_FIELDS = ("entry_count", "suppressed_count", "checksum", "mapping", "run", "extracted_at")


def write_slices(pieces: Sequence[Piece]) -> None:
    """Replace these slices. Rows that are there already stay; their manifest then says who read them last.

    What is replaced by something else leaves its counts in the slice's history.
    """
    changed = [piece for piece in pieces if not piece.is_same]
    rows, json_texts, folded = list[EntryValues](), JsonTexts(), FoldedTexts()
    # Most slices are new, and their rows are made when they are written, not all at once.
    content = {piece.day: list(stored_content(piece.rows, json_texts)) for piece in changed if is_compared(piece)}
    note_changes(changed, content)
    for some in entries_of_days([piece.day for piece in changed]):
        some.entries.delete()
        some.figures.delete()
    for piece in changed:
        known = content.pop(piece.day, None)
        rows += _entry_values(piece, stored_content(piece.rows, json_texts) if known is None else known, folded)
        if len(rows) >= ROWS_PER_INSERT:
            insert_rows(ChartEntry, ENTRY_FIELDS, rows)
            rows = []
            # Texts of patients' charts are remembered no longer than the rows.
            folded.clear()
    insert_rows(ChartEntry, ENTRY_FIELDS, rows)
    insert_rows(
        SliceFigures,
        FIGURE_FIELDS,
        [figures_of(piece.center_pk, piece.rows) for piece in changed if piece.rows.entries],
    )
    _write_manifests(pieces)


class FoldedTexts(dict[str, str]):
    """Texts as a search compares them, each made once: many charts say the same."""

    def __missing__(self, text: str) -> str:
        self[text] = folded = fold(text)
        return folded


def _entry_values(piece: Piece, content: Iterable[Content], folded: FoldedTexts) -> list[EntryValues]:
    center_pk, day = piece.center_pk, database_value(ChartEntry, "business_date", piece.rows.business_date)
    return [(center_pk, day, position, *row, folded[row[_TEXT]]) for position, row in enumerate(content, start=1)]


def figures_of(center_pk: int, rows: SliceRows) -> EntryValues:
    """The values of FIGURE_FIELDS for a slice that has entries."""
    statuses, codes = counts_of((entry.insurance_status, entry.service_codes) for entry in rows.entries)
    day = database_value(SliceFigures, "business_date", rows.business_date)
    return center_pk, day, *statuses, codes_text(codes)


def _write_manifests(pieces: Sequence[Piece]) -> None:
    new, known = [], []
    for piece in pieces:
        read_at = database_value(Slice, "extracted_at", piece.read_at)
        counts = (len(piece.rows.entries), piece.rows.suppressed)
        values = (*counts, piece.checksum, piece.mapping_pk, piece.run_id, read_at)
        if piece.before is not None:
            known.append((*values, piece.before.pk))
        else:
            day = database_value(Slice, "business_date", piece.rows.business_date)
            new.append((piece.center_pk, day, *values))
    insert_rows(Slice, ("center", "business_date", *MANIFEST_FIELDS), new)
    update_rows(Slice, MANIFEST_FIELDS, known)
