"""The physical form of the sources: names, types, keys and the tables around the canonical ones."""

import re
from datetime import date, datetime

import pytest

from dentalhub.sandbox.source_model import KeyKind
from dentalhub.sandbox.traits import STANDARD
from tests.sandbox.generated_network import all_centers, canonical, stored_column, with_trait

SUFFIXED = re.compile(r"_[A-Z0-9]{2,4}\Z")
FIELDS = {
    "PATIENT": {"ID", "P_NAME", "P_VORNAME", "DELKZ"},
    "KASSEN": {"ID", "NAME", "ART", "DELKZ"},
    "PATKASSE": {"ID", "PATNR", "KASSENID", "DELKZ"},
    "KARTEI": {"ID", "PATNR", "DATUM", "BEMERKUNG", "DELKZ"},
    "LEISTUNG": {"ID", "PATIENTID", "DATUM", "LEISTUNG", "DELKZ"},
}


def test_standard_names_are_the_canonical_word_with_a_suffix() -> None:
    for made in all_centers().values():
        if made.center.trait != STANDARD:
            continue
        for found in made.canonical:
            assert SUFFIXED.sub("", found.table.name) == found.canonical
            assert {field: SUFFIXED.sub("", name or "") for field, name in found.columns.items()} == {
                field: field for field in FIELDS[found.canonical]
            }


def test_id_and_flag_have_a_suffix_in_some_centers_only() -> None:
    bare = {
        canonical(made, "KARTEI").columns["DELKZ"] == "DELKZ"
        for made in all_centers().values()
        if made.center.trait == STANDARD
    }
    assert bare == {True, False}


def test_clean_center_has_plain_names() -> None:
    made = with_trait("clean")
    assert {table.canonical: table.table.name for table in made.canonical} == {word: word for word in FIELDS}
    assert {table.canonical: set(table.columns.values()) for table in made.canonical} == FIELDS


def test_lower_case_center_has_no_capital() -> None:
    made = with_trait("lower_case")
    names = [table.name for table in made.source.tables]
    names += [column.name for table in made.source.tables for column in table.columns]
    assert [name for name in names if name != name.lower()] == []


@pytest.mark.parametrize(
    ("trait", "data_type", "kind"),
    [
        (STANDARD, "int", int),
        ("date", "date", date),
        ("datetime2", "datetime2", datetime),
        ("german_date", "varchar", str),
        ("char_date", "varchar", str),
    ],
)
def test_dates_have_the_form_of_the_trait(trait: str, data_type: str, kind: type) -> None:
    made = with_trait(trait)
    for word in ("KARTEI", "LEISTUNG"):
        found = canonical(made, word)
        column = next(column for column in found.table.columns if column.name == found.columns["DATUM"])
        assert column.data_type == data_type
        assert {type(value) for value in stored_column(made, word, "DATUM")} - {type(None)} == {kind}


@pytest.mark.parametrize(
    ("trait", "values"),
    [(STANDARD, {0, 1, None}), ("yes_no_flag", {"N", "J", None}), ("active_flag", {0, 1})],
)
def test_delete_flag_has_the_form_of_the_trait(trait: str, values: set[object]) -> None:
    assert set(stored_column(with_trait(trait), "KARTEI", "DELKZ")) == values


def test_inverted_flag_marks_the_deleted_rows_with_zero() -> None:
    made = with_trait("active_flag")
    assert stored_column(made, "KARTEI", "DELKZ") == [0 if row.deleted else 1 for row in made.practice.charts]


def test_center_without_flag_has_none_and_nothing_deleted() -> None:
    made = with_trait("no_flag")
    assert [table.columns["DELKZ"] for table in made.canonical] == [None] * 5
    practice = made.practice
    marks = {row.deleted for row in practice.charts} | {row.deleted for row in practice.services}
    marks |= {row.deleted for row in practice.links} | {row.deleted for row in practice.insurers}
    assert marks == {False}


@pytest.mark.parametrize(("trait", "shape"), [("text_keys", r"PAT-\d{5}"), ("padded_keys", r"\d{7}")])
def test_text_patient_ids_have_one_width(trait: str, shape: str) -> None:
    made = with_trait(trait)
    for word, field in (("PATIENT", "ID"), ("KARTEI", "PATNR"), ("LEISTUNG", "PATIENTID")):
        values = stored_column(made, word, field)
        assert [value for value in values if not re.fullmatch(shape, str(value))] == []


def test_ambiguous_centers_have_a_renamed_column_or_a_second_table() -> None:
    text = canonical(with_trait("ambiguous_text"), "KARTEI").columns["BEMERKUNG"] or ""
    day = canonical(with_trait("ambiguous_date"), "KARTEI").columns["DATUM"] or ""
    assert (SUFFIXED.sub("", text), SUFFIXED.sub("", day)) == ("NOTIZ", "EINTRAGSDATUM")
    made = with_trait("ambiguous_tables")
    live = canonical(made, "KARTEI").table
    copy = next(
        table
        for table in made.source.tables
        if SUFFIXED.sub("", table.name) == "KARTEI" and table.name != live.name and table.keys
    )
    assert copy.columns == live.columns
    assert set(copy.rows) < set(live.rows)
    assert len(copy.rows) > 0.6 * len(live.rows)


def test_letter_kinds_use_letters_only() -> None:
    kinds = {str(value or "").strip().upper() for value in stored_column(with_trait("letter_kinds"), "KASSEN", "ART")}
    assert kinds == {"G", "P", ""}


def test_every_source_has_distractors_a_backup_and_views() -> None:
    for made in all_centers().values():
        names = [table.name.upper() for table in made.source.tables]
        assert 10 <= len(names) - len(made.canonical) - 1 <= 26
        assert any(re.search(r"_BAK|_OLD|SICHERUNG", name) for name in names if name.startswith("KARTEI"))
        assert len(made.source.views) == 2
        assert len(names) == len(set(names))


def test_keys_hold_for_the_rows() -> None:
    for made in all_centers().values():
        tables = {(table.schema, table.name): table for table in made.source.tables}
        for table in made.source.tables:
            names = [column.name for column in table.columns]
            for key in table.keys:
                values = [row[names.index(key.columns[0])] for row in table.rows]
                if key.kind is KeyKind.PRIMARY:
                    assert len(set(values)) == len(values)
                    assert None not in values
                    continue
                target = tables[table.schema, key.ref_table or ""]
                position = [column.name for column in target.columns].index(key.ref_columns[0])
                assert set(values) <= {row[position] for row in target.rows}
