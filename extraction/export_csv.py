"""Chart entries as CSV: one form for machines, one for spreadsheets. *Pure*."""

from collections.abc import Callable, Iterator

from dentalhub.spreadsheet_cells import BYTE_ORDER_MARK, neutralise, quote
from extraction.export_rows import COLUMNS, Batches, codes_cell

_MOST_REMEMBERED = 20_000


def machine_csv(batches: Batches) -> Iterator[bytes]:
    """RFC 4180: commas, CRLF, values unchanged, service codes joined by commas in one cell."""
    return _csv(batches, ",", _machine_cell, "")


def spreadsheet_csv(batches: Batches) -> Iterator[bytes]:
    """For a German spreadsheet: byte order mark, semicolons, and no cell that would be run as a formula."""
    return _csv(batches, ";", _spreadsheet_cell, BYTE_ORDER_MARK)


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
