"""Chart entries as an XLSX workbook, in constant memory: rows go to a temporary file as they come."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from extraction.export_rows import COLUMNS, Batches, codes_cell

# A sheet's last row, the head included; what does not fit goes to the next sheet.
SHEET_ROWS = 1_048_576
# What a cell holds, in UTF-16 units.
CELL_UNITS = 32_767
_CUT_MARK = " […]"
_WIDTHS = (12, 28, 11, 12, 14, 24, 60, 24)
# Nothing is guessed from a value: no formula, number or link.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}


class _PlainSheet(Worksheet):  # type: ignore[misc]
    """In constant memory XlsxWriter puts a text that looks like `<r>…</r>` into the file as it is: as markup."""

    def _xml_rich_inline_string(self, string: str, attributes: Iterable[tuple[str, Any]] = ()) -> None:
        self._xml_inline_string(string, True, attributes)


def write_xlsx(target: Path, batches: Batches) -> int:
    """Write the workbook; every cell is text. Returns how many cells were too long and were cut. Raises OSError.

    `target` must not be there yet; its directory takes the temporary files.
    """
    options = _OPTIONS | {"tmpdir": str(target.parent)}
    cut = 0
    with Workbook(str(target), options) as book:
        number, row_number = 1, 1
        sheet = _sheet(book, number)
        for batch in batches:
            for row in batch.full_rows():
                if row_number == SHEET_ROWS:
                    number, row_number = number + 1, 1
                    sheet = _sheet(book, number)
                cut += _write_row(sheet, row_number, (*row[:7], codes_cell(row[7])))
                row_number += 1
    return cut


def cut_to_fit(cell: str) -> str:
    """The beginning of a text that is too long for a cell, with a mark behind it; any other text unchanged."""
    if len(cell) * 2 <= CELL_UNITS or len(cell.encode("utf-16-le")) // 2 <= CELL_UNITS:
        return cell
    room = (CELL_UNITS - len(_CUT_MARK)) * 2
    return cell.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT_MARK


def _sheet(book: Workbook, number: int) -> Worksheet:
    sheet = book.add_worksheet(f"chart_entries_{number}", worksheet_class=_PlainSheet)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _write_row(sheet, 0, COLUMNS)
    return sheet


def _write_row(sheet: Worksheet, number: int, cells: Sequence[str]) -> int:
    cut = 0
    for column, cell in enumerate(cells):
        if not cell:
            continue
        text = cut_to_fit(cell)
        cut += text is not cell
        sheet.write_string(number, column, text)
    return cut
