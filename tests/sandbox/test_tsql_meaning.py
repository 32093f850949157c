"""What the T-SQL for a real server means to a parser that we did not write: the same tables and rows.

No SQL Server is asked; sqlglot reads each batch as T-SQL, and SQLite does what sqlglot understood.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlglot
from sqlglot import exp

from dentalhub.sandbox.source_model import SourceSpec, TableSpec, Value
from dentalhub.sandbox.tsql_logins import login_batch, reader_script
from dentalhub.sandbox.tsql_script import database_script, drop_script, mark_query
from tests.sandbox.generated_network import all_centers
from tests.sandbox.test_generator_tsql_script import awkward_table


def understood(batch: str) -> exp.Expr:
    """The one statement of a batch. sqlglot keeps what it does not know as a Command, which proves nothing."""
    (statement,) = sqlglot.parse(batch, dialect="tsql")
    assert statement is not None
    assert not isinstance(statement, exp.Command), batch[:80]
    return statement


def for_sqlite(statement: exp.Expr) -> str:
    """The same for SQLite, which has no schemas, and whose columns without a type keep each value as it is written."""
    for table in statement.find_all(exp.Table):
        table.set("db", None)
    for column in statement.find_all(exp.ColumnDef):
        column.set("kind", None)
    for constraint in list(statement.find_all(exp.Constraint)):
        if constraint.find(exp.ForeignKey):
            constraint.pop()
    plain = statement.transform(lambda node: exp.Literal.string(node.name) if isinstance(node, exp.National) else node)
    # Only texts are added here. The inner ones come last.
    for sum_of_texts in reversed(list(plain.find_all(exp.Add))):
        sum_of_texts.replace(exp.DPipe(this=sum_of_texts.this, expression=sum_of_texts.expression))
    return plain.sql(dialect="sqlite")


def statements(source: SourceSpec, *beginnings: str) -> Iterator[exp.Expr]:
    for batch in database_script(source, "7"):
        if batch.startswith(beginnings):
            yield understood(batch)


def as_stored(value: Value) -> object:
    """SQLite has no dates and no decimals."""
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, int | float | str) else value.isoformat()


def rows_of(database: sqlite3.Connection, table: TableSpec) -> list[tuple[object, ...]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return database.execute(f'SELECT {columns} FROM "{table.name}"').fetchall()  # noqa: S608 # our own names


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    yield opened
    opened.close()


def sources() -> dict[str, SourceSpec]:
    """A source of each kind, its tables cut to some rows: the parser is slow."""
    kinds = {made.center.trait: made.source for made in all_centers().values()}
    cut = {
        kind: tuple(replace(table, rows=table.rows[:SOME_ROWS]) for table in source.tables)
        for kind, source in kinds.items()
    }
    return {kind: replace(source, tables=cut[kind]) for kind, source in kinds.items()}


SOME_ROWS = 25
SOURCES = pytest.mark.parametrize("source", sources().values(), ids=sources())


@SOURCES
def test_rows_arrive_as_they_were_made(source: SourceSpec, database: sqlite3.Connection) -> None:
    for statement in statements(source, "CREATE TABLE", "INSERT", "CREATE VIEW"):
        database.execute(for_sqlite(statement))
    assert any(len(table.rows) == SOME_ROWS for table in source.tables)
    for table in source.tables:
        expected = sorted(([as_stored(value) for value in row] for row in table.rows), key=repr)
        assert sorted((list(row) for row in rows_of(database, table)), key=repr) == expected
    for view in source.views:
        count = database.execute(f'SELECT COUNT(*) FROM "{view.name}"').fetchone()  # noqa: S608 # our own names
        assert count == (min(SOME_ROWS, len(view.table.rows)),)


def test_awkward_values_arrive_as_they_were_made(database: sqlite3.Connection) -> None:
    table = awkward_table()
    for statement in statements(SourceSpec("DentalDB_01", (table,), ()), "CREATE TABLE", "INSERT"):
        database.execute(for_sqlite(statement))
    assert rows_of(database, table) == [tuple(as_stored(value) for value in row) for row in table.rows]


@SOURCES
def test_types_and_keys_are_those_of_the_source(source: SourceSpec) -> None:
    for statement, table in zip(statements(source, "CREATE TABLE"), source.tables, strict=True):
        assert (statement.this.this.db, statement.this.this.name) == (table.schema, table.name)
        columns = list(statement.find_all(exp.ColumnDef))
        assert [column.name for column in columns] == [column.name for column in table.columns]
        assert len(list(statement.find_all(exp.PrimaryKey))) == bool(table.primary_key)


@pytest.mark.parametrize(
    "batch",
    [
        *drop_script("Dental]DB"),
        mark_query("Dental]DB"),
        login_batch("svc_extract", "ge'heim", exists=False),
        *reader_script("DentalDB_01", "svc_extract"),
    ],
)
def test_batches_that_a_parser_does_not_model_have_closed_quotes(batch: str) -> None:
    """sqlglot knows little of administration; that its tokenizer comes to the end is what can be said."""
    assert sqlglot.tokenize(batch, dialect="tsql")
