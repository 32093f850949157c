"""What a perfect extraction would find in a practice (*pure*).

Written from the rules alone, in the plainest way, over the logical rows: it shares nothing with the production
query and does not know how the source is stored.
"""

from collections.abc import Mapping
from typing import Any

from dentalhub.sandbox.rows import ChartRow, InsurerRow, LinkRow, Practice

SELF_PAYER = "Selbstzahler"
STATUTORY = "GKV"
DEFAULT_CODES: Mapping[str, str] = {"P": "PKV"}


def chart_entries(
    practice: Practice, patient_texts: Mapping[int, str], codes: Mapping[str, str] = DEFAULT_CODES
) -> dict[str, list[dict[str, Any]]]:
    """All expected chart entries by ISO date, ordered by patient and row id; dates without any are absent.

    ``patient_texts`` gives each patient id as the source writes it; ``codes`` maps kind codes to a status.
    """
    insurance = insurance_by_patient(practice, codes)
    services = service_codes_by_visit(practice)
    days: dict[str, list[ChartRow]] = {}
    for chart in practice.charts:
        if chart.day is not None and not chart.deleted:
            days.setdefault(chart.day.isoformat(), []).append(chart)
    return {
        day: [
            {
                "row_id": chart.id,
                "patient_id": patient_texts[chart.patient_id],
                "insurance_status": insurance[chart.patient_id][0],
                "insurance_name": insurance[chart.patient_id][1],
                "chart_entry": chart.text or "",
                "service_codes": services.get((chart.patient_id, day), []),
            }
            for chart in sorted(days[day], key=lambda chart: (chart.patient_id, chart.id))
        ]
        for day in sorted(days)
    }


def undated_entries(practice: Practice) -> int:
    """Number of chart rows that are not deleted and whose stored day is no date."""
    return sum(1 for chart in practice.charts if chart.day is None and not chart.deleted)


def insurance_by_patient(practice: Practice, codes: Mapping[str, str] = DEFAULT_CODES) -> dict[int, tuple[str, str]]:
    """Insurance status and insurer name of each patient."""
    insurers = {insurer.id: insurer for insurer in practice.insurers}
    links: dict[int, list[LinkRow]] = {}
    for link in practice.links:
        links.setdefault(link.patient_id, []).append(link)
    return {patient.id: _insurance(links.get(patient.id, []), insurers, codes) for patient in practice.patients}


def _insurance(links: list[LinkRow], insurers: Mapping[int, InsurerRow], codes: Mapping[str, str]) -> tuple[str, str]:
    for link in sorted(links, key=lambda link: link.id, reverse=True):
        if link.deleted:
            continue
        insurer = insurers.get(link.insurer_id) if link.insurer_id is not None else None
        if insurer is None:
            return SELF_PAYER, ""
        if insurer.deleted:
            continue
        kind = (insurer.kind or "").strip(" ").upper()
        status = codes.get(kind, STATUTORY) if kind else SELF_PAYER
        return status, insurer.name
    return SELF_PAYER, ""


def service_codes_by_visit(practice: Practice) -> dict[tuple[int, str], list[str]]:
    """Service codes of each patient on each ISO date: row order, trimmed, no empty ones, no duplicates."""
    visits: dict[tuple[int, str], list[str]] = {}
    for service in sorted(practice.services, key=lambda service: service.id):
        code = (service.code or "").strip(" ")
        if service.day is None or service.deleted or not code:
            continue
        found = visits.setdefault((service.patient_id, service.day.isoformat()), [])
        if code not in found:
            found.append(code)
    return visits
