"""What introspection of a source returned, as frozen data. *Pure*; `centers.introspection` fills it."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `data_type` is SQL Server's name, `max_length` in characters (-1: max, None: no text)."""

    name: str
    data_type: str
    max_length: int | None
    nullable: bool
    ordinal: int


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of the owning table refer to `ref_columns` of `ref_schema.ref_table`."""

    columns: tuple[str, ...]
    ref_schema: str
    ref_table: str
    ref_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table or view; `row_count` is None where it is not known."""

    schema: str
    name: str
    table_type: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    row_count: int | None = None

    @property
    def qualified_name(self) -> str:
        """For people, see the function of this name."""
        return qualified_name(self.schema, self.name)

    @property
    def is_view(self) -> bool:
        return self.table_type == "VIEW"

    def column(self, name: str) -> Column | None:
        """The column of exactly that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All tables of one source, in the order of schema and name."""

    database: str
    tables: tuple[Table, ...]

    def table(self, schema: str, name: str) -> Table | None:
        """The table of exactly that schema and name."""
        return next((table for table in self.tables if table.schema == schema and table.name == name), None)


def qualified_name(schema: str, name: str) -> str:
    """For people: `schema.name`, or `[sch.ema].[name]` where dots in a name leave open which part they belong to.

    Two tables never have the same.
    """
    if "." not in schema + name:
        return f"{schema}.{name}"
    return ".".join("[" + part.replace("]", "]]") + "]" for part in (schema, name))


def to_document(catalog: Catalog) -> dict[str, Any]:
    """The catalog as plain JSON data, tables and columns in order."""
    return {
        "database": catalog.database,
        "tables": [
            {
                "schema": table.schema,
                "name": table.name,
                "table_type": table.table_type,
                "row_count": table.row_count,
                "primary_key": list(table.primary_key),
                "columns": [
                    {
                        "name": column.name,
                        "data_type": column.data_type,
                        "max_length": column.max_length,
                        "nullable": column.nullable,
                        "ordinal": column.ordinal,
                    }
                    for column in table.columns
                ],
                "foreign_keys": [
                    {
                        "columns": list(key.columns),
                        "ref_schema": key.ref_schema,
                        "ref_table": key.ref_table,
                        "ref_columns": list(key.ref_columns),
                    }
                    for key in table.foreign_keys
                ],
            }
            for table in catalog.tables
        ],
    }


def from_document(document: dict[str, Any], only: Container[tuple[str | None, str | None]] | None = None) -> Catalog:
    """The inverse of `to_document`; raises KeyError or TypeError on another shape.

    `only`: just the tables with these schemas and names, for readers that need four of a hundred and fifty.
    """
    tables = (table for table in document["tables"] if only is None or (table["schema"], table["name"]) in only)
    return Catalog(database=document["database"], tables=tuple(_table(table) for table in tables))


def _table(table: dict[str, Any]) -> Table:
    return Table(
        schema=table["schema"],
        name=table["name"],
        table_type=table["table_type"],
        row_count=table["row_count"],
        primary_key=tuple(table["primary_key"]),
        columns=tuple(Column(**column) for column in table["columns"]),
        foreign_keys=tuple(
            ForeignKey(
                columns=tuple(key["columns"]),
                ref_schema=key["ref_schema"],
                ref_table=key["ref_table"],
                ref_columns=tuple(key["ref_columns"]),
            )
            for key in table["foreign_keys"]
        ),
    )
