"""The matcher on the simulated network: all right, and the centers that need a person stay for one."""

from dataclasses import dataclass
from datetime import date

import pytest

from centers.catalog import Catalog, Column, ForeignKey, Table
from centers.samples import Samples, TableSample
from dentalhub.sandbox.center_source import CenterSource, make_center_source
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import plan_roster
from dentalhub.sandbox.source_model import ColumnSpec, KeyKind, SourceSpec, TableSpec
from dentalhub.sandbox.traits import FlagForm, KeyForm
from mappings.document import DeleteFlag, MappingDocument
from mappings.profiling import profile_of
from mappings.proposal import propose
from mappings.readiness import unambiguous

OPTIONS = NetworkOptions(until=date(2026, 11, 20), days=2, rows_per_day=4)
HALF = 25


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


def sample_of(spec: TableSpec) -> TableSample:
    """The first and the last rows, as a discovery reads them."""
    if len(spec.rows) <= 2 * HALF:
        return TableSample(spec.rows, whole=True)
    return TableSample((*spec.rows[:HALF], *spec.rows[-HALF:]))


def samples_of(source: SourceSpec) -> Samples:
    """What a discovery of the source would look at."""
    return Samples({(spec.schema, spec.name): sample_of(spec) for spec in source.tables})


@dataclass(frozen=True)
class Proposed:
    """What a discovery with and without a look at the values leads to."""

    made: CenterSource
    seen: MappingDocument
    unseen: MappingDocument


@pytest.fixture(scope="module")
def proposed() -> list[Proposed]:
    found = []
    for center in plan_roster(OPTIONS).centers:
        made = make_center_source(OPTIONS, center)
        catalog = catalog_of(made.source)
        found.append(Proposed(made, propose(catalog, profile_of(catalog, samples_of(made.source))), propose(catalog)))
    return found


def test_three_centers_need_a_person(proposed: list[Proposed]) -> None:
    unclear = [item.made.center.trait for item in proposed if not unambiguous(item.seen)]
    assert unclear == ["ambiguous_text", "ambiguous_tables", "ambiguous_date"]


def test_without_values_dates_in_texts_need_a_person_too(proposed: list[Proposed]) -> None:
    unclear = [item.made.center.trait for item in proposed if not unambiguous(item.unseen)]
    assert unclear == ["german_date", "ambiguous_text", "ambiguous_tables", "char_date", "ambiguous_date"]


def test_every_proposed_column_is_the_true_one(proposed: list[Proposed]) -> None:
    for item in proposed:
        made = item.made
        for document in (item.seen, item.unseen):
            for true in made.canonical:
                mapped = document.table(true.canonical)
                if made.center.trait == "ambiguous_tables" and true.canonical == "KARTEI":
                    continue
                assert (mapped.schema, mapped.table) == (true.table.schema, true.table.name), made.center.center_id
                assert {item.name: item.column for item in mapped.fields} == dict(true.columns), made.center.center_id


def test_forms_are_the_true_ones(proposed: list[Proposed]) -> None:
    words = {"int": "int", "yyyymmdd": "text", "dd.mm.yyyy": "german", "date": "date", "datetime2": "datetime"}
    flags = {
        FlagForm.ZERO_ONE: DeleteFlag(("0",), True),
        FlagForm.YES_NO: DeleteFlag(("N",), True),
        FlagForm.ACTIVE: DeleteFlag(("1",), False),
        FlagForm.ABSENT: None,
    }
    for item in proposed:
        form, center = item.made.form, item.made.center.center_id
        for document in (item.seen, item.unseen):
            assert document.table("LEISTUNG").date_format == words[form.dates.value], center
            assert {table.delete_flag for table in document.tables} == {flags[form.flags]}, center
            assert document.patient_id_form == ("integer" if form.keys is KeyForm.INT else "text"), center
        assert (dict(item.seen.insurance_codes)["P"], item.seen.unknown_codes) == ("PKV", ()), center
