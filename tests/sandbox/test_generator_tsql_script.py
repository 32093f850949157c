"""The T-SQL of a network: literals, names, batches, and nothing that SQL Server 2012 does not know."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from dentalhub.sandbox.source_model import ColumnSpec, KeyKind, KeySpec, SourceSpec, TableSpec, Value, ViewSpec
from dentalhub.sandbox.tsql_script import bracketed, database_script, drop_script, literal, mark_query
from tests.sandbox.generated_network import all_centers, with_trait

NEWER_THAN_2012 = re.compile(
    r"\b(STRING_AGG|STRING_SPLIT|TRIM|CONCAT_WS|TRANSLATE|JSON\w*|OPENJSON|DATEDIFF_BIG|GREATEST|LEAST|GENERATE_SERIES"
    r"|DATETRUNC|CREATE\s+OR\s+ALTER|IF\s+EXISTS|INDEX\s+\[\w+\]\s*\(|MEMORY_OPTIMIZED|SYSTEM_VERSIONING|MASKED)\b",
    re.IGNORECASE,
)
TEXT_LITERAL = re.compile(r"N'(?:[^']|'')*'")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "NULL"),
        (0, "0"),
        (-17, "-17"),
        (0.25, "0.25"),
        (Decimal("12.50"), "12.50"),
        ("", "N''"),
        ("O'Brien", "N'O''Brien'"),
        ("'; DROP TABLE KARTEI; --", "N'''; DROP TABLE KARTEI; --'"),
        ("Größe ß 🦷", "N'Größe ß 🦷'"),
        ("eins\nzwei", "N'eins\nzwei'"),
        ("Ende \\\nweiter", "N'Ende \\' + N'\nweiter'"),
        ("Ende \\\r\nweiter", "N'Ende \\' + N'\r\nweiter'"),
        (dt.date(2026, 11, 20), "'2026-11-20'"),
        (dt.datetime(2026, 11, 20, 8, 5), "'2026-11-20T08:05:00'"),  # noqa: DTZ001
    ],
)
def test_literal(value: Value, expected: str) -> None:
    assert literal(value) == expected


def test_brackets_in_names_are_doubled() -> None:
    assert bracketed("KARTEI]; DROP") == "[KARTEI]]; DROP]"


def _table(rows: int) -> TableSpec:
    columns = (
        ColumnSpec("ID", "int", nullable=False),
        ColumnSpec("TEXT]X", "nvarchar", -1),
        ColumnSpec("SUMME", "decimal", precision=9, scale=2),
        ColumnSpec("TAG", "datetime2", scale=7),
    )
    keys = (
        KeySpec("PK_T", KeyKind.PRIMARY, ("ID",)),
        KeySpec("FK_T", KeyKind.FOREIGN, ("ID",), "PATIENT", ("ID",)),
    )
    return TableSpec("ck", "T", columns, keys, tuple((number, None, None, None) for number in range(rows)))


def awkward_table() -> TableSpec:
    """Values that a careless literal would change."""
    texts = [
        "",
        "O'Brien",
        "'; DROP TABLE KARTEI; --",
        "Größe ß 🦷",
        "eins\nzwei",
        "Ende \\\nweiter",
        "100 % [x] -- y /*",
        None,
    ]
    columns = (
        ColumnSpec("ID", "int", nullable=False),
        ColumnSpec("TEXT]X", "nvarchar", -1),
        ColumnSpec("SUMME", "decimal", precision=9, scale=2),
        ColumnSpec("TAG", "date"),
        ColumnSpec("ZEIT", "datetime"),
    )
    rows = tuple(
        (number, text, Decimal("-12.50"), dt.date(2026, 11, 20), dt.datetime(2026, 11, 20, 8, 5))  # noqa: DTZ001
        for number, text in enumerate(texts)
    )
    return TableSpec("dbo", "KARTEI", columns, (KeySpec("PK", KeyKind.PRIMARY, ("ID",)),), rows)


def test_script_of_a_small_source() -> None:
    table = _table(1)
    source = SourceSpec("DentalDB_01", (table,), (ViewSpec("ck", "V", table, table.columns[:1]),))
    create = (
        "CREATE TABLE [ck].[T] (\n"
        "    [ID] INT NOT NULL,\n"
        "    [TEXT]]X] NVARCHAR(MAX) NULL,\n"
        "    [SUMME] DECIMAL(9, 2) NULL,\n"
        "    [TAG] DATETIME2(7) NULL,\n"
        "    CONSTRAINT [PK_T] PRIMARY KEY ([ID]),\n"
        "    CONSTRAINT [FK_T] FOREIGN KEY ([ID]) REFERENCES [ck].[PATIENT] ([ID])\n"
        ")"
    )
    assert list(database_script(source, "7")) == [
        "CREATE DATABASE [DentalDB_01] COLLATE Latin1_General_CI_AS",
        "USE [DentalDB_01]",
        "EXEC sys.sp_addextendedproperty @name = N'dentalhub_sandbox', @value = N'unfinished'",
        "CREATE SCHEMA [ck]",
        create,
        "INSERT INTO [ck].[T] ([ID], [TEXT]]X], [SUMME], [TAG]) VALUES\n(0, NULL, NULL, NULL)",
        "CREATE VIEW [ck].[V] AS SELECT [ID] FROM [ck].[T]",
        "EXEC sys.sp_updateextendedproperty @name = N'dentalhub_sandbox', @value = N'7'",
        "USE [master]",
    ]


def test_inserts_hold_all_rows_in_batches_of_at_most_a_thousand() -> None:
    source = SourceSpec("D", (_table(2345),), ())
    sizes = [batch.count("\n(") for batch in database_script(source, "7") if batch.startswith("INSERT")]
    assert sum(sizes) == 2345
    assert max(sizes) <= 1000


def test_dbo_is_not_created() -> None:
    batches = list(database_script(with_trait("clean").source, "7"))
    schemas = {table.schema for table in with_trait("clean").source.tables}
    created = {batch for batch in batches if batch.startswith("CREATE SCHEMA")}
    assert created == {f"CREATE SCHEMA [{schema}]" for schema in schemas - {"dbo"}}


def test_tables_follow_the_ones_that_they_refer_to() -> None:
    for made in all_centers().values():
        created: set[str] = set()
        for batch in database_script(made.source, "7"):
            found = re.match(r"CREATE TABLE (\S+)", batch)
            if found is None:
                continue
            assert set(re.findall(r"REFERENCES (\S+)", batch)) <= created
            created.add(found[1])


def test_script_knows_nothing_newer_than_2012() -> None:
    for made in all_centers().values():
        batches = [*database_script(made.source, "7"), *drop_script(made.source.database), mark_query("D")]
        statements = [TEXT_LITERAL.sub("N''", batch) for batch in batches]
        assert [statement for statement in statements if NEWER_THAN_2012.search(statement)] == []
        # What is left outside the literals is plain: no quote got loose.
        assert [statement for statement in statements if not statement.isascii()] == []
