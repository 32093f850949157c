from dataclasses import replace

import pytest

from centers.catalog import Catalog
from mappings.document import DeleteFlag, MappingDocument
from mappings.enums import DateFormat
from mappings.proposal import propose, propose_table
from mappings.readiness import unambiguous
from tests.mappings.catalogs import STANDARD, catalog, standard, table, with_column, with_foreign_key

KARTEI_COLUMNS = STANDARD["KARTEI"][1]


def chosen(document: MappingDocument, name: str) -> str | None:
    return document.table(name).table


def confidence(document: MappingDocument, table_name: str, field: str) -> float:
    return next(item.confidence for item in document.table(table_name).fields if item.name == field)


def test_clean_names_are_certain() -> None:
    document = propose(standard())
    assert [chosen(document, name) for name in ("PATIENT", "KASSEN", "PATKASSE", "KARTEI", "LEISTUNG")] == [
        "PATIENT",
        "KASSEN",
        "PATKASSE",
        "KARTEI",
        "LEISTUNG",
    ]
    assert document.table("PATIENT").column("P_NAME") == "P_NAME"
    assert document.table("KASSEN").column("NAME") == "NAME"
    assert document.table("KARTEI").column("BEMERKUNG") == "BEMERKUNG"
    assert unambiguous(document)


def test_affixes_are_set_aside() -> None:
    document = propose(standard(affix=True))
    assert chosen(document, "KARTEI") == "KARTEI_X7"
    assert document.table("PATIENT").column("P_NAME") == "P_NAME_3A4"
    assert document.table("KARTEI").column("BEMERKUNG") == "BEMERKUNG_QW2"
    assert unambiguous(document)


@pytest.mark.parametrize(
    "name",
    ["KARTEI_BAK", "KARTEI_OLD", "KARTEI_SICHERUNG", "KARTEI_ARCHIV", "KARTEI_2019", "TEST_KARTEI", "KARTEI_ALT"],
)
@pytest.mark.parametrize("affix", [False, True])
def test_backup_is_never_chosen_over_the_table(name: str, affix: bool) -> None:
    backup = table(name, 900_000, KARTEI_COLUMNS, affix=affix)
    document = propose(standard(affix=affix, extra=[backup]))
    assert chosen(document, "KARTEI") == ("KARTEI_X7" if affix else "KARTEI")
    assert unambiguous(document)


def test_backup_with_an_affix_of_its_own_is_seen() -> None:
    document = propose(standard(affix=True, extra=[table("KARTEI_BAK_XQ2", 900_000, KARTEI_COLUMNS, affix=True)]))
    assert chosen(document, "KARTEI") == "KARTEI_X7"


def test_backup_that_stands_alone_is_not_certain() -> None:
    document = propose(standard(without=["KARTEI"], extra=[table("KARTEI_BAK", 900, KARTEI_COLUMNS)]))
    assert document.table("KARTEI").confidence <= 0.5
    assert not unambiguous(document)


def test_view_is_not_taken_for_the_table() -> None:
    view = replace(table("V_KARTEI", 40000, KARTEI_COLUMNS), table_type="VIEW", primary_key=())
    assert chosen(propose(standard(extra=[view])), "KARTEI") == "KARTEI"


def test_two_equally_good_tables_are_ambiguous() -> None:
    source = standard(affix=True, extra=[table("KARTEI_K9", 39_000, KARTEI_COLUMNS, affix=True)])
    document = propose(source)
    assert document.table("KARTEI").confidence < 0.9
    assert "ck.KARTEI_K9" in [item.name for item in document.table("KARTEI").candidates]
    assert not unambiguous(document)


@pytest.mark.parametrize(("old", "new"), [("BEMERKUNG", "NOTIZ_4K"), ("DATUM", "EINTRAGSDATUM")])
def test_synonym_is_proposed_and_left_to_a_person(old: str, new: str) -> None:
    document = propose(with_column(standard(), "KARTEI", old, new))
    assert document.table("KARTEI").column(old) == new
    assert not unambiguous(document)


def test_table_of_the_right_name_with_other_columns_is_not_taken() -> None:
    other = table("KARTEI", 10, "ID int, FARBE int, SORT int")
    assert chosen(propose(standard(without=["KARTEI"], extra=[other])), "KARTEI") is None


def test_missing_table_stays_open() -> None:
    document = propose(standard(without=["PATKASSE"]))
    assert document.table("PATKASSE").table is None
    assert [item.column for item in document.table("PATKASSE").fields] == [None] * 4
    assert not unambiguous(document)


def test_empty_catalog_leaves_everything_open() -> None:
    document = propose(catalog())
    assert [item.table for item in document.tables] == [None] * 5


def test_type_that_cannot_be_keeps_a_column_out() -> None:
    document = propose(with_column(standard(), "KARTEI", "DATUM", "DATUM", "money"))
    assert document.table("KARTEI").column("DATUM") is None


def test_foreign_key_to_another_table_lowers_the_confidence() -> None:
    source = with_foreign_key(standard(), "KARTEI", "PATNR", "RECHNUNG")
    assert confidence(propose(source), "KARTEI", "PATNR") < 0.8


def test_new_column_beside_an_old_one_is_preferred_and_unsure() -> None:
    columns = f"{KARTEI_COLUMNS}, PATNR_NEU int"
    document = propose(standard(without=["KARTEI"], extra=[table("KARTEI", 40000, columns)]))
    assert document.table("KARTEI").column("PATNR") == "PATNR_NEU"
    assert confidence(document, "KARTEI", "PATNR") < 0.9


@pytest.mark.parametrize(
    ("name", "data_type", "length", "flag"),
    [
        ("DELKZ", "int", 0, DeleteFlag(("0",), True)),
        ("AKTIV", "bit", 0, DeleteFlag(("1",), False)),
        ("GELOESCHT", "char", 1, DeleteFlag(("N",), True)),
    ],
)
def test_delete_flag_form(name: str, data_type: str, length: int, flag: DeleteFlag) -> None:
    document = propose(with_column(standard(), "KARTEI", "DELKZ", name, data_type, length))
    assert document.table("KARTEI").column("DELKZ") == name
    assert document.table("KARTEI").delete_flag == flag
    assert unambiguous(document)


def test_table_without_a_delete_flag_is_clear() -> None:
    columns = KARTEI_COLUMNS.replace(", DELKZ int", "")
    document = propose(standard(without=["KARTEI"], extra=[table("KARTEI", 40000, columns)]))
    assert document.table("KARTEI").column("DELKZ") is None
    assert document.table("KARTEI").delete_flag is None
    assert unambiguous(document)


@pytest.mark.parametrize(
    ("data_type", "length", "form"),
    [
        ("int", 0, DateFormat.INT),
        ("date", 0, DateFormat.DATE),
        ("datetime2", 0, DateFormat.DATETIME),
        ("char", 8, DateFormat.TEXT),
        ("varchar", 10, DateFormat.GERMAN),
    ],
)
def test_date_form_follows_the_type(data_type: str, length: int, form: DateFormat) -> None:
    document = propose(with_column(standard(), "KARTEI", "DATUM", "DATUM", data_type, length))
    assert document.table("KARTEI").date_format == form


@pytest.mark.parametrize(
    ("patient", "number", "text"),
    [("Patienten", "PatNr", "Bemerkung"), ("patients", "patient_id", "note"), ("PATIENTEN_STAMM", "PAT_NR", "NOTIZ")],
)
def test_other_words_are_found(patient: str, number: str, text: str) -> None:
    source = catalog(
        table(patient, 500, f"{number} int, Nachname nvarchar:60, Vorname nvarchar:60, Geloescht bit"),
        table("Karteieintraege", 9000, f"EintragNr int, {number} int, Datum int, {text} nvarchar:-1, Geloescht bit"),
    )
    document = propose(source)
    assert chosen(document, "PATIENT") == patient
    assert document.table("KARTEI").column("PATNR") == number
    assert document.table("KARTEI").column("BEMERKUNG") == text
    assert document.table("KARTEI").column("ID") == "EintragNr"


def test_hostile_names_pass_through() -> None:
    odd = 'KAR]TEI"; DROP TABLE x--'
    source = catalog(table(odd, 5, KARTEI_COLUMNS), table("x.y.z" * 25, 1, "ID int"))
    assert isinstance(propose(source), MappingDocument)


def test_chosen_table_gets_its_columns_proposed(catalog: Catalog) -> None:
    physical = next(item for item in catalog.tables if item.name.startswith("TERMIN"))
    mapped = propose_table(catalog, "KARTEI", physical)
    assert (mapped.schema, mapped.table) == ("ck", physical.name)
    assert mapped.column("ID") == "ID"
