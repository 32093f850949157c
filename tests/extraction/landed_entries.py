"""Entries in the results, put there by what lands them."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from centers.models import Center
from extraction.models import ExtractionRun
from extraction.pieces import Piece, landed_slices
from extraction.rows import EntryRow, SliceRows, checksum
from extraction.slice_writing import write_slices
from mappings.models import Mapping
from tests.extraction.builders import approve, catalog, document


def land_entries(center: Center, day: dt.date, *entries: EntryRow) -> ExtractionRun:
    """Make `entries` the slice of `center` on `day`; run and approved mapping are made where there are none."""
    mapping = Mapping.objects.filter(center=center).first() or approve(center, document(), catalog())
    run, _created = ExtractionRun.objects.get_or_create(
        idempotency_key=f"{day}", defaults={"date_from": day, "date_to": day, "workers": 1}
    )
    rows = SliceRows(day, entries)
    before = landed_slices({(center.pk, day)}).get((center.pk, day))
    with transaction.atomic():
        write_slices([Piece(center.pk, rows, checksum(rows), mapping.pk, run.pk, timezone.now(), before)])
    return run
