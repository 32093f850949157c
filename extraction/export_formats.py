"""The forms that an export can have. *Pure*."""

import datetime as dt
from enum import StrEnum

from django.utils.translation import gettext as _


class ExportFormat(StrEnum):
    """A form; its value stands in addresses, rows and options."""

    CSV = "csv"
    SPREADSHEET = "spreadsheet"
    JSON = "json"
    JSON_LINES = "jsonl"
    XLSX = "xlsx"

    @property
    def extension(self) -> str:
        """The ending of a file's name, without dot."""
        return "csv" if self is ExportFormat.SPREADSHEET else self.value

    @property
    def content_type(self) -> str:
        """The MIME type of a download."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.SPREADSHEET: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json; charset=utf-8",
    ExportFormat.JSON_LINES: "application/jsonl; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def format_choices() -> list[tuple[str, str]]:
    """Each form's value, and what people call it."""
    return [
        (ExportFormat.XLSX.value, _("Excel (XLSX)")),
        (ExportFormat.SPREADSHEET.value, _("CSV for spreadsheets")),
        (ExportFormat.CSV.value, _("CSV for machines")),
        (ExportFormat.JSON.value, _("JSON")),
        (ExportFormat.JSON_LINES.value, _("JSON Lines")),
    ]


def file_name(date_from: dt.date | None, date_to: dt.date | None, form: ExportFormat) -> str:
    """`chart_entries_2026-11-20.csv`, or with both days of a range."""
    days = [day.isoformat() for day in dict.fromkeys((date_from, date_to)) if day]
    name = "_".join(["chart_entries", *days])
    return f"{name}{'_spreadsheet' if form is ExportFormat.SPREADSHEET else ''}.{form.extension}"
