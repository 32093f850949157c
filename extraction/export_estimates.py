"""How many entries an export will have, without reading them."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from extraction.entries import center_keys, find
from extraction.entry_filter import EntryFilter
from extraction.export_filters import is_storable
from extraction.export_formats import ExportFormat
from extraction.models import Slice

# Counting more than this one by one would keep a person waiting.
MOST_COUNTED = 200_000
# A workbook has to be complete before the first byte leaves, and takes ten times as long as CSV.
XLSX_WEIGHT = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """So many entries; `is_exact` is False when there may be fewer."""

    rows: int
    is_exact: bool


def estimate(wanted: EntryFilter) -> Estimate:
    """Days and centers are summed over the manifests; what narrows further is counted while there are few."""
    slices = Slice.objects.all()
    if wanted.date_from:
        slices = slices.filter(business_date__gte=wanted.date_from)
    if wanted.date_to:
        slices = slices.filter(business_date__lte=wanted.date_to)
    centers = center_keys(wanted)
    if centers is not None:
        slices = slices.filter(center_id__in=centers)
    most = slices.aggregate(rows=Sum("entry_count"))["rows"] or 0
    narrows = wanted.status or wanted.service_code or not is_storable(wanted)
    if not narrows:
        return Estimate(most, True)
    return Estimate(find(wanted).count(), True) if most <= MOST_COUNTED else Estimate(most, False)


def is_large(rows: int, form: ExportFormat) -> bool:
    """True when nobody should wait for the download."""
    most: int = settings.EXPORT_BACKGROUND_ROWS
    return rows * (XLSX_WEIGHT if form is ExportFormat.XLSX else 1) > most
