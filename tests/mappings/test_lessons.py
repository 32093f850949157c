from dataclasses import replace

import pytest

from mappings.document import MappingDocument
from mappings.lessons import confirmed_names, is_teachable, lesson_of, rejected_names
from mappings.vocabulary import Lesson
from tests.mappings.taught import PLAIN, PLAIN_NAMES, version


def test_approval_teaches_the_names_that_it_uses() -> None:
    assert confirmed_names(version()) == PLAIN_NAMES


def test_affixes_of_the_source_are_not_part_of_a_name() -> None:
    affixes = dict(zip(PLAIN, ["X7A", "9QB", "K4", "MN8"], strict=True))
    columns = {field: f"{column.upper()}_{affixes[field]}" for field, column in PLAIN.items()}
    assert confirmed_names(version(columns=columns, alone=True)) == PLAIN_NAMES


def test_canonical_names_teach_nothing() -> None:
    assert confirmed_names(version("KARTEI", {field: field for field in PLAIN})) == frozenset()


def test_canonical_name_of_another_field_is_taught() -> None:
    names = confirmed_names(version("KARTEI", {**{field: field for field in PLAIN}, "PATNR": "PATIENTID"}))
    assert names == {("KARTEI.PATNR", "PATIENTID")}


@pytest.mark.parametrize("name", ["F003", "C20", "T0017", "TBL0017", "FELD12", "Spalte_4", "X", "117", "AB_12"])
def test_name_without_meaning_teaches_nothing(name: str) -> None:
    names = confirmed_names(version("KARTEI", {**{field: field for field in PLAIN}, "BEMERKUNG": name}))
    assert names == frozenset()


@pytest.mark.parametrize("key", ["NOTIZ", "KK", "NOTIZ2", "A1B2", "D" * 128])
def test_name_with_a_meaning_is_teachable(key: str) -> None:
    assert is_teachable("KARTEI.BEMERKUNG", key)


def test_name_that_no_database_allows_is_not_taught() -> None:
    assert not is_teachable("KARTEI.BEMERKUNG", "D" * 129)


def test_open_fields_teach_nothing() -> None:
    assert lesson_of(replace(version(), document=MappingDocument(()))) == Lesson()


def test_glued_letters_are_taught_to_nobody() -> None:
    """Nobody knows where NOTIZ ends in NOTIZXQ; a canonical name in front shows it."""
    columns = {"ID": "IDQ7", "PATNR": "PATIENTIDK2", "DATUM": "DATUMZZ", "BEMERKUNG": "NOTIZXQ", "DELKZ": "DELKZ99"}
    names = confirmed_names(version("KARTEI", columns, alone=True))
    assert names == {("KARTEI.PATNR", "PATIENTID")}


def test_rejection_speaks_against_what_the_approved_version_does_not_use() -> None:
    rejected = version(columns={**PLAIN, "DATUM": "Erfasst_am"})
    assert rejected_names(rejected, version()) == {("KARTEI.DATUM", "ERFASSTAM")}


def test_rejection_speaks_against_all_while_nothing_is_approved() -> None:
    assert rejected_names(version(), None) == PLAIN_NAMES


def test_right_columns_of_a_wrong_table_are_no_wrong_names() -> None:
    assert rejected_names(version("Eintraege_Archiv", {"BEMERKUNG": "Freitext"}), version()) == {
        ("KARTEI", "EINTRAEGEARCHIV")
    }


def test_table_that_nobody_has_is_a_wrong_name() -> None:
    nothing = replace(version(), document=MappingDocument(()))
    assert rejected_names(version(), nothing) == {("KARTEI", "EINTRAEGE")}


def test_confirmed_name_is_not_rejected_by_an_older_version() -> None:
    twice = version(columns={**PLAIN, "DATUM": "Erfasst_am", "BEMERKUNG": "EINTRAG_DATUM"})
    lesson = lesson_of(version(), [version(), twice])
    assert lesson == Lesson(
        frozenset(PLAIN_NAMES),
        frozenset({("KARTEI.DATUM", "ERFASSTAM"), ("KARTEI.BEMERKUNG", "EINTRAGDATUM")}),
    )
