"""What the matcher decides in cases that names alone cannot settle."""

from dataclasses import replace

import pytest

from centers.catalog import Catalog, Column, Table
from mappings.confidence import CERTAIN
from mappings.document import FieldMapping, MappingDocument
from mappings.profile import ColumnProfile, Profile, Reference, Shape, TableProfile
from mappings.proposal import propose
from tests.mappings.catalogs import standard


def seen(name: str, *shapes: tuple[Shape, float], **more: object) -> ColumnProfile:
    """A column of 50 values, all there and all different unless `more` says otherwise."""
    given: dict[str, object] = {
        "values": 50,
        "distinct": 50,
        "filled_first": 1.0,
        "filled_last": 1.0,
        "mean_length": 60.0,
    }
    return ColumnProfile(name, shapes=shapes, **{**given, **more})  # type: ignore[arg-type]


def opaque(name: str, columns: dict[str, tuple[str, int | None]], rows: int, key: str = "") -> Table:
    made = tuple(
        Column(column, data_type, length, True, at) for at, (column, (data_type, length)) in enumerate(columns.items())
    )
    return Table("dbo", name, "BASE TABLE", made, (key,) if key else (), (), rows)


CHART = {
    "F1": ("int", None),
    "F2": ("int", None),
    "F3": ("int", None),
    "F4": ("nvarchar", 500),
    "F5": ("nvarchar", 500),
}
PEOPLE = {"F1": ("int", None), "F2": ("nvarchar", 60), "F3": ("nvarchar", 60)}
PATIENTS = TableProfile(
    "dbo",
    "T1",
    50,
    newest="2026-10",
    columns=(
        seen("F1", (Shape.WHOLE, 1.0), mean_length=5.0),
        seen("F2", (Shape.GIVEN_NAME, 1.0), mean_length=6.0),
        seen("F3", (Shape.FAMILY_NAME, 1.0), mean_length=6.0),
    ),
)
KEY = Reference("dbo", "T1", "F1", 0.9, 0.9)


def chart(name: str, newest: str = "2026-10") -> TableProfile:
    return TableProfile(
        "dbo",
        name,
        50,
        newest=newest,
        columns=(
            seen("F1", (Shape.WHOLE, 1.0), mean_length=6.0),
            seen("F2", (Shape.WHOLE, 1.0), mean_length=5.0, distinct=20, references=(KEY,)),
            seen("F3", (Shape.INT_DATE, 1.0), mean_length=8.0, lowest="2010-01", highest=newest, distinct=30),
            seen("F4", (Shape.CLINICAL, 1.0)),
            seen("F5", (Shape.LONG_TEXT, 1.0), mean_length=12.0, values=10, null_share=0.8),
        ),
    )


def proposal(*tables: Table, profile: Profile | None = None) -> MappingDocument:
    return propose(Catalog("db", tables), profile or Profile())


def column(document: MappingDocument, table: str, name: str) -> FieldMapping:
    return next(item for item in document.table(table).fields if item.name == name)


NAMELESS = (opaque("T1", PEOPLE, 900, "F1"), opaque("T2", CHART, 20_000, "F1"))


def test_values_and_joins_find_tables_whose_names_say_nothing() -> None:
    document = proposal(*NAMELESS, profile=Profile((PATIENTS, chart("T2"))))
    patient, kartei = document.table("PATIENT"), document.table("KARTEI")
    assert [patient.table, patient.column("P_NAME"), patient.column("P_VORNAME")] == ["T1", "F3", "F2"]
    assert [kartei.column(name) for name in ("ID", "PATNR", "DATUM", "BEMERKUNG")] == ["F1", "F2", "F3", "F4"]


def test_nothing_is_forced_where_neither_names_nor_values_speak() -> None:
    assert {table.table for table in proposal(*NAMELESS).tables} == {None}


def test_archive_of_the_same_shape_loses_by_its_older_rows() -> None:
    archive = opaque("T3", CHART, 60_000, "F1")
    document = proposal(*NAMELESS, archive, profile=Profile((PATIENTS, chart("T2"), chart("T3", "2019-12"))))
    others = {item.name: {reason.code for reason in item.evidence} for item in document.table("KARTEI").candidates}
    assert document.table("KARTEI").table == "T2"
    assert "older_rows" in others["dbo.T3"]


def test_copies_that_nothing_sets_apart_are_never_certain() -> None:
    document = proposal(
        *NAMELESS, opaque("T3", CHART, 20_000, "F1"), profile=Profile((PATIENTS, chart("T2"), chart("T3")))
    )
    assert document.table("KARTEI").confidence <= 0.75
    assert column(document, "KARTEI", "BEMERKUNG").confidence < CERTAIN


def with_profile(**columns: ColumnProfile) -> MappingDocument:
    """The standard source, of which some columns of KARTEI were looked at."""
    profile = TableProfile("ck", "KARTEI", 50, newest="2026-10", columns=tuple(columns.values()))
    return propose(standard(), Profile((profile,)))


def test_empty_column_is_not_proposed_whatever_its_name() -> None:
    document = with_profile(note=ColumnProfile("BEMERKUNG", null_share=1.0))
    assert column(document, "KARTEI", "BEMERKUNG").column != "BEMERKUNG"


def test_column_that_new_rows_leave_empty_is_not_certain() -> None:
    old = seen("BEMERKUNG", (Shape.CLINICAL, 1.0), values=25, null_share=0.5, filled_last=0.0)
    assert column(with_profile(note=old), "KARTEI", "BEMERKUNG").confidence < CERTAIN


def test_values_that_contradict_take_certainty_from_a_good_name() -> None:
    plain = column(propose(standard()), "KARTEI", "DATUM").confidence
    spoilt = seen("DATUM", (Shape.MOMENT, 1.0))
    assert plain >= CERTAIN > column(with_profile(date=spoilt), "KARTEI", "DATUM").confidence


@pytest.mark.parametrize(("codes", "inverted"), [((("0", 48), ("1", 2)), False), ((("0", 2), ("1", 48)), True)])
def test_direction_of_a_flag_without_a_telling_name_follows_its_values(
    codes: tuple[tuple[str, int], ...], inverted: bool
) -> None:
    source = standard()
    tables = tuple(
        replace(
            table, columns=tuple(replace(item, name="F9") if item.name == "DELKZ" else item for item in table.columns)
        )
        if table.name == "KARTEI"
        else table
        for table in source.tables
    )
    flag = seen("F9", (Shape.ZERO_ONE, 1.0), codes=codes, distinct=2, mean_length=1.0)
    profile = Profile((TableProfile("ck", "KARTEI", 50, columns=(flag,)),))
    found = propose(replace(source, tables=tables), profile).table("KARTEI")
    assert found.column("DELKZ") == "F9"
    assert found.delete_flag is not None
    assert found.delete_flag.null_is_live is not inverted
    assert next(item for item in found.fields if item.name == "DELKZ").confidence < CERTAIN


def test_previous_decision_is_evidence() -> None:
    before = propose(standard())
    again = propose(standard(), previous=before)
    assert {"decided_before"} <= {item.code for item in column(again, "KARTEI", "DATUM").evidence}
    assert "decided_before" not in {item.code for item in column(before, "KARTEI", "DATUM").evidence}
