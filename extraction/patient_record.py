"""Everything that is stored about one patient of a center: the answer to a patient's request (Art. 15 GDPR)."""

import json
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from centers.models import Center
from dentalhub.audit import record
from extraction.erased_slices import held_with
from extraction.export_csv import machine_csv
from extraction.export_rows import Batch, CenterNames
from extraction.held_slices import entries_of
from extraction.models import ChartEntry
from extraction.pseudonyms import Pseudonym, pseudonym_of


@dataclass(frozen=True, slots=True)
class PatientEntry:
    """One chart entry; `is_held`: it waits beside the results until a person decides about its day."""

    date: str
    insurance_status: str
    insurance_name: str
    chart_entry: str
    service_codes: tuple[str, ...]
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """What is stored of a patient, by date."""

    center: Center
    patient_id: str
    entries: tuple[PatientEntry, ...]

    @property
    def pseudonym(self) -> Pseudonym:
        """What stands for the patient elsewhere."""
        return pseudonym_of(self.center.center_id, self.patient_id)


def record_of(center: Center, patient_id: str) -> PatientRecord:
    """Read all of it."""
    rows = ChartEntry.objects.filter(center=center, patient_id=patient_id).order_by("business_date", "position")
    # The database may take "ab" and "AB" for one.
    landed = [
        PatientEntry(
            row.business_date.isoformat(), row.insurance_status, row.insurance_name, row.chart_entry, row.codes
        )
        for row in rows
        if row.patient_id == patient_id
    ]
    held = [
        PatientEntry(
            day.business_date.isoformat(),
            row.insurance_status,
            row.insurance_name,
            row.chart_entry,
            row.service_codes,
            is_held=True,
        )
        for day in held_with(center, patient_id.__eq__)
        for row in entries_of(day.content)
        if row.patient_id == patient_id
    ]
    return PatientRecord(center, patient_id, tuple(sorted([*landed, *held], key=lambda entry: entry.date)))


def as_json(found: PatientRecord) -> bytes:
    """A document with all fields."""
    document = {
        "center_id": found.center.center_id,
        "center_name": found.center.name,
        "patient_id": found.patient_id,
        "pseudonym": str(found.pseudonym),
        "exported_at": timezone.now().isoformat(timespec="seconds"),
        "entries": [
            {
                "date": entry.date,
                "insurance_status": entry.insurance_status,
                "insurance_name": entry.insurance_name,
                "chart_entry": entry.chart_entry,
                "service_codes": list(entry.service_codes),
                "held": entry.is_held,
            }
            for entry in found.entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def as_csv(found: PatientRecord) -> bytes:
    """The entries as other exports have them."""
    rows = [
        (
            0,
            entry.date,
            found.patient_id,
            entry.insurance_status,
            entry.insurance_name,
            entry.chart_entry,
            json.dumps(list(entry.service_codes), ensure_ascii=False),
        )
        for entry in found.entries
    ]
    names = {0: CenterNames(found.center.center_id, found.center.name)}
    return b"".join(machine_csv([Batch(rows, names)]))


def note_export(found: PatientRecord, person: User | None, form: str, reference: str) -> None:
    """Write into the audit trail who took it: the pseudonym, never the id."""
    record(
        person,
        "patient.exported",
        found.center,
        pseudonym=str(found.pseudonym),
        entries=len(found.entries),
        format=form,
        reference=reference,
    )
