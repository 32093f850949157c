"""The stand-in for SQL Server refuses what a real one would: else the migrations' test could not fail."""

import pytest

from tests.sql_server.queries import check_query
from tests.sql_server.reader import read
from tests.sql_server.schema import Schema
from tests.sql_server.statements import CreateTrigger
from tests.sql_server.tables import RefusedError
from tests.sql_server.tokens import UnreadableError
from tests.sql_server.triggers import check_trigger

TABLES = (
    "CREATE TABLE [region] ([id] bigint NOT NULL PRIMARY KEY IDENTITY (1, 1), [code] nvarchar(40) NOT NULL UNIQUE)",
    """CREATE TABLE [centers_server] ([id] bigint NOT NULL PRIMARY KEY IDENTITY (1, 1), [host] nvarchar(253) NOT NULL,
    [note] nvarchar(max) NOT NULL, [port] int NULL CONSTRAINT port_check CHECK ([port] >= 0),
    [region_id] bigint NOT NULL, CONSTRAINT [host_once] UNIQUE ([host]))""",
    "CREATE INDEX [by_port] ON [centers_server] ([port]) INCLUDE ([region_id])",
    "ALTER TABLE [centers_server] ADD CONSTRAINT [of_region] FOREIGN KEY ([region_id]) REFERENCES [region] ([id])",
)


@pytest.fixture
def schema() -> Schema:
    made = Schema()
    for sql in TABLES:
        made.apply(read(sql))
    return made


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE [t] ([id] bigint NOT NULL PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE [t] (order int NOT NULL)",
        "CREATE TABLE user ([id] int NOT NULL)",
        "CREATE TABLE [t] ([id] int NOT NULL,)",
        "CREATE TABLE [t] ([a] text NOT NULL)",
        "CREATE TABLE [t] ([a] boolean NOT NULL)",
        "CREATE TABLE [t] ([a] nvarchar(4001) NOT NULL)",
        "CREATE TABLE [t] ([a] nvarchar NOT NULL)",
        f"CREATE TABLE [{'t' * 129}] ([id] int NOT NULL)",
        "CREATE TABLE IF NOT EXISTS [t] ([id] int NOT NULL)",
        "CREATE TABLE `t` ([id] int NOT NULL)",
        "CREATE INDEX [i] ON [region] USING btree ([code])",
        "CREATE INDEX IF NOT EXISTS [i] ON [region] ([code])",
        "ALTER TABLE [region] ADD COLUMN [a] int NULL",
        "ALTER TABLE [region] ALTER COLUMN [code] TYPE nvarchar(50)",
        "ALTER TABLE [region] ALTER COLUMN [code] SET NOT NULL",
        "ALTER TABLE [region] RENAME TO [regions]",
        "ALTER TABLE [a] ADD CONSTRAINT [k] FOREIGN KEY ([r]) REFERENCES [region] ([id]) DEFERRABLE INITIALLY DEFERRED",
        "DROP INDEX [i]",
        "DROP TABLE [region] CASCADE",
        "CREATE TRIGGER t ON [region] BEFORE DELETE AS BEGIN SET NOCOUNT ON; END",
        "DROP INDEX [i] ON [region]; DROP INDEX [j] ON [region]",
    ],
)
def test_other_words_than_those_of_sql_server_are_refused(sql: str) -> None:
    with pytest.raises(UnreadableError):
        read(sql)


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("CREATE TABLE [Region] ([id] int NOT NULL)", 2714),
        ("CREATE TABLE [t] ([id] int NOT NULL, [ID] int NOT NULL)", 2705),
        ("CREATE TABLE [t] ([a] int NOT NULL, CONSTRAINT [HOST_ONCE] UNIQUE ([a]))", 2714),
        ("CREATE TABLE [t] ([a] nvarchar(451) NOT NULL PRIMARY KEY)", 1946),
        ("CREATE TABLE [t] ([a] nvarchar(max) NOT NULL UNIQUE)", 1919),
        ("CREATE TABLE [t] ([a] int NULL UNIQUE)", 2627),
        ("CREATE INDEX [by_note] ON [centers_server] ([note])", 1919),
        ("CREATE INDEX [by_port] ON [centers_server] ([host])", 1913),
        ("CREATE INDEX [by_what] ON [centers_server] ([what])", 1911),
        ("CREATE UNIQUE INDEX [one] ON [centers_server] ([port])", 2601),
        ("CREATE UNIQUE INDEX [one] ON [centers_server] ([port]) WHERE [host] = 'x'", 2601),
        ("CREATE INDEX [two] ON [centers_server] ([host], [HOST])", 1909),
        ("DROP INDEX [host_once] ON [centers_server]", 3701),
        ("ALTER TABLE [centers_server] DROP CONSTRAINT [by_port]", 3728),
        ("ALTER TABLE [centers_server] ALTER COLUMN [port] bigint NULL", 5074),
        ("ALTER TABLE [centers_server] ALTER COLUMN [port] int NOT NULL", 5074),
        ("ALTER TABLE [centers_server] ALTER COLUMN [host] nvarchar(20) NOT NULL", 5074),
        ("ALTER TABLE [centers_server] ALTER COLUMN [host] nvarchar(900) NOT NULL", 1946),
        ("ALTER TABLE [centers_server] ALTER COLUMN [region_id] int NOT NULL", 5074),
        ("ALTER TABLE [region] ALTER COLUMN [id] int NOT NULL", 5074),
        ("ALTER TABLE [centers_server] DROP COLUMN [port]", 5074),
        ("ALTER TABLE [centers_server] DROP COLUMN [region_id]", 5074),
        ("ALTER TABLE [centers_server] ADD [name] nvarchar(10) NOT NULL", 4901),
        ("ALTER TABLE [centers_server] ADD [name] nvarchar(10) DEFAULT '' NOT NULL UNIQUE", 1505),
        ("ALTER TABLE [nowhere] ADD [name] nvarchar(10) NULL", 4902),
        ("ALTER TABLE [centers_server] ADD CONSTRAINT [k] FOREIGN KEY ([port]) REFERENCES [region] ([id])", 1778),
        ("ALTER TABLE [centers_server] ADD CONSTRAINT [k] FOREIGN KEY ([host]) REFERENCES [region] ([codes])", 1776),
        ("ALTER TABLE [centers_server] ADD CONSTRAINT [c] CHECK ([gone] > 0)", 1911),
        ("EXEC sp_rename '[centers_server].[port]', [door], 'COLUMN'", 15336),
        ("DROP TABLE [region]", 3726),
    ],
)
def test_what_the_tables_do_not_allow_is_refused(schema: Schema, sql: str, number: int) -> None:
    with pytest.raises(RefusedError) as caught:
        schema.apply(read(sql))
    assert caught.value.number == number


@pytest.mark.parametrize(
    "where",
    ["[port] = 1 OR [port] = 2", "NOT ([port] IS NULL)", "[host] LIKE 'a%'", "[port] = [region_id]", "LEN([host]) = 1"],
)
def test_an_index_has_a_simple_filter(schema: Schema, where: str) -> None:
    with pytest.raises(UnreadableError, match="10735"):
        schema.apply(read(f"CREATE INDEX [some] ON [centers_server] ([host]) WHERE {where}"))


@pytest.mark.parametrize("condition", ["[port]", "1", "[port] AND [port] > 1"])
def test_a_check_is_a_condition(schema: Schema, condition: str) -> None:
    with pytest.raises(UnreadableError, match="4145"):
        schema.apply(read(f"ALTER TABLE [centers_server] ADD CONSTRAINT [c] CHECK ({condition})"))


def linked(*edges: str) -> None:
    """Apply tables a to d with cascading keys; "ab" is a key of b that refers to a."""
    made = Schema()
    columns = ", ".join(f"[{name}] int NULL" for name in "abcd")
    for name in "abcd":
        made.apply(read(f"CREATE TABLE [{name}] ([id] int NOT NULL PRIMARY KEY, {columns})"))
    for edge in edges:
        parent, child = tuple(edge)
        key = f"FOREIGN KEY ([{parent}]) REFERENCES [{parent}] ([id]) ON DELETE CASCADE"
        made.apply(read(f"ALTER TABLE [{child}] ADD CONSTRAINT [{parent}{child}] {key}"))


@pytest.mark.parametrize("edges", [("ab", "bc", "ac"), ("ab", "ba"), ("aa",), ("ab", "ac", "bd", "cd")])
def test_cascades_on_two_ways_are_refused(edges: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="1785"):
        linked(*edges)


def test_cascades_on_one_way_are_not_refused() -> None:
    linked("ab", "bc", "ad")


TRIGGER = "CREATE TRIGGER guard ON [region] AFTER DELETE AS BEGIN SET NOCOUNT ON; IF EXISTS ({}) BEGIN {} END END"


@pytest.mark.parametrize(
    ("query", "then"),
    [
        ("SELECT 1 FROM deleted AS o WHERE o.[name] = N''", "THROW 51000, 'No.', 1;"),
        ("SELECT 1 FROM elsewhere", "THROW 51000, 'No.', 1;"),
        ("SELECT 1 FROM deleted", "THROW 51000, 'No.', 1"),
        ("SELECT 1 FROM deleted", "THROW 1000, 'No.', 1;"),
        ("SELECT 1 FROM deleted", "RAISE 'No.';"),
        ("SELECT 1 FROM deleted", "THROW 51000, 'No.', 1; END"),
    ],
)
def test_a_wrong_trigger_is_refused(schema: Schema, query: str, then: str) -> None:
    made = read(TRIGGER.format(query, then))
    assert isinstance(made, CreateTrigger)
    with pytest.raises((UnreadableError, RefusedError)):
        check_trigger(made, schema)


def test_a_right_trigger_is_taken(schema: Schema) -> None:
    made = read(TRIGGER.format("SELECT 1 FROM deleted AS o WHERE o.[code] = N'x'", "THROW 51000, 'No.', 1;"))
    assert isinstance(made, CreateTrigger)
    assert check_trigger(made, schema) == [51000]


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("SELECT [code] FROM [region] LIMIT 5", 0),
        ("INSERT INTO [region] ([code]) VALUES (?) RETURNING [id]", 1),
        ("SELECT [region].[name] FROM [region]", 0),
        ("SELECT [code] FROM [regions]", 0),
        ("UPDATE [region] SET [code] = ? WHERE", 1),
        ("SELECT [code] FROM [region] WHERE [id] IN (?)", 2101),
    ],
)
def test_a_wrong_query_is_refused(schema: Schema, sql: str, parameters: int) -> None:
    with pytest.raises((UnreadableError, RefusedError)):
        check_query(sql, schema, parameters)


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("SELECT [id] FROM [region] WHERE [id] IN (SELECT [id] FROM [region] ORDER BY [code])", 1033),
        ("SELECT DISTINCT [id] FROM [region] ORDER BY [code]", 145),
        ("SELECT SUM((SELECT TOP 1 [id] FROM [region])) FROM [region]", 130),
        ("SELECT MAX(COUNT([id])) FROM [region]", 130),
        ("SELECT COUNT([id]) FROM [region] GROUP BY (SELECT TOP 1 [code] FROM [region])", 144),
        ("SELECT [code], COUNT([id]) FROM [region] GROUP BY [id]", 8120),
    ],
)
def test_a_query_without_a_meaning_is_refused(schema: Schema, sql: str, number: int) -> None:
    with pytest.raises(RefusedError) as caught:
        check_query(sql, schema)
    assert caught.value.number == number


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT [id] FROM [region] WHERE [id] IN (SELECT TOP 3 [id] FROM [region] ORDER BY [code])",
        "SELECT DISTINCT [code] AS [c] FROM [region] ORDER BY [c]",
        "SELECT [code], COUNT([id]) FROM [region] GROUP BY [code] ORDER BY [code]",
        "SELECT COUNT([id]), (SELECT MAX([id]) FROM [region]) FROM [region] GROUP BY [code]",
    ],
)
def test_a_query_with_a_meaning_is_taken(schema: Schema, sql: str) -> None:
    check_query(sql, schema)
