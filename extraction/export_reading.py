"""Reads the entries of an export: batches of plain tuples, in constant memory, each slice from one statement."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from centers.models import Center
from extraction.entries import find
from extraction.entry_filter import EntryFilter
from extraction.export_rows import Batch, CenterNames, EntryRow
from extraction.models import ChartEntry

ROWS_PER_BATCH = 4000


def batches(wanted: EntryFilter) -> Iterator[Batch]:
    """All entries of a filter by date, center and position, day by day.

    A batch ends with a whole slice, so that no slice in a file is half old and half new when it is replaced
    meanwhile. No cursor stays open between batches.
    """
    found, centers = _values(wanted), _Centers()
    day = _first_day(wanted.date_from, wanted.date_to)
    while day:
        # The day is the same for all rows: each statement reads on from one place of an index, and sorts nothing.
        of_day = found.filter(business_date=day).order_by("center_id", "position")
        for rows in _whole_slices(of_day):
            yield Batch(rows, centers)
        day = _first_day(day + dt.timedelta(days=1), wanted.date_to)


def _values(wanted: EntryFilter) -> "QuerySet[ChartEntry, Any]":
    """The values of an EntryRow, of every day."""
    return find(replace(wanted, date_from=None, date_to=None)).values_list(
        "center_id",
        # As text from the database: making dates of a million texts and texts of them again takes seconds.
        Cast("business_date", CharField(max_length=10)),
        *("patient_id", "insurance_status", "insurance_name", "chart_entry", "service_codes"),
    )


def _first_day(first: dt.date | None, last: dt.date | None) -> dt.date | None:
    """The first day in that range on which any center has entries."""
    entries = ChartEntry.objects.order_by("business_date")
    if first:
        entries = entries.filter(business_date__gte=first)
    if last:
        entries = entries.filter(business_date__lte=last)
    return entries.values_list("business_date", flat=True).first()


def _whole_slices(of_day: "QuerySet[ChartEntry, Any]") -> Iterator[list[EntryRow]]:
    """The rows of a day, whole slices at a time."""
    left, size = of_day, ROWS_PER_BATCH
    while True:
        rows = _fetch(left[: size + 1])
        if len(rows) <= size:
            if rows:
                yield rows
            return
        # The last slice may go on.
        end = next((number for number in range(size, 0, -1) if rows[number - 1][0] != rows[size][0]), 0)
        if end:
            yield rows[:end]
            left, size = of_day.filter(center_id__gt=rows[end - 1][0]), ROWS_PER_BATCH
        else:
            # One slice is larger than a batch.
            size *= 2


class _Centers(dict[int, CenterNames]):
    """The names of all centers, read when one is missing; a join would make new texts of them for every row."""

    def __missing__(self, key: int) -> CenterNames:
        rows = Center.objects.values_list("pk", "center_id", "name")
        self.update((pk, CenterNames(center_id, name)) for pk, center_id, name in rows)
        # One that was deleted between two statements, with its entries.
        return self.setdefault(key, CenterNames("", ""))


def _fetch(found: "QuerySet[ChartEntry, Any]") -> list[EntryRow]:
    """The rows as the driver gives them: all are texts and keys, which need no conversion, and a third is saved."""
    try:
        sql, parameters = found.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[EntryRow] = cursor.fetchall()
    return rows
