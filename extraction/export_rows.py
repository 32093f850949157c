"""A chart entry as it leaves the program. *Pure*."""

from dataclasses import dataclass

COLUMNS = (
    "center_id",
    "center_name",
    "date",
    "patient_id",
    "insurance_status",
    "insurance_name",
    "chart_entry",
    "service_codes",
)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """The exported fields in the order of COLUMNS; `date` is an ISO date."""

    center_id: str
    center_name: str
    date: str
    patient_id: str
    insurance_status: str
    insurance_name: str
    chart_entry: str
    service_codes: tuple[str, ...]
