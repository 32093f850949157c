"""Cells of files that a spreadsheet opens: nothing of them is run as a formula. *Pure*."""

import re

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet may take for the beginning of a formula, with the full-width and small forms, behind anything
# that it does not show.
_FORMULA = re.compile(r"[\s\0\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫]")
# Spreadsheets end a file or a cell at some of them, and show none.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REPLACEMENT = "\ufffd"


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
