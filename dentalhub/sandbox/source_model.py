"""One center's source in memory: tables, columns, keys, views and rows (*pure*).

The SQLite writer and the T-SQL writer both read this description and nothing else.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

Value = int | float | str | Decimal | dt.date | dt.datetime | None
Row = tuple[Value, ...]

CHARACTER_TYPES = frozenset({"nvarchar", "varchar", "nchar", "char"})
MAX_LENGTH = -1


class KeyKind(Enum):
    """Kinds of constraints, in the words of INFORMATION_SCHEMA."""

    PRIMARY = "PRIMARY KEY"
    FOREIGN = "FOREIGN KEY"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column. ``length`` is in characters, -1 = max; ``precision`` and ``scale`` are those of a decimal."""

    name: str
    data_type: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    nullable: bool = True

    @property
    def is_text(self) -> bool:
        """Whether the column holds characters."""
        return self.data_type in CHARACTER_TYPES


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A constraint; the ``ref_`` fields are those of a foreign key, which stays within the schema."""

    name: str
    kind: KeyKind
    columns: tuple[str, ...]
    ref_table: str | None = None
    ref_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table with its rows, the values in column order."""

    schema: str
    name: str
    columns: tuple[ColumnSpec, ...]
    keys: tuple[KeySpec, ...]
    rows: tuple[Row, ...]

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the primary key's columns; empty when there is none."""
        return next((key.columns for key in self.keys if key.kind is KeyKind.PRIMARY), ())


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A view that shows some columns of one table, all rows."""

    schema: str
    name: str
    table: TableSpec
    columns: tuple[ColumnSpec, ...]


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A whole source; a table comes after the tables that its foreign keys point to."""

    database: str
    tables: tuple[TableSpec, ...]
    views: tuple[ViewSpec, ...]

    @property
    def schemas(self) -> tuple[str, ...]:
        """All schemas, sorted."""
        return tuple(sorted({table.schema for table in self.tables}))
