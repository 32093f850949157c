"""How many entries an export will have, without reading them."""

from dataclasses import dataclass, replace

from django.conf import settings

from extraction.entries import find
from extraction.entry_filter import EntryFilter
from extraction.entry_totals import entry_count
from extraction.export_formats import ExportFormat

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
    """What the slices' figures tell is exact; what narrows further is counted while there are few."""
    exact = entry_count(wanted)
    if exact is not None:
        return Estimate(exact, True)
    most = entry_count(replace(wanted, text="", pseudonym="", service_code="")) or 0
    return Estimate(find(wanted).count(), True) if most <= MOST_COUNTED else Estimate(most, False)


def is_large(rows: int, form: ExportFormat) -> bool:
    """True when nobody should wait for the download."""
    most: int = settings.EXPORT_BACKGROUND_ROWS
    return rows * (XLSX_WEIGHT if form is ExportFormat.XLSX else 1) > most
