"""The databases of one simulated server: which exist, what tables and columns they have."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from dentalhub.sandbox.engine.system_views import system_view
from dentalhub.sandbox.errors import invalid_object, unknown_database
from dentalhub.sandbox.faults import FaultBook
from dentalhub.sandbox.sql_types import Family, SqlType, parse_type
from dentalhub.sandbox.tsql.catalog import SourceColumn, SourceTable

MASTER: Final = "master"
DEFAULT_SCHEMA: Final = "dbo"
_EMPTY_MASTER: Final = """
CREATE TABLE __tables(schema_name, table_name, table_type, row_count);
CREATE TABLE __columns(schema_name, table_name, column_name, ordinal, data_type, max_length, numeric_precision,
                       numeric_scale, is_nullable);
CREATE TABLE __keys(constraint_name, constraint_type, schema_name, table_name, column_name, ordinal, ref_schema,
                    ref_table, ref_column);
"""


def open_read_only(file: Path | None) -> sqlite3.Connection:
    """A connection that cannot write; None opens an empty ``master`` in memory."""
    if file is None:
        connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        connection.executescript(_EMPTY_MASTER)
        return connection
    uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)


@dataclass(slots=True)
class Database:
    """One database; tables are read when first asked for, since most connections never look at most databases."""

    name: str
    file: Path | None
    _tables: dict[tuple[str, str], SourceTable] | None = None
    _plain: dict[tuple[str, str], bool] = field(default_factory=dict)

    def table(self, schema: str, name: str) -> SourceTable | None:
        """A practice table by its names in any case."""
        if self._tables is None:
            self._tables = self._load()
        return self._tables.get((schema.lower(), name.lower()))

    def is_plain(self, table: SourceTable, column: str) -> bool:
        """Whether a text column is ASCII without trailing blanks in every row; looked up once for a whole table."""
        key = (table.source, column)
        if key not in self._plain:
            texts = [] if table.is_system else [one.name for one in table.columns if one.type.family is Family.TEXT]
            names = list(dict.fromkeys([column, *texts]))
            looks = ", ".join(_is_plain(table.source, name) for name in names)
            with closing(open_read_only(self.file)) as connection:
                found = connection.execute(f"SELECT {looks}").fetchone()
            self._plain |= {(table.source, name): bool(plain) for name, plain in zip(names, found, strict=True)}
        return self._plain[key]

    def _load(self) -> dict[tuple[str, str], SourceTable]:
        with closing(open_read_only(self.file)) as connection:
            tables = connection.execute("SELECT schema_name, table_name FROM __tables").fetchall()
            described = connection.execute(
                "SELECT schema_name, table_name, column_name, data_type, max_length, numeric_precision, "
                "numeric_scale FROM __columns ORDER BY schema_name, table_name, ordinal"
            ).fetchall()
        columns: dict[tuple[str, str], list[SourceColumn]] = {}
        for schema, name, column, data_type, length, precision, scale in described:
            found = SourceColumn(column, _column_type(data_type, length, precision, scale))
            columns.setdefault((schema, name), []).append(found)
        return {
            (schema.lower(), name.lower()): SourceTable(
                self.name, schema, name, _stored_as(schema, name), tuple(columns.get((schema, name), ()))
            )
            for schema, name in tables
        }


def _is_plain(source: str, column: str) -> str:
    name = '"' + column.replace('"', '""') + '"'
    return f"NOT EXISTS (SELECT 1 FROM {source} WHERE {name} GLOB '*[^ -~]*' OR {name} GLOB '* ')"


def _stored_as(schema: str, name: str) -> str:
    return '"' + f"{schema}.{name}".replace('"', '""') + '"'


def _column_type(name: str, length: int | None, precision: int | None, scale: int | None) -> SqlType:
    """Types that the sandbox cannot send are a fault of the generator, so they raise ValueError."""
    base = parse_type(name)
    if base is None:
        raise ValueError(f"unknown column type {name!r}")
    if base.family in {Family.TEXT, Family.BINARY}:
        return SqlType(base.name, length=length or -1)
    if base.family is Family.DECIMAL:
        return SqlType("decimal", precision=precision or 18, scale=scale or 0)
    if base.name == "datetime2":
        return SqlType("datetime2", scale=7 if scale is None else scale)
    return base


class ServerDatabases:
    """All databases of one server, by name in any case; ``master`` is always there."""

    def __init__(self, files: Mapping[str, Path], faults: FaultBook | None = None) -> None:
        self.faults = faults or FaultBook()
        self._databases = {MASTER: Database(MASTER, None)}
        self._databases |= {name.lower(): Database(name, file) for name, file in files.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the databases that exist for clients."""
        return tuple(one.name for one in self._databases.values() if not self.faults.hides_database(one.name))

    def find(self, name: str) -> Database | None:
        """A database by its name in any case."""
        return None if self.faults.hides_database(name) else self._databases.get(name.lower())


@dataclass(frozen=True, slots=True)
class SessionCatalog:
    """The databases as a session sees them whose current database is ``current``."""

    databases: ServerDatabases
    current: str

    def table(self, database: str, schema: str, name: str) -> SourceTable:
        """Find a table by names as written, '' where none was; raises SqlError 911 or 208."""
        found = self.databases.find(database or self.current)
        if found is None:
            raise unknown_database(database or self.current)
        table = system_view(found.name, schema, name, self.databases.names) if schema else None
        if table is None and not self.databases.faults.hides_tables(found.name):
            table = found.table(schema or DEFAULT_SCHEMA, name)
            if table is not None and self.databases.faults.hides_columns(found.name):
                table = replace(table, columns=())
        if table is None:
            raise invalid_object(".".join(part for part in (database, schema, name) if part))
        return table

    def is_plain(self, table: SourceTable, column: str) -> bool:
        """Whether a text column is ASCII without trailing blanks: names in system views may be anything, too."""
        found = self.databases.find(table.database)
        return found is not None and found.is_plain(table, column)

    def has_permission(self, name: str, permission: str) -> int | None:
        """HAS_PERMS_BY_NAME for a table: may SELECT, may do nothing else; NULL for an unknown one."""
        parts = [part.strip("[]") for part in name.replace("].[", "]\0[").split("\0")]
        if len(parts) == 1:
            parts = name.split(".")
        database, schema, table = ([""] * 3 + parts)[-3:]
        found = self.databases.find(database or self.current)
        if found is None or found.table(schema or DEFAULT_SCHEMA, table) is None:
            return None
        return int(permission.upper() == "SELECT")
