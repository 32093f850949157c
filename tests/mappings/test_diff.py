from dataclasses import replace
from typing import Any

import pytest

from centers.catalog import Catalog
from mappings.affixes import affixes_of
from mappings.diff import ChangeKind, changes, diff, flag_text
from mappings.document import DeleteFlag, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat, PatientIdForm
from mappings.evidence import Reason, Strength, reasons
from mappings.mapping_text import diff_lines, mapping_lines
from mappings.proposal import propose
from tests.mappings.catalogs import standard


def test_equal_documents_have_no_changes() -> None:
    document = propose(standard())
    rows = diff(document, document)
    assert changes(rows) == ()
    assert {row.kind for row in rows} == {ChangeKind.UNCHANGED}


def test_every_kind_of_change_is_a_row() -> None:
    before = propose(standard())
    tables = list(before.tables)
    tables[3] = replace(
        tables[3],
        table="KARTEI_2",
        fields=(replace(tables[3].fields[0], column=None), *tables[3].fields[1:]),
        date_format=DateFormat.DATE,
        delete_flag=DeleteFlag(("1",), False),
    )
    before = replace(before, patient_id_form=None, unknown_codes=("BG",))
    after = MappingDocument(tuple(tables), (("P", "PKV"), ("G", "GKV"), ("BG", "GKV")), PatientIdForm.INTEGER, ("X",))
    found = [(row.kind.value, row.field, row.before, row.after) for row in changes(diff(before, after))]
    assert found == [
        ("changed", "KARTEI", "ck.KARTEI", "ck.KARTEI_2"),
        ("removed", "KARTEI.ID", "ID", ""),
        ("changed", "KARTEI.date_format", "int", "date"),
        ("changed", "KARTEI.delete_flag", "0, NULL", "1"),
        ("changed", "insurance_codes.BG", "?", "GKV"),
        ("added", "insurance_codes.G", "", "GKV"),
        ("added", "insurance_codes.X", "", "?"),
        ("added", "patient_id_form", "", "integer"),
    ]
    assert diff_lines(diff(before, after))[:2] == [
        "~ KARTEI: ck.KARTEI -> ck.KARTEI_2  (Two different tables are read.)",
        "- KARTEI.ID: ID -> -  (Only the left side has a column.)",
    ]
    assert {row.sentence for row in diff(before, after) if row.kind is ChangeKind.UNCHANGED} == {""}


def one_table(table: TableMapping, **more: Any) -> MappingDocument:
    return MappingDocument((table,), **{"insurance_codes": ()} | more)


KARTEI = TableMapping("KARTEI", "ck", "KARTEI_MN", (FieldMapping("DATUM", "DATUM_A1"),))


@pytest.mark.parametrize(
    ("before", "after", "field", "sentence"),
    [
        (TableMapping("KARTEI"), KARTEI, "KARTEI", "Only the right side reads a table."),
        (KARTEI, TableMapping("KARTEI"), "KARTEI", "Only the left side reads a table."),
        (KARTEI, replace(KARTEI, schema="dbo"), "KARTEI", "Two different tables are read."),
        (KARTEI, TableMapping("KARTEI", "ck", "KARTEI_MN"), "KARTEI.DATUM", "Only the left side has a column."),
        (
            replace(KARTEI, date_format=DateFormat.INT),
            replace(KARTEI, date_format=DateFormat.ISO),
            "KARTEI.date_format",
            "Dates are read in two different forms.",
        ),
        (
            KARTEI,
            replace(KARTEI, delete_flag=DeleteFlag()),
            "KARTEI.delete_flag",
            "Only the right side tells deleted rows apart.",
        ),
    ],
)
def test_difference_of_a_table_has_a_sentence(
    before: TableMapping, after: TableMapping, field: str, sentence: str
) -> None:
    found = {row.field: row.sentence for row in changes(diff(one_table(before), one_table(after)))}
    assert found[field] == sentence


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({}, {"insurance_codes": (("X", "PKV"),)}, "Only the right side says what this code means."),
        (
            {"insurance_codes": (("X", "GKV"),)},
            {"insurance_codes": (("X", "PKV"),)},
            "The code means two different kinds of insurance.",
        ),
        (
            {"unknown_codes": ("X",)},
            {"insurance_codes": (("X", "PKV"),)},
            "Only one side has decided what this code means.",
        ),
        (
            {"unknown_codes": ("X",)},
            {},
            "Only the left side uses this code, and nobody has decided what it means.",
        ),
        (
            {"patient_id_form": PatientIdForm.TEXT},
            {"patient_id_form": PatientIdForm.INTEGER},
            "Patient ids are read in two different forms.",
        ),
    ],
)
def test_difference_of_codes_has_a_sentence(before: dict[str, Any], after: dict[str, Any], sentence: str) -> None:
    (row,) = changes(diff(one_table(KARTEI, **before), one_table(KARTEI, **after)))
    assert row.sentence == sentence


def test_names_that_differ_only_by_the_affix_are_said_to(catalog: Catalog) -> None:
    other = standard()
    rows = changes(diff(propose(catalog), propose(other), affixes_of(catalog, other)))
    assert {(row.kind, row.only_affix, row.sentence) for row in rows} == {
        (ChangeKind.CHANGED, True, "The names differ only by their affix.")
    }
    assert not any(row.only_affix for row in diff(propose(catalog), propose(other)))


def test_table_of_another_schema_is_another_table(catalog: Catalog) -> None:
    affixes = affixes_of(catalog, catalog)
    assert affixes.same_table("ck.KARTEI_X7", "ck.KARTEI_MN")
    assert not affixes.same_table("ck.KARTEI_X7", "dbo.KARTEI_MN")


def test_rows_stand_in_canonical_order() -> None:
    document = propose(standard())
    mixed = replace(document, tables=(TableMapping("ZZZ", "ck", "Z"), *reversed(document.tables)))
    tables = [row.field for row in diff(mixed, document) if "." not in row.field]
    assert tables == ["PATIENT", "KASSEN", "PATKASSE", "KARTEI", "LEISTUNG", "ZZZ", "patient_id_form"]


def test_confidence_is_no_difference() -> None:
    before = propose(standard())
    after = replace(before, tables=tuple(replace(table, confidence=0.1) for table in before.tables))
    assert changes(diff(before, after)) == ()


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        (None, ""),
        (DeleteFlag((), True), "NULL"),
        (DeleteFlag((), False), "-"),
        (DeleteFlag(("J",), False), "J"),
        (DeleteFlag(("0", "-1"), True), "0, -1, NULL"),
        (DeleteFlag(("NULL", "0, 1", "", "-", " x"), False), '"NULL", "0, 1", "", "-", " x"'),
    ],
)
def test_flag_in_short(flag: DeleteFlag | None, text: str) -> None:
    assert flag_text(flag) == text


def test_mapping_as_text() -> None:
    fields = (FieldMapping("DATUM", "TAG", 0.97), FieldMapping("DELKZ"))
    table = TableMapping("KARTEI", "ck", "K", fields, DateFormat.GERMAN_SHORT, DeleteFlag(("N",), True), 0.97)
    document = MappingDocument(
        (table, TableMapping("PATKASSE")), (("P", "PKV"),), PatientIdForm.DECIMAL, unknown_codes=("BG",)
    )
    assert mapping_lines(document) == [
        "KARTEI: ck.K  0.97 certain",
        "  DATUM      TAG  0.97 certain",
        "  DELKZ      -",
        "  dates: german_short",
        "  alive: N, NULL",
        "PATKASSE: -",
        "BG -> ?",
        "P -> PKV",
        "patient ids: decimal",
    ]


def test_evidence_becomes_sentences() -> None:
    evidence = (
        Evidence("affix_set_aside", 0.96, (("affix", "MN"),)),
        Evidence("rival_table", -0.1, (("table", "ck.KARTEI_2"),)),
        Evidence("from_a_later_version", 1.0),
        Evidence("type_fits", 0.0),
    )
    assert reasons(evidence) == (
        Reason("Without the affix MN, which this source puts on its names, it is ours.", False, Strength.SLIGHT),
        Reason("ck.KARTEI_2 could be meant as well.", True, Strength.SLIGHT),
        Reason("type_fits", False),
    )
