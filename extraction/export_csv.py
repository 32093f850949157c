"""Chart entries as CSV: one form for machines, one for spreadsheets. *Pure*."""

import re
from collections.abc import Callable, Iterator

from extraction.export_rows import COLUMNS, Batches, codes_cell

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet may take for the beginning of a formula, with the full-width and small forms, behind anything
# that it does not show.
_FORMULA = re.compile(r"[\s\0\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫]")
# Spreadsheets end a file or a cell at some of them, and show none.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REPLACEMENT = "\ufffd"
_MOST_REMEMBERED = 20_000


def machine_csv(batches: Batches) -> Iterator[bytes]:
    """RFC 4180: commas, CRLF, values unchanged, service codes joined by commas in one cell."""
    return _csv(batches, ",", _machine_cell, "")


def spreadsheet_csv(batches: Batches) -> Iterator[bytes]:
    """For a German spreadsheet: byte order mark, semicolons, and no cell that would be run as a formula."""
    return _csv(batches, ";", _spreadsheet_cell, BYTE_ORDER_MARK)


def quote(cell: str, delimiter: str) -> str:
    """The cell as it stands between two delimiters: what csv.writer does, which takes twice as long for a file."""
    if '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return f'"{cell}"' if delimiter in cell or "\n" in cell or "\r" in cell else cell


def neutralise(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet would take it for a formula.

    Control characters other than tab and line breaks become U+FFFD.
    """
    if not cell.isprintable():
        cell = _CONTROL.sub(_REPLACEMENT, cell)
    if cell[:1].isalnum():
        return cell
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _machine_cell(cell: str) -> str:
    return quote(cell, ",")


def _spreadsheet_cell(cell: str) -> str:
    return quote(neutralise(cell), ";")


class _Remembered(dict[str, str]):
    """What became of a value; patients, insurers and codes come again and again. Lives as long as its export."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: str) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[value] = made = self._make(value)
        return made


def _csv(batches: Batches, delimiter: str, cell: Callable[[str], str], mark: str) -> Iterator[bytes]:
    yield f"{mark}{delimiter.join(COLUMNS)}\r\n".encode()
    d, known, codes = delimiter, _Remembered(cell), _Remembered(lambda text: cell(codes_cell(text)))
    for rows, centers in batches:
        center = {pk: d.join(map(cell, centers[pk])) for pk in {row[0] for row in rows}}
        lines = [
            f"{center[pk]}{d}{date}{d}{known[patient]}{d}{known[status]}{d}{known[insurer]}{d}"
            f"{cell(text)}{d}{codes[service_codes]}\r\n"
            for pk, date, patient, status, insurer, text, service_codes in rows
        ]
        yield "".join(lines).encode()
