"""INFORMATION_SCHEMA and sys, answered from the ``__`` tables of a practice file (*pure*: only SQL text)."""

from typing import Final

from dentalhub.sandbox.sql_types import BIGINT, BIT, INT, SYSNAME, SqlType, nvarchar
from dentalhub.sandbox.tsql.catalog import SourceColumn, SourceTable
from dentalhub.sandbox.tsql.terms import quote_text

_TINYINT: Final = SqlType("tinyint")
_SMALLINT: Final = SqlType("smallint")
_YES_NO: Final = SqlType("varchar", length=3)
_COLLATION: Final = "Latin1_General_CI_AS"
_IS_TEXT: Final = "data_type IN ('char', 'varchar', 'nchar', 'nvarchar')"
_SCHEMAS: Final = "(SELECT schema_name, min(rowid) + 4 AS schema_id FROM __tables GROUP BY schema_name)"
_TABLES: Final = (
    f"(SELECT t.rowid + 1000 AS object_id, t.*, s.schema_id FROM __tables t JOIN {_SCHEMAS} s USING (schema_name))"
)
_COLUMNS: Final = (
    "(SELECT c.*, t.rowid + 1000 AS object_id FROM __columns c JOIN __tables t USING (schema_name, table_name))"
)
_CONSTRAINTS: Final = (
    "(SELECT DISTINCT constraint_name, constraint_type, schema_name, table_name, ref_schema, ref_table FROM __keys)"
)

# view -> ((column, type, SQL over the source), ...), source
_View = tuple[tuple[tuple[str, SqlType, str], ...], str]
_INFORMATION_SCHEMA: Final[dict[str, _View]] = {
    "TABLES": (
        (
            ("TABLE_CATALOG", SYSNAME, "{database}"),
            ("TABLE_SCHEMA", SYSNAME, "schema_name"),
            ("TABLE_NAME", SYSNAME, "table_name"),
            ("TABLE_TYPE", SqlType("varchar", length=10), "table_type"),
        ),
        "__tables",
    ),
    "COLUMNS": (
        (
            ("TABLE_CATALOG", SYSNAME, "{database}"),
            ("TABLE_SCHEMA", SYSNAME, "schema_name"),
            ("TABLE_NAME", SYSNAME, "table_name"),
            ("COLUMN_NAME", SYSNAME, "column_name"),
            ("ORDINAL_POSITION", INT, "ordinal"),
            ("COLUMN_DEFAULT", nvarchar(4000), "NULL"),
            ("IS_NULLABLE", _YES_NO, "CASE WHEN is_nullable IN (0, 'NO') THEN 'NO' ELSE 'YES' END"),
            ("DATA_TYPE", SYSNAME, "data_type"),
            ("CHARACTER_MAXIMUM_LENGTH", INT, "max_length"),
            ("NUMERIC_PRECISION", _TINYINT, "numeric_precision"),
            ("NUMERIC_SCALE", INT, "numeric_scale"),
            (
                "DATETIME_PRECISION",
                _SMALLINT,
                "CASE data_type WHEN 'date' THEN 0 WHEN 'datetime' THEN 3 WHEN 'datetime2' THEN 7 END",
            ),
            ("COLLATION_NAME", SYSNAME, f"CASE WHEN {_IS_TEXT} THEN '{_COLLATION}' END"),
        ),
        "__columns",
    ),
    "SCHEMATA": (
        (
            ("CATALOG_NAME", SYSNAME, "{database}"),
            ("SCHEMA_NAME", SYSNAME, "schema_name"),
        ),
        _SCHEMAS,
    ),
    "TABLE_CONSTRAINTS": (
        (
            ("CONSTRAINT_CATALOG", SYSNAME, "{database}"),
            ("CONSTRAINT_SCHEMA", SYSNAME, "schema_name"),
            ("CONSTRAINT_NAME", SYSNAME, "constraint_name"),
            ("TABLE_CATALOG", SYSNAME, "{database}"),
            ("TABLE_SCHEMA", SYSNAME, "schema_name"),
            ("TABLE_NAME", SYSNAME, "table_name"),
            ("CONSTRAINT_TYPE", SqlType("varchar", length=11), "constraint_type"),
        ),
        _CONSTRAINTS,
    ),
    "KEY_COLUMN_USAGE": (
        (
            ("CONSTRAINT_CATALOG", SYSNAME, "{database}"),
            ("CONSTRAINT_SCHEMA", SYSNAME, "schema_name"),
            ("CONSTRAINT_NAME", SYSNAME, "constraint_name"),
            ("TABLE_CATALOG", SYSNAME, "{database}"),
            ("TABLE_SCHEMA", SYSNAME, "schema_name"),
            ("TABLE_NAME", SYSNAME, "table_name"),
            ("COLUMN_NAME", SYSNAME, "column_name"),
            ("ORDINAL_POSITION", INT, "ordinal"),
        ),
        "__keys",
    ),
    "REFERENTIAL_CONSTRAINTS": (
        (
            ("CONSTRAINT_CATALOG", SYSNAME, "{database}"),
            ("CONSTRAINT_SCHEMA", SYSNAME, "schema_name"),
            ("CONSTRAINT_NAME", SYSNAME, "constraint_name"),
            ("UNIQUE_CONSTRAINT_CATALOG", SYSNAME, "{database}"),
            ("UNIQUE_CONSTRAINT_SCHEMA", SYSNAME, "ref_schema"),
            ("UNIQUE_CONSTRAINT_NAME", SYSNAME, "unique_name"),
        ),
        (
            "(SELECT f.*, u.constraint_name AS unique_name FROM "
            f"(SELECT * FROM {_CONSTRAINTS} WHERE constraint_type = 'FOREIGN KEY') f LEFT JOIN "
            f"(SELECT * FROM {_CONSTRAINTS} WHERE constraint_type = 'PRIMARY KEY') u "
            "ON u.schema_name = f.ref_schema AND u.table_name = f.ref_table)"
        ),
    ),
}
_SYS: Final[dict[str, _View]] = {
    "schemas": ((("name", SYSNAME, "schema_name"), ("schema_id", INT, "schema_id")), _SCHEMAS),
    "tables": (
        (
            ("name", SYSNAME, "table_name"),
            ("object_id", INT, "object_id"),
            ("schema_id", INT, "schema_id"),
            ("type", SqlType("char", length=2), "'U '"),
            ("type_desc", nvarchar(60), "'USER_TABLE'"),
            ("is_ms_shipped", BIT, "0"),
        ),
        f"(SELECT * FROM {_TABLES} WHERE table_type = 'BASE TABLE')",
    ),
    "views": (
        (
            ("name", SYSNAME, "table_name"),
            ("object_id", INT, "object_id"),
            ("schema_id", INT, "schema_id"),
        ),
        f"(SELECT * FROM {_TABLES} WHERE table_type = 'VIEW')",
    ),
    "objects": (
        (
            ("name", SYSNAME, "table_name"),
            ("object_id", INT, "object_id"),
            ("schema_id", INT, "schema_id"),
            ("type", SqlType("char", length=2), "CASE table_type WHEN 'VIEW' THEN 'V ' ELSE 'U ' END"),
        ),
        _TABLES,
    ),
    "columns": (
        (
            ("object_id", INT, "object_id"),
            ("name", SYSNAME, "column_name"),
            ("column_id", INT, "ordinal"),
            ("precision", _TINYINT, "coalesce(numeric_precision, 0)"),
            ("scale", _TINYINT, "coalesce(numeric_scale, 0)"),
            ("is_nullable", BIT, "CASE WHEN is_nullable IN (0, 'NO') THEN 0 ELSE 1 END"),
            ("collation_name", SYSNAME, f"CASE WHEN {_IS_TEXT} THEN '{_COLLATION}' END"),
        ),
        _COLUMNS,
    ),
    "partitions": (
        (
            ("partition_id", BIGINT, "object_id"),
            ("object_id", INT, "object_id"),
            ("index_id", INT, "1"),
            ("partition_number", INT, "1"),
            ("rows", BIGINT, "row_count"),
        ),
        f"(SELECT * FROM {_TABLES} WHERE table_type = 'BASE TABLE')",
    ),
}
_DATABASE_COLUMNS: Final = (
    SourceColumn("name", SYSNAME),
    SourceColumn("database_id", INT),
    SourceColumn("state", _TINYINT),
    SourceColumn("state_desc", nvarchar(60)),
    SourceColumn("is_read_only", BIT),
    SourceColumn("compatibility_level", _TINYINT),
    SourceColumn("collation_name", SYSNAME),
    SourceColumn("is_read_committed_snapshot_on", BIT),
    SourceColumn("containment", _TINYINT),
)


def system_view(database: str, schema: str, name: str, databases: tuple[str, ...]) -> SourceTable | None:
    """A view of INFORMATION_SCHEMA or sys in ``database``; None for one the sandbox lacks."""
    if schema.lower() == "sys" and name.lower() == "databases":
        return _databases_view(database, databases)
    views = {"information_schema": _INFORMATION_SCHEMA, "sys": _SYS}.get(schema.lower(), {})
    found = next((view for view in views if view.lower() == name.lower()), None)
    if found is None:
        return None
    columns, source = views[found]
    items = ", ".join(
        f'{sql.format(database=quote_text(database))} COLLATE NOCASE AS "{column}"'
        if "char" in sql_type.name
        else f'{sql} AS "{column}"'
        for column, sql_type, sql in columns
    )
    described = tuple(SourceColumn(column, sql_type) for column, sql_type, _sql in columns)
    return SourceTable(database, schema, found, f"(SELECT {items} FROM {source})", described, is_system=True)


def _databases_view(database: str, databases: tuple[str, ...]) -> SourceTable:
    values = ", ".join(f"({quote_text(name)}, {number})" for number, name in enumerate(databases, start=1))
    rows = (
        "SELECT column1 AS name, column2 AS database_id, 0 AS state, 'ONLINE' AS state_desc, 0 AS is_read_only, "
        f"150 AS compatibility_level, '{_COLLATION}' AS collation_name, "
        f"0 AS is_read_committed_snapshot_on, 0 AS containment FROM (VALUES {values})"
    )
    return SourceTable(database, "sys", "databases", f"({rows})", _DATABASE_COLUMNS, is_system=True)
