"""The extraction semantics row by row, as plainly as can be: what `extraction.rows` is compared with. *Pure*.

Values are converted one after the other and every order is a sort by `order`.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping

from extraction.dates import days, parse
from extraction.rows import UNINSURED, EntryRow, Extraction, Insurance, SliceRows, SourceRow, SourceRows, insurance_of
from extraction.source_ids import Order, as_text, order, patient_key
from mappings.enums import DateFormat, PatientIdForm


def plain_assemble(
    source: SourceRows,
    date_from: dt.date,
    date_to: dt.date,
    *,
    entry_dates: DateFormat,
    service_dates: DateFormat,
    insurance_codes: Mapping[str, str],
    patient_ids: PatientIdForm | None,
) -> Extraction:
    """What `rows.assemble` says."""
    insurances = _insurances(source.insurances, insurance_codes, patient_ids)
    codes = _codes(source.services, service_dates, patient_ids)
    found: dict[dt.date, list[SourceRow]] = {day: [] for day in days(date_from, date_to)}
    undated = 0
    for row in source.entries:
        day = parse(row[2], entry_dates)
        if day in found:
            found[day].append(row)
        elif day is None:
            undated += 1
    slices = (SliceRows(day, _entries(day, rows, insurances, codes, patient_ids)) for day, rows in found.items())
    return Extraction(tuple(slices), max(undated, source.undated))


def plain_checksum(rows: SliceRows) -> str:
    """What `rows.checksum` says."""
    content = [
        [row.row_id, row.patient_id, row.insurance_status, row.insurance_name, row.chart_entry, list(row.service_codes)]
        for row in rows.entries
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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


def _insurances(
    rows: Iterable[SourceRow], codes: Mapping[str, str], patient_ids: PatientIdForm | None
) -> dict[str, Insurance]:
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


def _codes(
    rows: Iterable[SourceRow], date_format: DateFormat, patient_ids: PatientIdForm | None
) -> dict[tuple[str, dt.date], tuple[str, ...]]:
    grouped: dict[tuple[str, dt.date], dict[str, None]] = {}
    for patient, date, code, _row_id in sorted(rows, key=lambda row: order(row[3])):
        day, text = parse(date, date_format), as_text(code).strip()
        if day is None or patient is None or not text:
            continue
        grouped.setdefault((patient_key(patient, patient_ids), day), {})[text] = None
    return {key: tuple(codes) for key, codes in grouped.items()}
