"""What the rows of one day say about a mapping: do its keys join, are its codes decided, masked samples. *Pure*."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from extraction.dates import parse
from extraction.rows import EntryRow, Extraction, SourceRow, SourceRows
from extraction.source_ids import as_text, order, patient_key
from mappings.document import MappingDocument
from mappings.enums import DateFormat
from mappings.masking import masked
from mappings.value_shapes import shape_of

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class MaskedEntry:
    """One chart entry without anything of a patient in it."""

    patient_id: str
    insurance_status: str
    insurance_name: str
    chart_entry: str
    service_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayCounts:
    """`linked` and `insured` are entries, `services_known` are services of patients with an entry on that day."""

    entries: int = 0
    linked: int = 0
    insured: int = 0
    services: int = 0
    services_known: int = 0
    unknown_codes: int = 0


def newest_day(extraction: Extraction) -> dt.date | None:
    """The last day with a chart entry."""
    return max((part.business_date for part in extraction.slices if part.entries), default=None)


def day_counts(rows: SourceRows, day: dt.date, mapping: MappingDocument) -> DayCounts:
    """The counts of `day` in the rows of a batch that covers it."""
    ids = mapping.patient_id_form
    patients = [patient_key(row[1], ids) for row in rows.entries if _is_on(row[2], day, mapping, "KARTEI")]
    services = [patient_key(row[0], ids) for row in rows.services if _is_on(row[1], day, mapping, "LEISTUNG")]
    known = frozenset(patients)
    links = _chosen_links(rows.insurances, mapping)
    return DayCounts(
        entries=len(patients),
        linked=sum(patient in links for patient in patients),
        insured=sum(patient in links and links[patient][3] is not None for patient in patients),
        services=len(services),
        services_known=sum(patient in known for patient in services),
        unknown_codes=len(_undecided(rows.insurances, mapping)),
    )


def masked_entries(extraction: Extraction, day: dt.date) -> tuple[MaskedEntry, ...]:
    """The first SAMPLES entries of `day`."""
    found = next((part.entries for part in extraction.slices if part.business_date == day), ())
    return tuple(_masked(entry) for entry in found[:SAMPLES])


def _masked(entry: EntryRow) -> MaskedEntry:
    return MaskedEntry(
        _outline(entry.patient_id),
        entry.insurance_status,
        _outline(entry.insurance_name),
        _outline(entry.chart_entry),
        tuple(_outline(code) for code in entry.service_codes),
    )


def _outline(value: str) -> str:
    shape = shape_of(value)
    return "" if shape is None else masked(value, shape)


def _is_on(value: object, day: dt.date, mapping: MappingDocument, table: str) -> bool:
    return parse(value, mapping.table(table).date_format or DateFormat.INT) == day


def _chosen_links(rows: Sequence[SourceRow], mapping: MappingDocument) -> dict[str, SourceRow]:
    """Each patient's link with the highest id, as the extraction chooses it."""
    ranked = sorted((row for row in rows if row[0] is not None), key=lambda row: order(row[1]))
    return {patient_key(row[0], mapping.patient_id_form): row for row in ranked}


def _undecided(rows: Sequence[SourceRow], mapping: MappingDocument) -> set[str]:
    decided = {code.strip().upper() for code, _status in mapping.insurance_codes}
    return {as_text(row[4]).strip().upper() for row in rows if row[3] is not None} - decided - {""}
