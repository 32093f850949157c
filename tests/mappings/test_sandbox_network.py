"""The matcher on the simulated network: all right, and the centers that need a person stay for one."""

from datetime import date

import pytest

from centers.catalog import Catalog, Column, ForeignKey, Table
from dentalhub.sandbox.center_source import CenterSource, make_center_source
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import plan_roster
from dentalhub.sandbox.source_model import ColumnSpec, KeyKind, SourceSpec, TableSpec
from mappings.proposal import propose
from mappings.readiness import unambiguous

OPTIONS = NetworkOptions(until=date(2026, 11, 20), days=2, rows_per_day=4)


def columns(specs: tuple[ColumnSpec, ...]) -> tuple[Column, ...]:
    return tuple(
        Column(spec.name, spec.data_type, spec.length, spec.nullable, ordinal)
        for ordinal, spec in enumerate(specs, start=1)
    )


def foreign_keys(spec: TableSpec) -> tuple[ForeignKey, ...]:
    return tuple(
        ForeignKey(key.columns, spec.schema, key.ref_table or "", key.ref_columns)
        for key in spec.keys
        if key.kind is KeyKind.FOREIGN
    )


def catalog_of(source: SourceSpec) -> Catalog:
    """What a discovery of the source would return."""
    tables = [
        Table(
            spec.schema,
            spec.name,
            "BASE TABLE",
            columns(spec.columns),
            spec.primary_key,
            foreign_keys(spec),
            len(spec.rows),
        )
        for spec in source.tables
    ]
    tables += [Table(view.schema, view.name, "VIEW", columns(view.columns)) for view in source.views]
    return Catalog(source.database, tuple(sorted(tables, key=lambda table: (table.schema, table.name))))


@pytest.fixture(scope="module")
def sources() -> list[CenterSource]:
    return [make_center_source(OPTIONS, center) for center in plan_roster(OPTIONS).centers]


def test_three_centers_need_a_person(sources: list[CenterSource]) -> None:
    unclear = [made.center.trait for made in sources if not unambiguous(propose(catalog_of(made.source)))]
    assert unclear == ["ambiguous_text", "ambiguous_tables", "ambiguous_date"]


def test_every_proposed_column_is_the_true_one(sources: list[CenterSource]) -> None:
    for made in sources:
        document = propose(catalog_of(made.source))
        for true in made.canonical:
            mapped = document.table(true.canonical)
            if made.center.trait == "ambiguous_tables" and true.canonical == "KARTEI":
                continue
            assert (mapped.schema, mapped.table) == (true.table.schema, true.table.name), made.center.center_id
            assert {item.name: item.column for item in mapped.fields} == dict(true.columns), made.center.center_id


def test_date_forms_are_the_true_ones(sources: list[CenterSource]) -> None:
    words = {"int": "int", "yyyymmdd": "text", "dd.mm.yyyy": "german", "date": "date", "datetime2": "datetime"}
    for made in sources:
        document = propose(catalog_of(made.source))
        assert document.table("LEISTUNG").date_format == words[made.form.dates.value], made.center.center_id
