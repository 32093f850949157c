from dataclasses import replace

from mappings.diff import ChangeKind, DiffRow, changes, diff, flag_text
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
    assert changes(diff(before, after)) == (
        DiffRow("KARTEI", "ck.KARTEI", "ck.KARTEI_2"),
        DiffRow("KARTEI.ID", "ID", ""),
        DiffRow("KARTEI.date_format", "int", "date"),
        DiffRow("KARTEI.delete_flag", "0, NULL", "1"),
        DiffRow("insurance_codes.BG", "?", "GKV"),
        DiffRow("insurance_codes.G", "", "GKV"),
        DiffRow("insurance_codes.X", "", "?"),
        DiffRow("patient_id_form", "", "integer"),
    )
    assert diff_lines(diff(before, after))[:2] == ["~ KARTEI: ck.KARTEI -> ck.KARTEI_2", "- KARTEI.ID: ID -> -"]


def test_confidence_is_no_difference() -> None:
    before = propose(standard())
    after = replace(before, tables=tuple(replace(table, confidence=0.1) for table in before.tables))
    assert changes(diff(before, after)) == ()


def test_flag_in_short() -> None:
    assert [flag_text(flag) for flag in (None, DeleteFlag((), True), DeleteFlag(("J",), False))] == [
        "",
        "NULL",
        "J",
    ]


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
