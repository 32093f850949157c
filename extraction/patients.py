"""What people see of patients: pseudonyms, or their own ids, which is written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from dentalhub.audit import record
from extraction.audit_regions import only_region
from extraction.models import ChartEntry
from extraction.pseudonyms import Pseudonym, pseudonym_of


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry as a page shows it; `patient_id` is empty unless it is revealed."""

    row: ChartEntry
    pseudonym: Pseudonym
    patient_id: str = ""


def pseudonymised(entries: Sequence[ChartEntry]) -> list[SeenEntry]:
    """The entries, whose centers are loaded, without patient ids."""
    return [SeenEntry(entry, pseudonym_of(entry.center.center_id, entry.patient_id)) for entry in entries]


def revealed(
    entries: Sequence[ChartEntry], person: User | AnonymousUser, *, reason: str, note: str = ""
) -> list[SeenEntry]:
    """The entries with patient ids, for `person`, who may see them (`may_reveal_patients`).

    The audit event says why (`RevealReason`), how many entries and patients, and of which
    centers and days; no patient.
    """
    days = [entry.business_date for entry in entries]
    record(
        person,
        "patients.revealed",
        "extraction.chartentry",
        region=only_region({entry.center_id for entry in entries}),
        reason=reason,
        note=note,
        entries=len(entries),
        patients=len({(entry.center_id, entry.patient_id) for entry in entries}),
        centers=sorted({entry.center.center_id for entry in entries}),
        date_from=min(days).isoformat() if days else None,
        date_to=max(days).isoformat() if days else None,
    )
    return [
        SeenEntry(entry, pseudonym_of(entry.center.center_id, entry.patient_id), entry.patient_id) for entry in entries
    ]
