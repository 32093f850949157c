"""Chart entries as CSV: one form for machines, one for spreadsheets. *Pure*."""

import csv
from collections.abc import Iterable, Iterator

from extraction.export_rows import COLUMNS, ExportRow

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for the beginning of a formula, with the full-width forms.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that gives back what is written into it: csv.writer then returns each line."""

    def write(self, text: str) -> str:
        return text


def machine_csv(rows: Iterable[ExportRow]) -> Iterator[str]:
    """RFC 4180: commas, CRLF, values unchanged, service codes joined by commas in one cell."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield str(writer.writerow(COLUMNS))
    for row in rows:
        yield str(writer.writerow(_cells(row, ",")))


def spreadsheet_csv(rows: Iterable[ExportRow]) -> Iterator[str]:
    """For a German spreadsheet: byte order mark, semicolons, and no cell that would be run as a formula."""
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield BYTE_ORDER_MARK + str(writer.writerow(COLUMNS))
    for row in rows:
        yield str(writer.writerow([neutralise(cell) for cell in _cells(row, ",")]))


def neutralise(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _cells(row: ExportRow, separator: str) -> list[str]:
    return [
        row.center_id,
        row.center_name,
        row.date,
        row.patient_id,
        row.insurance_status,
        row.insurance_name,
        row.chart_entry,
        separator.join(row.service_codes),
    ]
