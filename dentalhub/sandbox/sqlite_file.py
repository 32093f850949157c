"""Write a source as the SQLite file that the sandbox's server reads: its tables, and what they are in SQL Server."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from dentalhub.sandbox.source_model import ColumnSpec, KeyKind, Row, SourceSpec, TableSpec, ViewSpec

_METADATA = """
CREATE TABLE "__tables" (schema_name TEXT, table_name TEXT, table_type TEXT, row_count INTEGER);
CREATE TABLE "__columns" (schema_name TEXT, table_name TEXT, column_name TEXT, ordinal INTEGER, data_type TEXT,
    max_length INTEGER, numeric_precision INTEGER, numeric_scale INTEGER, is_nullable INTEGER);
CREATE TABLE "__keys" (constraint_name TEXT, constraint_type TEXT, schema_name TEXT, table_name TEXT,
    column_name TEXT, ordinal INTEGER, ref_schema TEXT, ref_table TEXT, ref_column TEXT);
"""
# INFORMATION_SCHEMA states precision and scale for every number.
_NUMBERS = {"tinyint": (3, 0), "smallint": (5, 0), "int": (10, 0), "bigint": (19, 0), "float": (53, None)}
# How the types are written that SQLite does not have.
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    dt.datetime: lambda value: value.isoformat(sep=" "),
    dt.date: lambda value: value.isoformat(),
    Decimal: str,
}
_INTEGERS = frozenset({"tinyint", "smallint", "int", "bigint", "bit"})


def write_sqlite_file(path: Path, source: SourceSpec) -> None:
    """Write the source to a new file; raises FileExistsError rather than adding to one."""
    if path.exists():
        raise FileExistsError(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # A new file that nobody reads yet needs neither a journal nor a flush per write.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _METADATA)
        for table in source.tables:
            _write_table(connection, table)
        for view in source.views:
            _write_view(connection, view)
        connection.execute("COMMIT")


def _write_table(connection: sqlite3.Connection, table: TableSpec) -> None:
    name = quoted(f"{table.schema}.{table.name}")
    parts = [f"{quoted(column.name)} {_declared_type(column)}" for column in table.columns]
    if table.primary_key:
        parts.append(f"PRIMARY KEY ({', '.join(quoted(column) for column in table.primary_key)})")
    connection.execute(f"CREATE TABLE {name} ({', '.join(parts)})")
    marks = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {name} VALUES ({marks})", [_stored_row(row) for row in table.rows])
    _describe(connection, table, "BASE TABLE", len(table.rows))
    for key in table.keys:
        reference = table.schema if key.kind is KeyKind.FOREIGN else None
        connection.executemany(
            'INSERT INTO "__keys" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
            [
                (
                    *(key.name, key.kind.value, table.schema, table.name, column, ordinal),
                    *(reference, key.ref_table, key.ref_columns[ordinal - 1] if reference else None),
                )
                for ordinal, column in enumerate(key.columns, start=1)
            ],
        )


def _write_view(connection: sqlite3.Connection, view: ViewSpec) -> None:
    columns = ", ".join(quoted(column.name) for column in view.columns)
    source = quoted(f"{view.table.schema}.{view.table.name}")
    connection.execute(f"CREATE VIEW {quoted(f'{view.schema}.{view.name}')} AS SELECT {columns} FROM {source}")
    _describe(connection, view, "VIEW", len(view.table.rows))


def _describe(connection: sqlite3.Connection, spec: TableSpec | ViewSpec, kind: str, rows: int) -> None:
    connection.execute('INSERT INTO "__tables" VALUES (?, ?, ?, ?)', (spec.schema, spec.name, kind, rows))
    connection.executemany(
        'INSERT INTO "__columns" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        [
            (
                *(spec.schema, spec.name, column.name, ordinal, column.data_type, column.length),
                *_precision(column),
                int(column.nullable),
            )
            for ordinal, column in enumerate(spec.columns, start=1)
        ],
    )


def _precision(column: ColumnSpec) -> tuple[int | None, int | None]:
    return _NUMBERS.get(column.data_type, (column.precision, column.scale))


def _declared_type(column: ColumnSpec) -> str:
    """Affinities: decimals are text, since SQLite would keep them as binary fractions."""
    if column.is_text:
        return "TEXT COLLATE NOCASE"
    if column.data_type in _INTEGERS:
        return "INTEGER"
    return "REAL" if column.data_type == "float" else "TEXT"


def _stored_row(row: Row) -> tuple[Any, ...]:
    return tuple([_WRITERS[type(value)](value) if type(value) in _WRITERS else value for value in row])


def quoted(name: str) -> str:
    """An SQLite identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'
