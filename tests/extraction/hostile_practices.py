"""One small practice per kind of hostile names, each in a database of its own, whose name is hostile too."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.process import SandboxProcess
from dentalhub.sandbox.source_model import KeyKind, KeySpec, SourceSpec, TableSpec
from dentalhub.sandbox.sqlite_file import write_sqlite_file
from mappings.document import FieldMapping, MappingDocument
from tests.extraction.source_forms import FRIDAY, Practice
from tests.hostile_names import SPELLINGS, Spelling

PRACTICE = Practice("ck")
CENTERS = {spelling: f"center_{number:02d}" for number, spelling in enumerate(SPELLINGS, start=1)}


# Names that only look the same, or only count as the same once they are normalised: the rows of the others are none.
TWINS: dict[str, Spelling] = {
    "composed": SPELLINGS["decomposed"],
    "decomposed": SPELLINGS["composed"],
    "look_alike": str,
    "invisible": str,
}


def tables_of(spelling: str) -> tuple[TableSpec, ...]:
    """All tables of the practice in that spelling, with the empty ones of its twin."""
    tables = tuple(spelled_table(table, SPELLINGS[spelling]) for table in PRACTICE.tables())
    twin = TWINS.get(spelling)
    if twin is None:
        return tables
    return (*tables, *(replace(spelled_table(table, twin), rows=()) for table in PRACTICE.tables()))


def spelled_table(table: TableSpec, spell: Spelling) -> TableSpec:
    """`table` with every name in that spelling, and a primary key of a hostile name."""
    columns = tuple(replace(column, name=spell(column.name)) for column in table.columns)
    key = KeySpec(spell(f"PK_{table.name}"), KeyKind.PRIMARY, (columns[0].name,))
    return TableSpec(spell(table.schema), spell(table.name), columns, (key,), table.rows)


def spelled_mapping(spell: Spelling) -> MappingDocument:
    """The mapping that fits a practice in that spelling."""
    mapping = PRACTICE.mapping
    tables = tuple(
        replace(
            table,
            schema=spell(table.schema or ""),
            table=spell(table.table or ""),
            fields=tuple(FieldMapping(item.name, spell(item.column or "")) for item in table.fields),
        )
        for table in mapping.tables
    )
    return replace(mapping, tables=tables)


@contextmanager
def served_practices(directory: Path) -> Iterator[SandboxProcess]:
    """A served network in which each center of CENTERS has its spelling."""
    options = NetworkOptions(until=FRIDAY, centers=len(SPELLINGS), servers=1, days=1, rows_per_day=1)
    network = build_network(directory, options)
    manifest = directory / "network.json"
    document = json.loads(manifest.read_text(encoding="utf-8"))
    for spelling, center, entry in zip(SPELLINGS, network.centers, document["centers"], strict=True):
        spell = SPELLINGS[spelling]
        database = spell(f"DB{center.center_id[-2:]}")
        if database.isprintable() and database == database.strip():
            # Other names of databases are refused where centers are entered.
            entry["database"] = database
        file = network.database_file(center)
        file.unlink()
        write_sqlite_file(file, SourceSpec(entry["database"], tables_of(spelling), ()))
    manifest.write_text(json.dumps(document), encoding="utf-8")
    with SandboxProcess(directory) as process:
        yield process
