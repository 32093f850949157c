"""A source as plain T-SQL that SQL Server 2012 and later understand (*pure*)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from dentalhub.sandbox.source_model import ColumnSpec, KeyKind, KeySpec, Row, SourceSpec, TableSpec, Value, ViewSpec

# SQL Server takes at most 1,000 rows in one VALUES list; it also compiles shorter ones faster.
ROWS_PER_INSERT = 500
# The databases' mark: a real server may also hold databases that nobody may drop.
MARK = "dentalhub_sandbox"
UNFINISHED = "unfinished"
# Umlauts in varchar columns, and comparisons without case as practices have them, whatever the server's default is.
COLLATION = "Latin1_General_CI_AS"


def database_script(source: SourceSpec, fingerprint: str) -> Iterator[str]:
    """The batches that create and fill the source's database, to be sent one after another in autocommit mode.

    The database is marked as the sandbox's own at once, and with ``fingerprint`` when it is complete.
    """
    yield f"CREATE DATABASE {bracketed(source.database)} COLLATE {COLLATION}"
    yield f"USE {bracketed(source.database)}"
    yield _mark("sp_addextendedproperty", UNFINISHED)
    for schema in source.schemas:
        if schema != "dbo":
            yield f"CREATE SCHEMA {bracketed(schema)}"
    for table in source.tables:
        yield _create_table(table)
        yield from _inserts(table)
    for view in source.views:
        yield _create_view(view)
    yield _mark("sp_updateextendedproperty", fingerprint)
    yield "USE [master]"


def drop_script(database: str) -> Iterator[str]:
    """The batches that drop a database in spite of open connections."""
    yield f"ALTER DATABASE {bracketed(database)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE"
    yield f"DROP DATABASE {bracketed(database)}"


def mark_query(database: str) -> str:
    """The query that reads a database's mark: no row when the database is not the sandbox's."""
    return (
        f"SELECT CAST(p.value AS NVARCHAR(400)) FROM {bracketed(database)}.sys.extended_properties AS p "
        f"WHERE p.class = 0 AND p.name = {literal(MARK)}"
    )


def bracketed(name: str) -> str:
    """An identifier in brackets."""
    return "[" + name.replace("]", "]]") + "]"


def literal(value: Value) -> str:
    """A value as a T-SQL literal that means the same under every language setting of the server."""
    match value:
        case None:
            return "NULL"
        case str():
            return _text_literal(value)
        case dt.datetime():
            return f"'{value.isoformat()}'"
        case dt.date():
            return f"'{value.isoformat()}'"
        case float():
            return f"{value!r}"
        case int() | Decimal():
            return f"{value}"


def _text_literal(text: str) -> str:
    """A backslash before a line break would join the two lines, so that the literal is cut there."""
    quoted = "N'" + text.replace("'", "''") + "'"
    for line_break in ("\r\n", "\n"):
        quoted = quoted.replace("\\" + line_break, "\\' + N'" + line_break)
    return quoted


def _mark(procedure: str, value: str) -> str:
    return f"EXEC sys.{procedure} @name = {literal(MARK)}, @value = {literal(value)}"


def _create_table(table: TableSpec) -> str:
    parts = [f"{bracketed(column.name)} {_type(column)}" for column in table.columns]
    parts += [_constraint(table.schema, key) for key in table.keys]
    return f"CREATE TABLE {_qualified(table)} (\n    " + ",\n    ".join(parts) + "\n)"


def _type(column: ColumnSpec) -> str:
    null = "NULL" if column.nullable else "NOT NULL"
    if column.is_text:
        length = "MAX" if column.length == -1 else f"{column.length}"
        return f"{column.data_type.upper()}({length}) {null}"
    if column.data_type == "decimal":
        return f"DECIMAL({column.precision}, {column.scale}) {null}"
    if column.data_type == "datetime2":
        return f"DATETIME2({column.scale}) {null}"
    return f"{column.data_type.upper()} {null}"


def _constraint(schema: str, key: KeySpec) -> str:
    text = f"CONSTRAINT {bracketed(key.name)} {key.kind.value} ({_list(key.columns)})"
    if key.kind is KeyKind.FOREIGN and key.ref_table:
        text += f" REFERENCES {bracketed(schema)}.{bracketed(key.ref_table)} ({_list(key.ref_columns)})"
    return text


def _inserts(table: TableSpec) -> Iterator[str]:
    head = f"INSERT INTO {_qualified(table)} ({_list(tuple(column.name for column in table.columns))}) VALUES\n"
    for start in range(0, len(table.rows), ROWS_PER_INSERT):
        yield head + ",\n".join(_values(row) for row in table.rows[start : start + ROWS_PER_INSERT])


def _values(row: Row) -> str:
    return "(" + ", ".join(literal(value) for value in row) + ")"


def _create_view(view: ViewSpec) -> str:
    columns = _list(tuple(column.name for column in view.columns))
    return f"CREATE VIEW {_qualified(view)} AS SELECT {columns} FROM {_qualified(view.table)}"


def _qualified(spec: TableSpec | ViewSpec) -> str:
    return f"{bracketed(spec.schema)}.{bracketed(spec.name)}"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(bracketed(name) for name in names)
