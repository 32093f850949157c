"""Compares new slices with those that they replace and keeps the counts; only inside the transaction of a landing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from extraction.bulk_rows import database_value, insert_rows
from extraction.entry_content import CONTENT_FIELDS
from extraction.models import ChartEntry, SliceChange, SliceFigures
from extraction.pieces import Day, Piece, batches
from extraction.row_changes import Content, RowChanges, compare

_FIELDS = (
    *("center", "business_date", "run", "read_at", "count_before", "count_after"),
    *("added", "removed", "changed", "is_remapped"),
)


@dataclass(frozen=True, slots=True)
class SomeDays:
    """Slices whose rows one statement finds: one day of many centers, or many days of one center."""

    where: Mapping[str, Any]
    # None where there are many.
    center_pk: int | None = None
    day: dt.date | None = None

    @property
    def entries(self) -> QuerySet[ChartEntry]:
        """Their entries."""
        return ChartEntry.objects.filter(**self.where)

    @property
    def figures(self) -> QuerySet[SliceFigures]:
        """Their figures."""
        return SliceFigures.objects.filter(**self.where)


def entries_of_days(days: Iterable[Day]) -> Iterator[SomeDays]:
    """The entries of these slices: per day or per center, whichever takes fewer statements."""
    centers_of: defaultdict[dt.date, list[int]] = defaultdict(list)
    days_of: defaultdict[int, list[dt.date]] = defaultdict(list)
    for center_pk, day in days:
        centers_of[day].append(center_pk)
        days_of[center_pk].append(day)
    if len(centers_of) <= len(days_of):
        for day, centers in centers_of.items():
            for some in batches(centers):
                yield SomeDays({"business_date": day, "center_id__in": some}, day=day)
        return
    for center_pk, dates in days_of.items():
        for some_days in batches(dates):
            yield SomeDays({"center_id": center_pk, "business_date__in": some_days}, center_pk=center_pk)


def note_changes(pieces: Sequence[Piece], content: Mapping[Day, Sequence[Content]]) -> None:
    """Write down what these pieces change of the slices that are still there; nothing of a day that had none.

    `content`: the stored rows of the pieces for which `is_compared` says so.
    """
    there = _content_there({piece.day for piece in pieces if is_compared(piece)})
    rows = []
    for piece in pieces:
        if piece.before is None:
            continue
        before, count = piece.before.entry_count, len(piece.rows.entries)
        found = compare(there[piece.day], content[piece.day]) if is_compared(piece) else RowChanges(count, before)
        # What was suppressed since is no change in the practice.
        suppressed = max(0, piece.rows.suppressed - piece.before.suppressed)
        found = replace(found, removed=max(0, found.removed - suppressed))
        if found:
            day = database_value(SliceChange, "business_date", piece.rows.business_date)
            read_at = database_value(SliceChange, "read_at", piece.read_at)
            counts = (before, count, found.added, found.removed, found.changed)
            is_remapped = piece.before.mapping_pk != piece.mapping_pk
            rows.append((piece.center_pk, day, piece.run_id, read_at, *counts, is_remapped))
    insert_rows(SliceChange, _FIELDS, rows)


def is_compared(piece: Piece) -> bool:
    """True when rows replace rows: where there were none, or none are left, the counts say it all."""
    return piece.before is not None and piece.before.entry_count > 0 and len(piece.rows.entries) > 0


def _content_there(days: set[Day]) -> defaultdict[Day, list[Content]]:
    found: defaultdict[Day, list[Content]] = defaultdict(list)
    for some in entries_of_days(days):
        # What the rows have in common is not asked for: dates are slow to read.
        if some.day is not None:
            for center_pk, *row in some.entries.order_by().values_list("center_id", *CONTENT_FIELDS):
                found[center_pk, some.day].append(tuple(row))
        elif some.center_pk is not None:
            for day, *row in some.entries.order_by().values_list("business_date", *CONTENT_FIELDS):
                found[some.center_pk, day].append(tuple(row))
    return found
