"""What mssql-django asks SQL Server's catalog while it migrates, answered from a `Schema`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from tests.sql_server.predicates import columns_of
from tests.sql_server.schema import Schema
from tests.sql_server.statements import Check, Default, ForeignKey, Unique
from tests.sql_server.tables import Table

Rows: TypeAlias = list[tuple[Any, ...]]
_DEFAULT_OF = re.compile(r"SELECT d\.name FROM sys\.default_constraints d .* t\.name = '(\w+)' AND c\.name = '(\w+)'")
_NAMED = re.compile(r"SELECT 1 FROM INFORMATION_SCHEMA\.CONSTRAINT_COLUMN_USAGE WHERE CONSTRAINT_NAME = '(\w+)'")
_UNIQUE_INDEX = re.compile(r"WHERE i\.object_id = OBJECT_ID\('(\w+)'\)\s+and i\.name = '(\w+)'")


def answer(schema: Schema, sql: str, parameters: Sequence[Any]) -> Rows | None:
    """The rows; None where `sql` asks no catalog. Raises AssertionError for a question that is new."""
    if not re.search(r"\bsys\]?\.|INFORMATION_SCHEMA", sql) or sql.lstrip().startswith("DECLARE"):
        return None
    if "FROM INFORMATION_SCHEMA.TABLES" in sql:
        return [(table.name, "BASE TABLE", None) for table in schema.tables.values()]
    if (found := _DEFAULT_OF.match(sql)) is not None:
        return [(item.name,) for item in _defaults(schema.table(found[1])) if item.column == found[2]]
    if (found := _NAMED.match(sql)) is not None:
        return [(1,)] if schema.objects.get(found[1].lower()) == "constraint" else []
    if (found := _UNIQUE_INDEX.search(sql)) is not None:
        index = schema.table(found[1]).indexes[found[2].lower()]
        return [(column, index.where) for column in index.columns]
    if not parameters:
        raise AssertionError(f"Nobody taught the stand-in to answer {sql}")
    table = schema.table(parameters[0])
    if "INFORMATION_SCHEMA.KEY_COLUMN_USAGE" in sql:
        return list(_keys(table))
    if "INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE" in sql and "'CHECK'" in sql:
        checks = (item for item in table.constraints.values() if isinstance(item, Check))
        return [(item.name, column) for item in checks for column in sorted(columns_of(item.condition))]
    if "[sys].[default_constraints]" in sql:
        return [(item.name, item.column) for item in _defaults(table)]
    if "sys.indexes AS i" in sql:
        return list(_indexes(table))
    raise AssertionError(f"Nobody taught the stand-in to answer {sql}")


def _defaults(table: Table) -> Iterator[Default]:
    return (item for item in table.constraints.values() if isinstance(item, Default))


def _keys(table: Table) -> Iterator[tuple[Any, ...]]:
    for item in sorted(table.constraints.values(), key=lambda item: item.name):
        if isinstance(item, Unique):
            kind = "PRIMARY KEY" if item.primary else "UNIQUE"
            yield from ((item.name, column, kind, None, None) for column in item.columns)
        elif isinstance(item, ForeignKey):
            for column, referenced in zip(item.columns, item.referenced, strict=True):
                yield item.name, column, "FOREIGN KEY", item.table, referenced


def _indexes(table: Table) -> Iterator[tuple[Any, ...]]:
    for unique in table.uniques():
        desc = "CLUSTERED" if unique.primary else "NONCLUSTERED"
        for column in unique.columns:
            yield unique.name, True, not unique.primary, unique.primary, 2 - unique.primary, desc, False, column
    for index in table.indexes.values():
        for column in (*index.columns, *index.include):
            yield index.name, index.unique, False, False, 2, "NONCLUSTERED", False, column
