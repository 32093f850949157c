"""The SQLite files against the contract with the server, and against the ground truth."""

# ruff: noqa: S608 # queries over files that the test itself made
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dentalhub.sandbox.center_source import make_truth
from dentalhub.sandbox.roster import plan_roster
from dentalhub.sandbox.source_model import CHARACTER_TYPES
from dentalhub.sandbox.sqlite_file import write_sqlite_file
from tests.sandbox.generated_network import OPTIONS, all_centers, with_trait


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The file of one center of each trait."""
    directory = tmp_path_factory.mktemp("files")
    made = {source.center.trait: source for source in all_centers().values()}
    for trait, source in made.items():
        write_sqlite_file(directory / trait, source.source)
    return {trait: directory / trait for trait in made}


@pytest.fixture
def standard(files: dict[str, Path]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(files["standard"])) as connection:
        yield connection


def _quoted(*names: str) -> str:
    return '"' + ".".join(names) + '"'


def test_every_table_is_listed_with_its_row_count(files: dict[str, Path]) -> None:
    for path in files.values():
        with closing(sqlite3.connect(path)) as connection:
            listed = connection.execute(
                "SELECT schema_name, table_name, table_type, row_count FROM __tables"
            ).fetchall()
            stored = connection.execute(
                "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"
            ).fetchall()
            types = {"BASE TABLE": "table", "VIEW": "view"}
            assert {(f"{schema}.{name}", types[kind]) for schema, name, kind, _ in listed} == {
                (name, kind) for name, kind in stored if not name.startswith("__")
            }
            for schema, name, _, count in listed:
                assert connection.execute(f"SELECT COUNT(*) FROM {_quoted(schema, name)}").fetchone() == (count,)


def test_every_column_is_described_in_order(standard: sqlite3.Connection) -> None:
    tables = standard.execute("SELECT schema_name, table_name FROM __tables").fetchall()
    for schema, name in tables:
        described = standard.execute(
            "SELECT column_name FROM __columns WHERE schema_name = ? AND table_name = ? ORDER BY ordinal",
            (schema, name),
        ).fetchall()
        stored = standard.execute(f"PRAGMA table_info({_quoted(schema, name)})").fetchall()
        assert [column for (column,) in described] == [column[1] for column in stored]


def test_character_columns_compare_without_case(standard: sqlite3.Connection) -> None:
    rows = standard.execute("SELECT schema_name, table_name, column_name, data_type, max_length FROM __columns")
    for schema, table, column, data_type, length in rows.fetchall():
        assert (length is not None) == (data_type in CHARACTER_TYPES)
        declared = standard.execute(
            "SELECT sql FROM sqlite_master WHERE name = ? AND type = 'table'", (f"{schema}.{table}",)
        ).fetchone()
        if length is not None and declared is not None:
            assert f"{_quoted(column)} TEXT COLLATE NOCASE" in declared[0]


def test_texts_fit_their_columns() -> None:
    for made in all_centers().values():
        for table in made.source.tables:
            for position, column in enumerate(table.columns):
                if not column.is_text or column.length in (None, -1):
                    continue
                # SQL Server counts UTF-16 units.
                lengths = [len(str(row[position]).encode("utf-16-le")) // 2 for row in table.rows if row[position]]
                assert max(lengths, default=0) <= (column.length or 0), (table.name, column.name)


def test_varchar_columns_hold_only_western_characters() -> None:
    foreign = [
        (table.name, column.name)
        for made in all_centers().values()
        for table in made.source.tables
        for position, column in enumerate(table.columns)
        if column.data_type in {"varchar", "char"}
        for row in table.rows
        if str(row[position]) != str(row[position]).encode("cp1252", "replace").decode("cp1252")
    ]
    assert foreign == []


def test_keys_are_described(standard: sqlite3.Connection) -> None:
    kinds = dict(standard.execute("SELECT constraint_type, COUNT(*) FROM __keys GROUP BY constraint_type").fetchall())
    assert kinds["PRIMARY KEY"] >= 10
    references = standard.execute(
        "SELECT ref_schema, ref_table, ref_column, ordinal FROM __keys WHERE constraint_type = 'FOREIGN KEY'"
    ).fetchall()
    assert all(None not in reference for reference in references)


def test_dates_decimals_and_moments_are_text(files: dict[str, Path]) -> None:
    with closing(sqlite3.connect(files["datetime2"])) as connection:
        query = "SELECT schema_name, table_name, column_name, data_type FROM __columns WHERE data_type IN (?, ?, ?)"
        for schema, table, column, data_type in connection.execute(
            query, ("datetime2", "datetime", "decimal")
        ).fetchall():
            name = _quoted(column)
            select = f"SELECT DISTINCT typeof({name}) FROM {_quoted(schema, table)} WHERE {name} IS NOT NULL"
            assert connection.execute(select).fetchall() in ([("text",)], []), data_type
    with closing(sqlite3.connect(files["date"])) as connection:
        kartei = next(table for table in with_trait("date").canonical if table.canonical == "KARTEI")
        column = _quoted(kartei.columns["DATUM"] or "")
        table_name = _quoted(kartei.table.schema, kartei.table.name)
        (newest,) = connection.execute(f"SELECT MAX({column}) FROM {table_name}").fetchone()
        assert newest == "2026-11-20"


def test_file_agrees_with_the_truth_by_plain_sql(files: dict[str, Path]) -> None:
    """Chart entries of the last day, read with the mapping of the truth and nothing of the generator."""
    stored = {"int": 20261120, "yyyymmdd": "20261120", "dd.mm.yyyy": "20.11.2026", "date": "2026-11-20"}
    stored["datetime2"] = "2026-11-20 00:00:00"
    alive = {"0/1": "COALESCE({0}, 0) = 0", "J/N": "COALESCE({0}, 'N') = 'N'", "inverted": "{0} = 1", "absent": "1"}
    servers = {server.name: server for server in plan_roster(OPTIONS).servers}
    for trait, path in files.items():
        made = next(source for source in reversed(all_centers().values()) if source.center.trait == trait)
        truth = json.loads(json.dumps(make_truth(made, servers[made.center.server])))
        chart, semantics = truth["mapping"]["KARTEI"], truth["semantics"]
        columns = {field: _quoted(name) for field, name in chart["columns"].items() if name}
        condition = alive[semantics["delete_flags"]["KARTEI"]].format(columns.get("DELKZ"))
        query = (
            f"SELECT {columns['ID']}, {columns['PATNR']}, COALESCE({columns['BEMERKUNG']}, '') "
            f"FROM {_quoted(chart['schema'], chart['table'])} WHERE {columns['DATUM']} = ? AND {condition} "
            f"ORDER BY {columns['PATNR']}, {columns['ID']}"
        )
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute(query, (stored[semantics["KARTEI.DATUM"]],)).fetchall()
        expected = [(row["row_id"], row["patient_id"], row["chart_entry"]) for row in truth["entries"]["2026-11-20"]]
        assert [(row_id, str(patient), text) for row_id, patient, text in found] == expected, trait


def test_existing_file_is_not_added_to(files: dict[str, Path]) -> None:
    with pytest.raises(FileExistsError):
        write_sqlite_file(files["clean"], with_trait("clean").source)
