from dataclasses import replace

import pytest

from centers.catalog import Catalog, Column, Table
from mappings.document import FieldMapping, MappingDocument, TableMapping
from mappings.drift import Change, Drift, drift
from mappings.enums import DateFormat, DriftKind, DriftState
from mappings.unused_changes import Counts
from tests.mappings.catalogs import catalog, standard, table, with_column, with_foreign_key
from tests.mappings.plain_mappings import plain_mapping

KARTEI = "ID int, PATNR int, DATUM int, BEMERKUNG nvarchar:-1, DELKZ int"


def chart_mapping(name: str = "KARTEI", suffix: str = "", form: DateFormat = DateFormat.INT) -> MappingDocument:
    columns = {"ID": "ID", "PATNR": "PATNR", "DATUM": "DATUM", "BEMERKUNG": "BEMERKUNG"}
    fields = [FieldMapping(field, f"{column}{suffix if field != 'ID' else ''}") for field, column in columns.items()]
    fields.append(FieldMapping("DELKZ", "DELKZ"))
    return MappingDocument((TableMapping("KARTEI", "ck", name, tuple(fields), date_format=form),))


def without_column(source: Catalog, table_name: str, column: str) -> Catalog:
    return replace(
        source,
        tables=tuple(
            replace(item, columns=tuple(entry for entry in item.columns if entry.name != column))
            if item.name == table_name
            else item
            for item in source.tables
        ),
    )


def with_table(source: Catalog, name: str, new: Table | None) -> Catalog:
    others = [item for item in source.tables if item.name != name]
    return catalog(*others, *([new] if new else []))


def only_change(found: Drift) -> Change:
    assert len(found.changes) == 1
    return found.changes[0]


def brief(found: Drift) -> list[tuple[str, str, bool]]:
    return [(change.field, str(change.kind), change.is_breaking) for change in found.changes]


def test_same_catalog_has_no_drift() -> None:
    found = drift(plain_mapping(), standard(), standard())
    assert (found.changes, found.state, found.unused) == ((), DriftState.NONE, Counts())
    assert [entry.field for entry in found.entries][5:10] == [
        "KASSEN",
        "KASSEN.ID",
        "KASSEN.NAME",
        "KASSEN.ART",
        "KASSEN.DELKZ",
    ]
    assert {entry.kind for entry in found.entries} == {DriftKind.UNCHANGED}


def test_table_that_mapping_lacks_is_not_asked_for() -> None:
    empty = MappingDocument((TableMapping("KARTEI", fields=(FieldMapping("ID"),)),))
    assert drift(empty, standard(), standard()) == Drift()


def test_new_affix_of_a_column_is_a_rename() -> None:
    old = standard(affix=True)
    kartei = next(item for item in old.tables if item.name.startswith("KARTEI_") and len(item.columns) == 6)
    patnr = next(column.name for column in kartei.columns if column.name.startswith("PATNR"))
    document = MappingDocument((TableMapping("KARTEI", "ck", kartei.name, (FieldMapping("PATNR", patnr),)),))
    change = only_change(drift(document, old, with_column(old, kartei.name, patnr, "PATNR_Z9Z")))
    assert (change.field, change.kind, change.before, change.after, change.new_name, change.is_breaking) == (
        "KARTEI.PATNR",
        DriftKind.RENAMED,
        patnr,
        "PATNR_Z9Z",
        "PATNR_Z9Z",
        True,
    )


def test_new_affixes_everywhere_are_renames_and_nothing_else() -> None:
    new = catalog(
        *(
            replace(
                item,
                name=f"{item.name}_Q{number}Z",
                columns=tuple(
                    column if column.name in {"ID", "DELKZ"} else replace(column, name=f"{column.name}_R{at}Y")
                    for at, column in enumerate(item.columns)
                ),
            )
            for number, item in enumerate(standard().tables)
        )
    )
    found = drift(plain_mapping(), standard(), new)
    assert {change.kind for change in found.changes} == {DriftKind.RENAMED}
    assert {change.field for change in found.changes} >= {"KARTEI", "KARTEI.DATUM", "KASSEN.ART", "PATKASSE.KASSENID"}
    assert found.state == DriftState.BREAKING
    # The four unmapped tables look new; the mapped ones' other columns came and went.
    assert (found.unused.added_tables, found.unused.removed_tables) == (4, 4)
    assert (found.unused.added_columns, found.unused.removed_columns) == (5, 5)


def test_column_that_stood_beside_the_old_one_is_no_new_name() -> None:
    old = catalog(table("KARTEI", 10, "ID int, PATNR int, PATNR_X7 int, DATUM int, BEMERKUNG nvarchar:-1, DELKZ int"))
    change = only_change(drift(chart_mapping(), old, without_column(old, "KARTEI", "PATNR")))
    assert (change.kind, change.candidates) == (DriftKind.GONE, ())
    assert change.sentence == "It is gone, and nothing new has its name."


def test_two_new_names_are_ambiguous() -> None:
    old = catalog(table("KARTEI", 10, KARTEI))
    new = catalog(table("KARTEI", 10, KARTEI.replace("PATNR int", "PATNR_X7 int, PATNR_3A4 int")))
    change = only_change(drift(chart_mapping(), old, new))
    assert (change.kind, change.is_breaking, change.candidates) == (DriftKind.GONE, True, ("PATNR_X7", "PATNR_3A4"))
    assert change.sentence == "It is gone; it is not certain what took its place: PATNR_X7, PATNR_3A4."


def test_new_name_with_another_type_is_no_rename() -> None:
    old = catalog(table("KARTEI", 10, KARTEI))
    new = catalog(table("KARTEI", 10, KARTEI.replace("DATUM int", "DATUM_X7 date")))
    change = only_change(drift(chart_mapping(), old, new))
    assert (change.kind, change.candidates) == (DriftKind.GONE, ("DATUM_X7",))


@pytest.mark.parametrize("name", ["PATNR_NEU", "PATNR_2", "PATIENT", "BEHANDLER"])
def test_another_word_is_no_affix(name: str) -> None:
    old = catalog(table("KARTEI", 10, KARTEI))
    new = catalog(table("KARTEI", 10, KARTEI.replace("PATNR int", f"{name} int")))
    assert only_change(drift(chart_mapping(), old, new)).kind == DriftKind.GONE


def test_renamed_table_keeps_its_columns() -> None:
    old = standard()
    new = catalog(*(replace(item, name="KARTEI_X7") if item.name == "KARTEI" else item for item in old.tables))
    found = drift(plain_mapping(), old, new)
    change = only_change(found)
    assert (change.field, change.before, change.after, change.new_name) == (
        "KARTEI",
        "ck.KARTEI",
        "ck.KARTEI_X7",
        "KARTEI_X7",
    )
    assert found.unused == Counts()


@pytest.mark.parametrize(
    "new_table",
    [
        table("KARTEI_BAK", 10, KARTEI),
        table("KARTEI_X7", 0, KARTEI),
        table("KARTEI_X7", 10, KARTEI, schema="archiv"),
        table("KARTEI_X7", 10, KARTEI, schema="other"),
    ],
)
def test_copy_is_no_new_name_of_a_table(new_table: Table) -> None:
    old = catalog(table("KARTEI", 10, KARTEI))
    found = drift(chart_mapping(), old, catalog(new_table))
    assert [change.kind for change in found.changes] == [DriftKind.GONE] * 6
    assert found.changes[0].candidates == (new_table.qualified_name,)


def test_live_table_is_told_from_the_new_backup() -> None:
    old = catalog(table("KARTEI", 10, KARTEI))
    found = drift(chart_mapping(), old, catalog(table("KARTEI_X7", 10, KARTEI), table("KARTEI_BAK", 9, KARTEI)))
    assert only_change(found).new_name == "KARTEI_X7"


def test_columns_of_a_table_that_is_gone_are_gone_with_it() -> None:
    found = drift(plain_mapping(), standard(), standard(without=["PATKASSE"]))
    assert brief(found) == [
        ("PATKASSE", "gone", True),
        ("PATKASSE.ID", "gone", True),
        ("PATKASSE.PATNR", "gone", True),
        ("PATKASSE.KASSENID", "gone", True),
        ("PATKASSE.DELKZ", "gone", True),
    ]
    assert found.changes[1].sentence == "It is gone with its table."


def test_table_that_became_a_view_still_reads() -> None:
    old = catalog(table("KARTEI", 10, KARTEI))
    new = catalog(replace(old.tables[0], table_type="VIEW"))
    found = drift(chart_mapping(), old, new)
    assert brief(found) == [("KARTEI", "type_changed", False)]
    assert found.state == DriftState.DRIFT


def test_type_that_still_fits_breaks_nothing() -> None:
    new = with_column(standard(), "KASSEN", "NAME", "NAME", "nvarchar", 200)
    found = drift(plain_mapping(), standard(), new)
    change = only_change(found)
    assert (change.field, change.before, change.after, change.is_breaking) == (
        "KASSEN.NAME",
        "NAME nvarchar(100)",
        "NAME nvarchar(200)",
        False,
    )
    assert found.state == DriftState.DRIFT


def test_date_that_became_a_date_type_breaks() -> None:
    found = drift(plain_mapping(), standard(), with_column(standard(), "KARTEI", "DATUM", "DATUM", "date"))
    assert brief(found) == [("KARTEI.DATUM", "type_changed", True)]
    assert found.state == DriftState.BREAKING


def test_nullable_or_moved_columns_are_no_drift() -> None:
    old = catalog(table("KARTEI", 10, KARTEI))
    turned = tuple(
        Column(column.name, column.data_type, column.max_length, not column.nullable, 9 - column.ordinal)
        for column in old.tables[0].columns
    )
    assert drift(chart_mapping(), old, catalog(replace(old.tables[0], columns=turned))).state == DriftState.NONE


def test_what_is_not_mapped_is_counted() -> None:
    new = standard(without=["TERMIN"], extra=[table("LABOR", 5, "ID int, NAME varchar:10")])
    new = with_column(new, "KARTEI", "BEMERKUNG_2", "FREITEXT")
    new = with_column(new, "RECHNUNG", "BETRAG", "SUMME")
    found = drift(plain_mapping(), standard(), new)
    assert (found.state, found.unused) == (DriftState.NONE, Counts(1, 1, 2, 2))


def test_changed_keys_are_told_and_break_nothing() -> None:
    old = with_foreign_key(standard(), "KARTEI", "PATNR", "PATIENT")
    new = replace(
        standard(),
        tables=tuple(
            replace(item, primary_key=("PATNR", "ID")) if item.name == "KARTEI" else item for item in standard().tables
        ),
    )
    found = drift(plain_mapping(), old, new)
    assert [(change.field, change.before, change.after, change.is_breaking) for change in found.changes] == [
        ("KARTEI", "ID", "PATNR, ID", False),
        ("KARTEI", "PATNR → ck.PATIENT", "", False),
    ]
    assert {change.kind for change in found.changes} == {DriftKind.KEYS_CHANGED}


def test_keys_with_new_names_did_not_change() -> None:
    old = with_foreign_key(standard(), "KARTEI", "PATNR", "PATIENT")
    new = with_column(standard(), "KARTEI", "PATNR", "PATNR_X7")
    new = with_foreign_key(new, "KARTEI", "PATNR_X7", "PATIENT_X7")
    new = catalog(*(replace(item, name="PATIENT_X7") if item.name == "PATIENT" else item for item in new.tables))
    assert brief(drift(plain_mapping(), old, new)) == [("PATIENT", "renamed", True), ("KARTEI.PATNR", "renamed", True)]


def test_breaking_changes_come_first() -> None:
    new = with_column(standard(), "KASSEN", "NAME", "NAME", "nvarchar", 200)
    new = without_column(new, "KARTEI", "BEMERKUNG")
    assert brief(drift(plain_mapping(), standard(), new)) == [
        ("KARTEI.BEMERKUNG", "gone", True),
        ("KASSEN.NAME", "type_changed", False),
    ]


def test_column_that_no_snapshot_had_is_gone() -> None:
    document = MappingDocument((TableMapping("KARTEI", "ck", "KARTEI", (FieldMapping("DATUM", "NEVER"),)),))
    assert brief(drift(document, standard(), standard())) == [("KARTEI.DATUM", "gone", True)]


def test_flat_and_prefixed_affixes_are_read() -> None:
    before = {"KARTEI": "KARTEIMN", "KASSEN": "KASSENX7", "PATIENT": "PATIENT3A", "PATKASSE": "PATKASSEQ2"}
    after = {"KARTEI": "KARTEIZZ", "KASSEN": "KASSENAA", "PATIENT": "PATIENTBB", "PATKASSE": "PATKASSECC"}
    old = catalog(*(table(name, 10, KARTEI) for name in before.values()))
    new = catalog(*(table(name, 10, KARTEI) for name in after.values()))
    assert only_change(drift(chart_mapping("KARTEIMN"), old, new)).new_name == "KARTEIZZ"
