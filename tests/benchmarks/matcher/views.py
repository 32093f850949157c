"""Centers whose truth is known, and the same centers with something taken away: names, values or keys."""

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from centers.catalog import Catalog, Table
from mappings.profile import NO_PROFILE, Profile, TableProfile
from mappings.profiling import profile_of
from mappings.schema_documents import document_of

_SCHEMA = "s"


@dataclass(frozen=True)
class TrueTable:
    """The true answer for one canonical table; `table` as schema.name, None where the center has none."""

    table: str | None
    columns: Mapping[str, str | None]
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TrueCenter:
    """What a discovery would see of a center, and its truth."""

    center_id: str
    zone: str
    traits: tuple[str, ...]
    catalog: Catalog
    profile: Profile
    truth: Mapping[str, TrueTable]


def true_centers(folder: Path) -> Iterator[TrueCenter]:
    """The documents of `folder` with their truths, in the order of the file names."""
    for path in sorted(folder.glob("*.json.gz")):
        data = json.loads(gzip.decompress(path.read_bytes()))
        document = document_of(data)
        yield TrueCenter(
            center_id=document.center_id,
            zone=data["zone"],
            traits=tuple(data["traits"]),
            catalog=document.catalog,
            profile=profile_of(document.catalog, document.samples),
            truth={
                name: TrueTable(entry["table"], entry["columns"], entry.get("notes", {}))
                for name, entry in data["truth"].items()
            },
        )


def without_values(center: TrueCenter) -> TrueCenter:
    """The center as one that allows nobody to look at rows."""
    return replace(center, profile=NO_PROFILE)


def without_keys(center: TrueCenter) -> TrueCenter:
    """The center with no primary and no foreign key declared."""
    tables = tuple(replace(table, primary_key=(), foreign_keys=()) for table in center.catalog.tables)
    return replace(center, catalog=replace(center.catalog, tables=tables))


def without_names(center: TrueCenter, seed: int = 0) -> TrueCenter:
    """The center with tables T0000 and columns F000 in an order that says nothing."""
    names = _opaque_names(center.catalog, seed)
    tables = tuple(names.table(table) for table in center.catalog.tables)
    profiles = tuple(names.profile(table) for table in center.profile.tables)
    truth = {name: names.truth(entry) for name, entry in center.truth.items()}
    return replace(center, catalog=replace(center.catalog, tables=tables), profile=Profile(profiles), truth=truth)


@dataclass(frozen=True)
class _Names:
    tables: Mapping[tuple[str, str], str]
    columns: Mapping[tuple[str, str, str], str]

    def table(self, table: Table) -> Table:
        key = (table.schema, table.name)
        return replace(
            table,
            schema=_SCHEMA,
            name=self.tables[key],
            columns=tuple(replace(column, name=self.columns[*key, column.name]) for column in table.columns),
            primary_key=tuple(self.columns[*key, name] for name in table.primary_key),
            foreign_keys=tuple(
                replace(
                    item,
                    columns=tuple(self.columns[*key, name] for name in item.columns),
                    ref_schema=_SCHEMA,
                    ref_table=self.tables[item.ref_schema, item.ref_table],
                    ref_columns=tuple(self.columns[item.ref_schema, item.ref_table, name] for name in item.ref_columns),
                )
                for item in table.foreign_keys
                if (item.ref_schema, item.ref_table) in self.tables
            ),
        )

    def profile(self, table: TableProfile) -> TableProfile:
        key = (table.schema, table.name)
        columns = tuple(
            replace(
                column,
                name=self.columns[*key, column.name],
                references=tuple(
                    replace(
                        item,
                        schema=_SCHEMA,
                        table=self.tables[item.schema, item.table],
                        column=self.columns[item.schema, item.table, item.column],
                    )
                    for item in column.references
                ),
            )
            for column in table.columns
        )
        return replace(table, schema=_SCHEMA, name=self.tables[key], columns=columns)

    def truth(self, entry: TrueTable) -> TrueTable:
        if entry.table is None:
            return entry
        schema, _, name = entry.table.partition(".")
        columns = {
            field: self.columns[schema, name, column] if column is not None else None
            for field, column in entry.columns.items()
        }
        return replace(entry, table=f"{_SCHEMA}.{self.tables[schema, name]}", columns=columns)


def _opaque_names(catalog: Catalog, seed: int) -> _Names:
    order = random.Random(seed)  # reproducible, no secret
    shuffled = sorted(catalog.tables, key=lambda table: (table.schema, table.name))
    order.shuffle(shuffled)
    tables, columns = {}, {}
    for number, table in enumerate(shuffled):
        tables[table.schema, table.name] = f"T{number:04d}"
        inside = sorted(table.columns, key=lambda column: column.name)
        order.shuffle(inside)
        columns.update(
            {(table.schema, table.name, column.name): f"F{place:03d}" for place, column in enumerate(inside)}
        )
    return _Names(tables, columns)
