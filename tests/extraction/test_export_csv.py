"""CSV, byte by byte."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dentalhub.spreadsheet_cells import neutralise, quote
from extraction.export_csv import machine_csv, spreadsheet_csv
from tests.extraction.exported import HARD_TEXTS, ROW, batch, row_with

HEADER = "center_id,center_name,date,patient_id,insurance_status,insurance_name,chart_entry,service_codes"
HARD = (2, "2026-11-20", "=1+1", "PKV", 'Die "Alte", AG', "a\r\nb; c", "[]")
AFTER_HEAD = "center_01,Praxis Müller,2026-11-20,0042,GKV,AOK Bayern,"


def _reread(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_machine_csv() -> None:
    assert (
        b"".join(machine_csv([batch(ROW, HARD)]))
        == (
            f"{HEADER}\r\n"
            'center_01,Praxis Müller,2026-11-20,0042,GKV,AOK Bayern,Füllung,"01,Ä1"\r\n'
            'center_02,"Zahnärzte ""Am Markt""; Wien, 1",2026-11-20,=1+1,PKV,"Die ""Alte"", AG","a\r\nb; c",\r\n'
        ).encode()
    )


def test_machine_csv_without_rows_has_its_header() -> None:
    assert list(machine_csv([])) == [f"{HEADER}\r\n".encode()]


def test_batches_follow_each_other() -> None:
    assert b"".join(machine_csv([batch(ROW), batch(HARD)])) == b"".join(machine_csv([batch(ROW, HARD)]))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "=1+1"),
        ("＝1", "＝1"),
        ("null\0byte", "null\0byte"),
        ("a;b", "a;b"),
        ("a,b", '"a,b"'),
        ('"', '""""'),
        ("a\rb", '"a\rb"'),
        ("tab\there", "tab\there"),
        ("😀", "😀"),
        ("  blanks  ", "  blanks  "),
    ],
)
def test_machine_csv_leaves_values_alone(text: str, cell: str) -> None:
    (_head, line) = machine_csv([batch(row_with(text))])
    assert line == f"{AFTER_HEAD}{cell},\r\n".encode()


def test_machine_csv_reads_back_the_same() -> None:
    rows = [row_with(text) for text in (*HARD_TEXTS, "ä" * 200_000)]
    limit = csv.field_size_limit()
    csv.field_size_limit(1_000_000)
    try:
        read = _reread(b"".join(machine_csv([batch(*rows)])))
    finally:
        csv.field_size_limit(limit)
    assert [cells[6] for cells in read[1:]] == [row[5] for row in rows]
    assert {tuple(cells[:6]) for cells in read[1:]} == {tuple(AFTER_HEAD.split(",")[:6])}


@given(st.lists(st.lists(st.text(), min_size=2, max_size=3), max_size=4), st.sampled_from(",;"))
def test_cells_are_quoted_as_python_does(rows: list[list[str]], delimiter: str) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    assert "".join(f"{delimiter.join(quote(cell, delimiter) for cell in row)}\r\n" for row in rows) == (
        expected.getvalue()
    )


def test_spreadsheet_csv() -> None:
    assert b"".join(spreadsheet_csv([batch(ROW, HARD)])) == (
        b"\xef\xbb\xbf"
        + HEADER.replace(",", ";").encode()
        + b"\r\n"
        + "center_01;Praxis Müller;2026-11-20;0042;GKV;AOK Bayern;Füllung;01,Ä1\r\n".encode()
        + 'center_02;"Zahnärzte ""Am Markt""; Wien, 1";2026-11-20;\'=1+1;PKV;"Die ""Alte"", AG";'.encode()
        + b'"a\r\nb; c";\r\n'
    )


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
)
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u200b", "\ufeff", "\t ", "\n"])
def test_formula_is_neutralised(start: str, before: str) -> None:
    cell = f"{before}{start}cmd|' /C calc'!A0"
    assert neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "01", "a=b", "Ä1", "'=1", " a", "a\tb", "a\nb", "😀", "(=1)"])
def test_ordinary_cell_is_left(cell: str) -> None:
    assert neutralise(cell) == cell


@pytest.mark.parametrize(
    ("cell", "expected"), [("null\0byte", "null\ufffdbyte"), ("\0=1+1", "\ufffd=1+1"), ("a\x0bb\x1a", "a\ufffdb\ufffd")]
)
def test_control_characters_do_not_reach_a_spreadsheet(cell: str, expected: str) -> None:
    assert neutralise(cell) == expected


@given(st.text())
def test_no_cell_of_a_spreadsheet_begins_like_a_formula(text: str) -> None:
    shown = neutralise(text).lstrip(" \u00a0\u200b\ufeff")
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_formula_of_a_service_code_is_neutralised() -> None:
    row = (*ROW[:6], '["=1+1", "02"]')
    assert b"".join(spreadsheet_csv([batch(row)])).endswith("Füllung;'=1+1,02\r\n".encode())
