"""From the rows of a source to slices: who is insured how, which codes belong to which day, in which order. *Pure*."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from centers.phase_times import PhaseTimes
from extraction.dates import days, parse
from extraction.source_columns import columns_of, converted, places_by_rank, ranks, texts_of
from extraction.source_ids import as_text, patient_key
from mappings.enums import DateFormat, InsuranceStatus, PatientIdForm

SourceRow = Sequence[Any]
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class EntryRow(NamedTuple):
    """One chart entry, as it is landed; `row_id` and `patient_id` are the source's values as text.

    A tuple, because a backfill makes hundreds of thousands of them: made, written and hashed in half the time.
    """

    row_id: str
    patient_id: str
    insurance_status: str
    insurance_name: str
    chart_entry: str
    service_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SliceRows:
    """All chart entries of one center on one business date, in order.

    `suppressed`: how many more the source has that may not land; then `source_checksum` is that of all of them.
    """

    business_date: dt.date
    entries: tuple[EntryRow, ...]
    suppressed: int = 0
    source_checksum: str = ""

    @property
    def source_count(self) -> int:
        """How many rows the source has."""
        return len(self.entries) + self.suppressed


@dataclass(frozen=True, slots=True)
class Extraction:
    """One slice for each day that was asked for, empty days too; `undated`: live chart rows whose date is none.

    Where a range is read in pieces, `undated` counts in the last one (`adapters.base.Source.counts_undated`). `times`:
    what reading it took, where the adapter says so.
    """

    slices: tuple[SliceRows, ...]
    undated: int = 0
    times: PhaseTimes = field(default=PhaseTimes(), compare=False)

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
    row_ids, patients, dates, texts = columns_of(source.entries, 4)
    found: dict[dt.date, list[int]] = {day: [] for day in days(date_from, date_to)}
    entry_days = converted(dates, lambda date: parse(date, entry_dates))
    wanted = [place for place, day in enumerate(entry_days) if day in found]
    # Sorted by row id first and then by patient, what is equal stays as it is.
    for place in places_by_rank(patients, places_by_rank(row_ids, wanted)):
        if (day := entry_days[place]) is not None:
            found[day].append(place)
    undated = entry_days.count(None)
    keys, ids = converted(patients, lambda patient: patient_key(patient, patient_ids)), texts_of(row_ids)

    def entry(place: int, day: dt.date) -> EntryRow:
        patient_id, text = keys[place], texts[place]
        insurance = insurances.get(patient_id, UNINSURED)
        return EntryRow(
            ids[place],
            patient_id,
            insurance.status,
            insurance.name,
            "" if text is None else str(text),
            codes.get((patient_id, day), ()),
        )

    return Extraction(
        slices=tuple(SliceRows(day, tuple([entry(place, day) for place in places])) for day, places in found.items()),
        # The source's own count covers all days, so it holds the ones met here already.
        undated=max(undated, source.undated),
    )


def choose_insurances(
    rows: Sequence[SourceRow], codes: Mapping[str, str], patient_ids: PatientIdForm | None = None
) -> dict[str, Insurance]:
    """Each patient's insurance: the link with the highest id among the live ones that the rows hold."""
    table = {code.strip().upper(): status for code, status in codes.items()}
    patients, links, _wanted, insurers, kinds, names = columns_of(rows, 6)
    link_ranks = ranks(links)
    best: dict[str, int] = {}
    for place, patient_id in enumerate(converted(patients, lambda patient: patient_key(patient, patient_ids))):
        if patients[place] is None:
            continue
        other = best.get(patient_id)
        if other is None or link_ranks[place] >= link_ranks[other]:
            best[patient_id] = place
    return {
        patient_id: insurance_of(insurers[place], kinds[place], names[place], table)
        for patient_id, place in best.items()
    }


def insurance_of(insurer_id: object, kind: object, name: object, codes: Mapping[str, str]) -> Insurance:
    """What a link means; `codes` has trimmed upper-case keys, and a code that it lacks is statutory."""
    if insurer_id is None:
        return UNINSURED
    code = as_text(kind).strip().upper()
    status = codes.get(code, InsuranceStatus.GKV.value) if code else InsuranceStatus.SELF_PAYER.value
    return Insurance(status, "" if name is None else str(name))


def group_codes(
    rows: Sequence[SourceRow], date_format: DateFormat, patient_ids: PatientIdForm | None = None
) -> dict[tuple[str, dt.date], tuple[str, ...]]:
    """Service codes by patient and day: in the order of row ids, trimmed, without empty ones and duplicates."""
    patients, dates, codes, row_ids = columns_of(rows, 4)
    keys = converted(patients, lambda patient: None if patient is None else patient_key(patient, patient_ids))
    service_days = converted(dates, lambda date: parse(date, date_format))
    texts = converted(codes, lambda code: as_text(code).strip())
    grouped: dict[tuple[str, dt.date], dict[str, None]] = {}
    for place in places_by_rank(row_ids, range(len(rows))):
        key, day, text = keys[place], service_days[place], texts[place]
        if day is not None and key is not None and text:
            grouped.setdefault((key, day), {})[text] = None
    return {key: tuple(found) for key, found in grouped.items()}


def checksum(rows: SliceRows) -> str:
    """SHA-256 over the canonical form of the rows, in hexadecimal: equal slices have equal checksums."""
    # A lone surrogate, which SQL Server may hold, has no UTF-8 form of its own.
    return hashlib.sha256(_CANONICAL.encode(rows.entries).encode("utf-8", "surrogatepass")).hexdigest()
