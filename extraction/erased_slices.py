"""Takes patients out of single slices, landed and held; the slice then says what the next extraction will say.

Patients are compared here and not by the database, for which "ab" and "AB" may be one.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable

from django.db import transaction

from centers.models import Center
from extraction.bulk_rows import insert_rows
from extraction.entry_content import CONTENT_FIELDS
from extraction.held_slices import content_of, entries_of
from extraction.models import AcceptedSlice, ChartEntry, HeldSlice, Slice, SliceFigures
from extraction.pieces import batches
from extraction.rows import EntryRow, SliceRows, checksum
from extraction.slice_writing import FIGURE_FIELDS, figures_of
from extraction.suppressions import Suppressions, lock_centers

IsWanted = Callable[[str], bool]
_DAYS_AT_ONCE = 100
_PATIENT = CONTENT_FIELDS.index("patient_id")


def days_with(center: Center, is_wanted: IsWanted) -> Counter[dt.date]:
    """How many entries of patients that `is_wanted` takes each day of a center has."""
    found = Counter[dt.date]()
    slices = Slice.objects.filter(center=center, entry_count__gt=0).order_by("business_date")
    days = list(slices.values_list("business_date", flat=True))
    for start in range(0, len(days), _DAYS_AT_ONCE):
        some = days[start : start + _DAYS_AT_ONCE]
        rows = ChartEntry.objects.filter(center=center, business_date__range=(some[0], some[-1])).order_by()
        found.update(day for day, patient in rows.values_list("business_date", "patient_id") if is_wanted(patient))
    return found


def held_with(center: Center, is_wanted: IsWanted) -> list[HeldSlice]:
    """The held slices of a center that have entries of such patients."""
    held = HeldSlice.objects.filter(center=center).exclude(content="").order_by("pk")
    return [row for row in held if any(is_wanted(entry.patient_id) for entry in entries_of(row.content))]


def stored_rows(center_pk: int, day: dt.date) -> SliceRows:
    """The slice as it has landed."""
    rows = ChartEntry.objects.filter(center_id=center_pk, business_date=day).order_by("position")
    return SliceRows(day, tuple(_entry(*row) for row in rows.values_list(*CONTENT_FIELDS)))


@transaction.atomic
def erase_day(center: Center, day: dt.date, is_wanted: IsWanted) -> int:
    """Take the patients out of a landed slice; how many entries went."""
    lock_centers([center.pk])
    on_day = {"center_id": center.pk, "business_date": day}
    rows = ChartEntry.objects.filter(**on_day).order_by("position").values_list("pk", *CONTENT_FIELDS)
    gone, left = list[int](), list[EntryRow]()
    for pk, *row in rows:
        if is_wanted(row[_PATIENT]):
            gone.append(pk)
        else:
            left.append(_entry(*row))
    if not gone:
        return 0
    for some in batches(gone):
        ChartEntry.objects.filter(pk__in=some).delete()
    _describe(center.pk, SliceRows(day, tuple(left)), len(gone))
    return len(gone)


def _entry(*row: str) -> EntryRow:
    return EntryRow._make((*row[:-1], tuple(json.loads(row[-1]))))


def _describe(center_pk: int, rows: SliceRows, erased: int) -> None:
    """Write figures and manifest of what is left of a slice."""
    on_day, content = {"center_id": center_pk, "business_date": rows.business_date}, checksum(rows)
    SliceFigures.objects.filter(**on_day).delete()
    if rows.entries:
        insert_rows(SliceFigures, FIGURE_FIELDS, [figures_of(center_pk, rows)])
    manifest = Slice.objects.get(**on_day)
    # A person's word about the day goes on to hold for what is left of it.
    accepted = AcceptedSlice.objects.filter(**on_day, checksum=manifest.checksum)
    accepted.update(checksum=content, entry_count=len(rows.entries))
    manifest.entry_count, manifest.checksum = len(rows.entries), content
    manifest.suppressed_count += erased
    manifest.save(update_fields=["entry_count", "checksum", "suppressed_count"])


@transaction.atomic
def erase_held(found: HeldSlice, suppressed: Suppressions) -> bool:
    """Take suppressed patients out of a held slice; False when there was none."""
    lock_centers([found.center_id])
    # A run may have held other rows since, or a person may have decided.
    held = HeldSlice.objects.select_related("center").filter(pk=found.pk).exclude(content="").first()
    if held is None:
        return False
    stored = SliceRows(held.business_date, entries_of(held.content), held.suppressed_count)
    rows = suppressed.without(held.center.center_id, stored)
    if rows is stored:
        return False
    held.content, held.checksum = content_of(rows), checksum(rows)
    held.entry_count, held.suppressed_count = len(rows.entries), rows.suppressed
    held.save(update_fields=["content", "checksum", "entry_count", "suppressed_count"])
    return True
