"""From source rows to slices: each rule of the extraction semantics."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from extraction.rows import (
    EntryRow,
    Insurance,
    SliceRows,
    SourceRows,
    assemble,
    checksum,
    choose_insurances,
    group_codes,
)
from extraction.source_ids import order
from mappings.enums import DateFormat, PatientIdForm

DAY = dt.date(2026, 11, 20)
NUMBER = 20261120
CODES = {"P": "PKV"}
SELF_PAYER = Insurance("Selbstzahler", "")


def _read(source: SourceRows, **options: Any) -> tuple[EntryRow, ...]:
    result = assemble(source, DAY, DAY, entry_dates=DateFormat.INT, **options)
    return result.slices[0].entries


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([(7, 1, 5, 5, "P", "Debeka")], Insurance("PKV", "Debeka")),
        ([(7, 1, 5, 5, " p ", "Debeka")], Insurance("PKV", "Debeka")),
        ([(7, 1, 5, 5, "1", "AOK Bayern")], Insurance("GKV", "AOK Bayern")),
        ([(7, 1, 5, 5, "X", "AOK Bayern")], Insurance("GKV", "AOK Bayern")),
        ([(7, 1, 5, 5, 2, "ÖGK")], Insurance("GKV", "ÖGK")),
        ([(7, 1, 5, 5, "", "Unklar")], Insurance("Selbstzahler", "Unklar")),
        ([(7, 1, 5, 5, "  ", "Unklar")], Insurance("Selbstzahler", "Unklar")),
        ([(7, 1, 5, 5, None, "Unklar")], Insurance("Selbstzahler", "Unklar")),
        ([(7, 1, 5, 5, "P", None)], Insurance("PKV", "")),
        ([(7, 1, 5, None, None, None)], SELF_PAYER),
        ([(7, 1, None, None, None, None)], SELF_PAYER),
        # The highest link id counts, wherever it stands, and as a number.
        ([(7, 9, 5, 5, "1", "AOK"), (7, 10, 6, 6, "P", "Debeka")], Insurance("PKV", "Debeka")),
        ([(7, 10, 6, 6, "P", "Debeka"), (7, 9, 5, 5, "1", "AOK")], Insurance("PKV", "Debeka")),
        ([(7, 10, 99, None, None, None), (7, 9, 5, 5, "1", "AOK")], SELF_PAYER),
        ([(None, 1, 5, 5, "P", "Debeka")], None),
    ],
)
def test_insurance_of_a_patient(rows: list[tuple[Any, ...]], expected: Insurance | None) -> None:
    assert choose_insurances(rows, CODES).get("7") == expected


def test_insurance_codes_come_from_the_mapping() -> None:
    rows = [(1, 1, 5, 5, "g", "AOK"), (2, 2, 6, 6, 2, "Debeka"), (3, 3, 7, 7, "s", "Niemand")]
    codes = {" 2 ": "PKV", "S": "Selbstzahler"}
    assert choose_insurances(rows, codes) == {
        "1": Insurance("GKV", "AOK"),
        "2": Insurance("PKV", "Debeka"),
        "3": Insurance("Selbstzahler", "Niemand"),
    }


def test_codes_in_row_order_trimmed_once_each() -> None:
    rows = [
        (7, NUMBER, "2060 ", 12),
        (7, NUMBER, " 01", 3),
        (7, NUMBER, "Ä1", 11),
        (7, NUMBER, "01", 14),
        (7, NUMBER, "  ", 15),
        (7, NUMBER, None, 16),
        (7, 20240231, "zu", 17),
        (None, NUMBER, "zu", 18),
        (7, 20261119, "gestern", 19),
        (8, NUMBER, 4, 20),
    ]
    assert group_codes(rows, DateFormat.INT) == {
        ("7", DAY): ("01", "Ä1", "2060"),
        ("7", dt.date(2026, 11, 19)): ("gestern",),
        ("8", DAY): ("4",),
    }


def test_codes_without_row_ids_keep_the_order_of_the_source() -> None:
    rows = [(7, NUMBER, "2060", None), (7, NUMBER, "01", None)]
    assert group_codes(rows, DateFormat.INT) == {("7", DAY): ("2060", "01")}


def test_one_entry_per_chart_row_whatever_the_links() -> None:
    source = SourceRows(
        entries=[(1, 7, NUMBER, "a"), (2, 7, NUMBER, "b")],
        services=[(7, NUMBER, "01", 1), (7, NUMBER, "02", 2)],
        insurances=[(7, 1, 5, 5, "1", "AOK"), (7, 2, 6, 6, "P", "Debeka"), (7, 2, 6, 6, "P", "Debeka")],
    )
    assert _read(source) == (
        EntryRow("1", "7", "PKV", "Debeka", "a", ("01", "02")),
        EntryRow("2", "7", "PKV", "Debeka", "b", ("01", "02")),
    )


def test_patient_without_insurance_pays() -> None:
    assert _read(SourceRows([(1, 7, NUMBER, None)])) == (EntryRow("1", "7", "Selbstzahler", "", "", ()),)


def test_chart_row_without_patient_is_kept() -> None:
    assert _read(SourceRows([(1, None, NUMBER, "x")])) == (EntryRow("1", "", "Selbstzahler", "", "x", ()),)


def test_services_of_another_date_form() -> None:
    source = SourceRows([(1, 7, NUMBER, "x")], services=[(7, "20.11.2026", "01", 1)])
    assert _read(source, service_dates=DateFormat.GERMAN)[0].service_codes == ("01",)


@pytest.mark.parametrize(
    ("patients", "expected"),
    [
        ([10, 9, 100], ["9", "10", "100"]),
        (["PAT-10", "PAT-9", "PAT-100"], ["PAT-10", "PAT-100", "PAT-9"]),
        (["0010", "0009"], ["0009", "0010"]),
        ([Decimal(10), Decimal(9)], ["9", "10"]),
        (["10", "9"], ["10", "9"]),
    ],
)
def test_order_by_patient_then_row(patients: list[Any], expected: list[str]) -> None:
    rows = [(number, patient, NUMBER, "") for number, patient in enumerate(patients)]
    assert [entry.patient_id for entry in _read(SourceRows(rows))] == expected


def test_order_by_row_id_as_a_number() -> None:
    rows = [(10, 7, NUMBER, ""), (9, 7, NUMBER, "")]
    assert [entry.row_id for entry in _read(SourceRows(rows))] == ["9", "10"]


def test_every_day_has_a_slice_even_without_entries() -> None:
    source = SourceRows([(1, 7, NUMBER, "x")])
    result = assemble(source, dt.date(2026, 11, 19), dt.date(2026, 11, 21), entry_dates=DateFormat.INT)
    assert [(item.business_date.day, len(item.entries)) for item in result.slices] == [(19, 0), (20, 1), (21, 0)]
    assert result.entry_count == 1


def test_rows_of_other_days_are_left_out() -> None:
    assert _read(SourceRows([(1, 7, 20261119, "x")])) == ()


@pytest.mark.parametrize(("counted_by_source", "expected"), [(0, 1), (3, 3)])
def test_impossible_date_is_counted_and_not_landed(counted_by_source: int, expected: int) -> None:
    source = SourceRows([(1, 7, 20240231, "x")], undated=counted_by_source)
    result = assemble(source, DAY, DAY, entry_dates=DateFormat.INT)
    assert (result.entry_count, result.undated) == (0, expected)


@pytest.mark.parametrize(
    ("chart", "link", "service", "form", "expected"),
    [
        (50000.0, Decimal("50000.00"), 50000, PatientIdForm.DECIMAL, "50000"),
        (1e15, 10**15, Decimal(10**15), PatientIdForm.DECIMAL, "1000000000000000"),
        (5.5, Decimal("5.50"), 5.5, PatientIdForm.DECIMAL, "5.5"),
        ("00000012", "00000012  ", "00000012", PatientIdForm.TEXT, "00000012"),
        ("PAT-00123 ", "PAT-00123", "PAT-00123   ", PatientIdForm.TEXT, "PAT-00123"),
        ("00000012", 12, 12.0, PatientIdForm.INTEGER, "12"),
        (12, "      12", "12 ", PatientIdForm.INTEGER, "12"),
        ("50000.0", 50000.0, "50000", PatientIdForm.DECIMAL, "50000"),
        (7, 7, 7, None, "7"),
    ],
)
def test_rows_of_a_patient_meet_whatever_their_types(
    chart: object, link: object, service: object, form: PatientIdForm | None, expected: str
) -> None:
    source = SourceRows([(1, chart, NUMBER, "Text")], [(service, NUMBER, "01", 1)], [(link, 1, 5, 5, "P", "Debeka")])
    assert _read(source, insurance_codes=CODES, service_dates=DateFormat.INT, patient_ids=form) == (
        EntryRow("1", expected, "PKV", "Debeka", "Text", ("01",)),
    )


def test_padded_texts_are_two_patients_where_ids_are_texts() -> None:
    source = SourceRows([(1, "012", NUMBER, "Text")], [], [("12", 1, 5, 5, "P", "Debeka")])
    (entry,) = _read(source, patient_ids=PatientIdForm.TEXT)
    assert (entry.patient_id, entry.insurance_status) == ("012", "Selbstzahler")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("P  ", "PKV"),
        ("pkv", "PKV"),
        ("GKV", "GKV"),
        (2, "PKV"),
        (Decimal("1.00"), "GKV"),
        ("BG", "GKV"),
        ("SZ", "Selbstzahler"),
        ("   ", "Selbstzahler"),
        (None, "Selbstzahler"),
    ],
)
def test_kind_codes_as_decided(kind: object, expected: str) -> None:
    codes = {"P": "PKV", "PKV": "PKV", "GKV": "GKV", "1": "GKV", "2": "PKV", "SZ": "Selbstzahler"}
    assert choose_insurances([(7, 1, 5, 5, kind, "Kasse")], codes) == {"7": Insurance(expected, "Kasse")}


def test_order_of_kinds() -> None:
    assert sorted(["b", None, 2, "a", Decimal("1.5")], key=order) == [None, Decimal("1.5"), 2, "a", "b"]


def test_checksum_depends_on_rows_only() -> None:
    row = EntryRow("1", "7", "GKV", "AOK", "Füllung", ("01",))
    one = SliceRows(DAY, (row,))
    assert checksum(one) == checksum(SliceRows(dt.date(2026, 11, 19), (row,)))
    assert checksum(one) != checksum(SliceRows(DAY, (row, row)))
    assert checksum(SliceRows(DAY, ())) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


def test_checksum_of_half_a_surrogate_pair() -> None:
    row = EntryRow("1", "7", "GKV", "AOK", "\ud83d", ())
    assert len(checksum(SliceRows(DAY, (row,)))) == 64
