"""XLSX, read back from its XML: every cell is the text that went in."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from extraction import export_xlsx
from extraction.export_rows import COLUMNS
from extraction.export_xlsx import CELL_UNITS, cut_to_fit, write_xlsx
from tests.extraction.exported import HARD_TEXTS, ROW, batch, row_with

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FULL = ["center_01", "Praxis Müller", "2026-11-20", "0042", "GKV", "AOK Bayern", "Füllung", "01,Ä1"]


def read_sheets(file: Path) -> list[list[dict[str, str]]]:
    """Each sheet's rows as column letter to text; any cell that is no inline text fails."""
    sheets = []
    with zipfile.ZipFile(file) as book:
        assert book.testzip() is None
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        for name in names:
            root = ElementTree.fromstring(book.read(name))  # noqa: S314
            sheets.append([_cells(row) for row in root.iter(f"{SPREADSHEET}row")])
    return sheets


def _cells(row: ElementTree.Element) -> dict[str, str]:
    cells = {}
    for cell in row:
        assert cell.get("t") == "inlineStr"
        assert [child.tag for child in cell] == [f"{SPREADSHEET}is"]
        assert [child.tag for child in cell[0]] == [f"{SPREADSHEET}t"]
        # XML gives every line break as \n; what Excel escapes as _xHHHH_ it shows as that character.
        text = cell[0][0].text or ""
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
        cells[re.sub(r"\d", "", cell.get("r", ""))] = text
    return cells


def test_rows_read_back(tmp_path: Path) -> None:
    assert write_xlsx(tmp_path / "new.xlsx", [batch(ROW), batch(ROW)]) == 0
    (rows,) = read_sheets(tmp_path / "new.xlsx")
    assert [list(row.values()) for row in rows] == [list(COLUMNS), FULL, FULL]
    assert list(rows[0]) == list("ABCDEFGH")


@pytest.mark.parametrize("text", [text for text in HARD_TEXTS if text])
def test_hard_text_is_that_text(text: str, tmp_path: Path) -> None:
    assert write_xlsx(tmp_path / "new.xlsx", [batch(row_with(text))]) == 0
    (rows,) = read_sheets(tmp_path / "new.xlsx")
    assert rows[1]["G"].replace("\r\n", "\n").replace("\r", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


def test_no_formula_link_or_number_is_in_the_file(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "new.xlsx", [batch(*map(row_with, HARD_TEXTS))])
    with zipfile.ZipFile(tmp_path / "new.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert [name for name in book.namelist() if "_rels/sheet" in name] == []
    for part in ("<f>", "<f ", "<v>", "hyperlink"):
        assert part not in sheet
    assert '<c r="G11" t="inlineStr"><is><t>=1+1</t></is></c>' in sheet
    assert '<c r="G29" t="inlineStr"><is><t xml:space="preserve">&lt;r&gt;&lt;t&gt;markup&lt;/t&gt;' in sheet


def test_full_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_xlsx, "SHEET_ROWS", 3)
    write_xlsx(tmp_path / "new.xlsx", [batch(*(row_with(f"Text {number}") for number in range(5)))])
    texts = [[row.get("G") for row in rows] for rows in read_sheets(tmp_path / "new.xlsx")]
    assert texts == [
        ["chart_entry", "Text 0", "Text 1"],
        ["chart_entry", "Text 2", "Text 3"],
        ["chart_entry", "Text 4"],
    ]


def test_too_long_entry_is_cut_and_counted(tmp_path: Path) -> None:
    texts = ["ä" * CELL_UNITS, "ä" * (CELL_UNITS + 1), "🦷" * 16_384]
    assert write_xlsx(tmp_path / "new.xlsx", [batch(*map(row_with, texts))]) == 2
    (rows,) = read_sheets(tmp_path / "new.xlsx")
    assert rows[1]["G"] == texts[0]
    assert rows[2]["G"] == "ä" * (CELL_UNITS - 4) + " […]"
    assert rows[3]["G"] == "🦷" * 16_381 + " […]"


@pytest.mark.parametrize("text", ["", "a" * CELL_UNITS, "🦷" * (CELL_UNITS // 2)])
def test_text_that_fits_is_not_cut(text: str) -> None:
    assert cut_to_fit(text) is text


def test_temporary_files_are_gone(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "new.xlsx", [batch(ROW)])
    assert [file.name for file in tmp_path.iterdir()] == ["new.xlsx"]
