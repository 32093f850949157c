"""The CSV for spreadsheets, opened by LibreOffice: no cell is a formula, and the texts are those that went in."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from dentalhub.spreadsheet_cells import neutralise
from extraction.export_csv import spreadsheet_csv
from tests.extraction.exported import HARD_TEXTS, batch, row_with

# Semicolon, quotation mark, UTF-8, from the first line, all columns as they are.
READ = "CSV:59,34,76,1"
# Comma, quotation mark, UTF-8; formulas as formulas, so that one would show.
WRITE = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"
OFFICE = shutil.which("soffice") or ""


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
def test_spreadsheet_csv_opens_in_libreoffice(tmp_path: Path) -> None:
    texts = [
        text for text in HARD_TEXTS if text and text == text.strip() and not text[0].isdigit() and "\r" not in text
    ]
    source, folder = tmp_path / "entries.csv", tmp_path / "again"
    source.write_bytes(b"".join(spreadsheet_csv([batch(*map(row_with, texts))])))
    command = [OFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", f"--infilter={READ}"]
    subprocess.run([*command, "--convert-to", WRITE, "--outdir", str(folder), str(source)], check=True, timeout=120)
    with (folder / "entries.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(texts) + 1
    for row, text in zip(rows[1:], texts, strict=True):
        # LibreOffice may take the apostrophe for its own mark of a text, and shows the rest.
        assert row[6] in (neutralise(text), text)
        assert row[1] == "Praxis Müller"
