"""From the rows of a source to slices: who is insured how, which codes belong to which day, in which order. *Pure*."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extraction.dates import days, parse
from extraction.source_ids import as_text, patient_key
from mappings.enums import DateFormat, InsuranceStatus, PatientIdForm

SourceRow = Sequence[Any]
Order = tuple[int, Decimal, str]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One chart entry, as it is landed; `row_id` and `patient_id` are the source's values as text."""

    row_id: str
    patient_id: str
    insurance_status: str
    insurance_name: str
    chart_entry: str
    service_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SliceRows:
    """All chart entries of one center on one business date, in order."""

    business_date: dt.date
    entries: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True)
class Extraction:
    """One slice for each day that was asked for, empty days too; `undated`: live chart rows whose date is none."""

    slices: tuple[SliceRows, ...]
    undated: int = 0

    @property
    def entry_count(self) -> int:
        """The entries of all slices."""
        return sum(len(item.entries) for item in self.slices)


@dataclass(frozen=True, slots=True)
class SourceRows:
    """What the one batch brought, in the column order of `extraction.query`.

    `entries`: id, patient, date, text. `services`: patient, date, code, id. `insurances`: patient, link id, insurer id
    as the link has it, insurer id as the insurer has it (None: no such insurer), kind code, name.
    """

    entries: Sequence[SourceRow]
    services: Sequence[SourceRow] = ()
    insurances: Sequence[SourceRow] = ()
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Insurance:
    """Status and insurer of a patient."""

    status: str
    name: str


UNINSURED = Insurance(InsuranceStatus.SELF_PAYER.value, "")


def assemble(
    source: SourceRows,
    date_from: dt.date,
    date_to: dt.date,
    *,
    entry_dates: DateFormat,
    service_dates: DateFormat = DateFormat.INT,
    insurance_codes: Mapping[str, str] | None = None,
    patient_ids: PatientIdForm | None = None,
) -> Extraction:
    """One slice per day from `date_from` to `date_to`, one entry per chart row: never more, never fewer.

    Rows of one patient meet by `patient_key` in the form `patient_ids`, whatever types the tables hold. A chart row
    without a date belongs to no slice; it is counted in `undated`.
    """
    statuses = insurance_codes or {"P": InsuranceStatus.PKV.value}
    insurances = choose_insurances(source.insurances, statuses, patient_ids)
    codes = group_codes(source.services, service_dates, patient_ids)
    found: dict[dt.date, list[SourceRow]] = {day: [] for day in days(date_from, date_to)}
    undated = 0
    for row in source.entries:
        day = parse(row[2], entry_dates)
        if day in found:
            found[day].append(row)
        elif day is None:
            undated += 1
    return Extraction(
        slices=tuple(
            SliceRows(day, _entries(day, rows, insurances, codes, patient_ids)) for day, rows in found.items()
        ),
        # The source's own count covers all days, so it holds the ones met here already.
        undated=max(undated, source.undated),
    )


def _entries(
    day: dt.date,
    rows: Iterable[SourceRow],
    insurances: Mapping[str, Insurance],
    codes: Mapping[tuple[str, dt.date], tuple[str, ...]],
    patient_ids: PatientIdForm | None,
) -> tuple[EntryRow, ...]:
    entries = []
    for row_id, patient, _date, text in sorted(rows, key=lambda row: (order(row[1]), order(row[0]))):
        patient_id = patient_key(patient, patient_ids)
        insurance = insurances.get(patient_id, UNINSURED)
        entries.append(
            EntryRow(
                row_id=as_text(row_id),
                patient_id=patient_id,
                insurance_status=insurance.status,
                insurance_name=insurance.name,
                chart_entry="" if text is None else str(text),
                service_codes=codes.get((patient_id, day), ()),
            )
        )
    return tuple(entries)


def choose_insurances(
    rows: Iterable[SourceRow], codes: Mapping[str, str], patient_ids: PatientIdForm | None = None
) -> dict[str, Insurance]:
    """Each patient's insurance: the link with the highest id among the live ones that the rows hold."""
    table = {code.strip().upper(): status for code, status in codes.items()}
    best: dict[str, tuple[Order, Insurance]] = {}
    for patient, link_id, _wanted, insurer_id, kind, name in rows:
        if patient is None:
            continue
        patient_id, rank = patient_key(patient, patient_ids), order(link_id)
        if patient_id in best and best[patient_id][0] > rank:
            continue
        best[patient_id] = rank, insurance_of(insurer_id, kind, name, table)
    return {patient_id: insurance for patient_id, (_rank, insurance) in best.items()}


def insurance_of(insurer_id: object, kind: object, name: object, codes: Mapping[str, str]) -> Insurance:
    """What a link means; `codes` has trimmed upper-case keys, and a code that it lacks is statutory."""
    if insurer_id is None:
        return UNINSURED
    code = as_text(kind).strip().upper()
    status = codes.get(code, InsuranceStatus.GKV.value) if code else InsuranceStatus.SELF_PAYER.value
    return Insurance(status, "" if name is None else str(name))


def group_codes(
    rows: Iterable[SourceRow], date_format: DateFormat, patient_ids: PatientIdForm | None = None
) -> dict[tuple[str, dt.date], tuple[str, ...]]:
    """Service codes by patient and day: in the order of row ids, trimmed, without empty ones and duplicates."""
    grouped: dict[tuple[str, dt.date], dict[str, None]] = {}
    for patient, date, code, _row_id in sorted(rows, key=lambda row: order(row[3])):
        day, text = parse(date, date_format), as_text(code).strip()
        if day is None or patient is None or not text:
            continue
        grouped.setdefault((patient_key(patient, patient_ids), day), {})[text] = None
    return {key: tuple(codes) for key, codes in grouped.items()}


def order(value: object) -> Order:
    """A sort key: NULL first, numbers by value, everything else as text."""
    if value is None:
        return 0, Decimal(0), ""
    if isinstance(value, int | float | Decimal):
        return 1, Decimal(value), ""
    return 2, Decimal(0), as_text(value)


def checksum(rows: SliceRows) -> str:
    """SHA-256 over the canonical form of the rows, in hexadecimal: equal slices have equal checksums."""
    content = [
        [row.row_id, row.patient_id, row.insurance_status, row.insurance_name, row.chart_entry, list(row.service_codes)]
        for row in rows.entries
    ]
    # A lone surrogate, which SQL Server may hold, has no UTF-8 form of its own.
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
