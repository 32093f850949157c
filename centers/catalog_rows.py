"""The statements that describe a source, and the catalog that their answers make. *Pure*.

Everything is three-part, needs no right but to see the objects, and works from SQL Server 2012 on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from centers.catalog import Catalog, Column, ForeignKey, Table
from centers.identifiers import quote

Row = Sequence[Any]
TableKey = tuple[str, str]
END_MARKER = "end of catalog"

_STATEMENTS = (
    """SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE
FROM {database}.INFORMATION_SCHEMA.TABLES ORDER BY TABLE_SCHEMA, TABLE_NAME""",
    """SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE
FROM {database}.INFORMATION_SCHEMA.COLUMNS ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION""",
    """SELECT tc.CONSTRAINT_SCHEMA, tc.CONSTRAINT_NAME, tc.CONSTRAINT_TYPE, k.TABLE_SCHEMA, k.TABLE_NAME, k.COLUMN_NAME
FROM {database}.INFORMATION_SCHEMA.TABLE_CONSTRAINTS AS tc
JOIN {database}.INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS k
  ON k.CONSTRAINT_SCHEMA = tc.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = tc.CONSTRAINT_NAME
ORDER BY tc.CONSTRAINT_SCHEMA, tc.CONSTRAINT_NAME, k.ORDINAL_POSITION""",
    """SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, UNIQUE_CONSTRAINT_SCHEMA, UNIQUE_CONSTRAINT_NAME
FROM {database}.INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS ORDER BY CONSTRAINT_SCHEMA, CONSTRAINT_NAME""",
    """SELECT s.name, t.name, SUM(p.rows)
FROM {database}.sys.tables AS t
JOIN {database}.sys.schemas AS s ON s.schema_id = t.schema_id
JOIN {database}.sys.partitions AS p ON p.object_id = t.object_id AND p.index_id IN (0, 1)
GROUP BY s.name, t.name""",
)
ANSWERS = len(_STATEMENTS)


def catalog_batch(database: str) -> str:
    """One batch whose answers are tables, columns, keys, references, row counts and an end marker."""
    quoted = quote(database)
    statements = [statement.format(database=quoted) for statement in _STATEMENTS]
    return ";\n".join([*statements, f"SELECT N'{END_MARKER}' AS marker"])


def is_complete(answers: Sequence[Sequence[Row]]) -> bool:
    """True when every answer of `catalog_batch` arrived, up to the end marker."""
    return len(answers) == ANSWERS + 1 and [tuple(row) for row in answers[-1]] == [(END_MARKER,)]


def catalog_of(database: str, answers: Sequence[Sequence[Row]]) -> Catalog:
    """The catalog from the answers of `catalog_batch`, as lists of rows."""
    tables, columns, keys, references, counts = answers[:ANSWERS]
    columns_of = _columns_by_table(columns)
    constraints = _constraints(keys)
    primary_keys = {table: names for kind, table, names in constraints.values() if kind == "PRIMARY KEY"}
    foreign_keys = _foreign_keys(references, constraints)
    row_counts = {(schema, name): int(count) for schema, name, count in counts if count is not None}
    return Catalog(
        database=database,
        tables=tuple(
            Table(
                schema=schema,
                name=name,
                table_type=table_type,
                columns=tuple(columns_of[schema, name]),
                primary_key=primary_keys.get((schema, name), ()),
                foreign_keys=tuple(foreign_keys[schema, name]),
                row_count=row_counts.get((schema, name)),
            )
            for schema, name, table_type in sorted(tables, key=lambda row: (row[0], row[1]))
        ),
    )


Constraint = tuple[str, TableKey, tuple[str, ...]]


def _columns_by_table(rows: Iterable[Row]) -> defaultdict[TableKey, list[Column]]:
    found: defaultdict[TableKey, list[Column]] = defaultdict(list)
    for schema, table, name, ordinal, data_type, max_length, nullable in rows:
        length = None if max_length is None else int(max_length)
        found[schema, table].append(Column(name, data_type, length, nullable == "YES", int(ordinal)))
    return found


def _constraints(rows: Iterable[Row]) -> dict[TableKey, Constraint]:
    """Kind, table and columns of each constraint, by the constraint's schema and name."""
    found: dict[TableKey, Constraint] = {}
    for schema, name, kind, table_schema, table, column in rows:
        _kind, _table, columns = found.get((schema, name), (kind, (table_schema, table), ()))
        found[schema, name] = (kind, (table_schema, table), (*columns, column))
    return found


def _foreign_keys(
    rows: Iterable[Row], constraints: Mapping[TableKey, Constraint]
) -> defaultdict[TableKey, list[ForeignKey]]:
    """The references between constraints that are both visible to the login."""
    found: defaultdict[TableKey, list[ForeignKey]] = defaultdict(list)
    for schema, name, unique_schema, unique_name in rows:
        owner = constraints.get((schema, name))
        target = constraints.get((unique_schema, unique_name))
        if owner is None or target is None:
            continue
        (ref_schema, ref_table), ref_columns = target[1], target[2]
        found[owner[1]].append(ForeignKey(owner[2], ref_schema, ref_table, ref_columns))
    return found
