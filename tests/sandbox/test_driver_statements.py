"""Batches, catalog views and errors through the genuine driver."""
# ruff: noqa: S608 # statements over names of our own

import pyodbc
import pytest

from tests.sandbox.conftest import Served
from tests.sandbox.driver import native_number


def test_several_result_sets(connection: pyodbc.Connection) -> None:
    cursor = connection.execute(
        "SET NOCOUNT ON; DECLARE @rows BIGINT, @other INT = 5;"
        "SELECT N FROM ZAHLEN WHERE N <= 3 ORDER BY N; SET @rows = @@ROWCOUNT;"
        "SELECT @other = COUNT(*) FROM ZAHLEN WHERE N > 4990;"
        "SELECT @rows AS entries, @other AS other, N'end' AS marker"
    )
    assert [row[0] for row in cursor.fetchall()] == [1, 2, 3]
    assert cursor.nextset() is True
    assert [column[0] for column in cursor.description] == ["entries", "other", "marker"]
    assert tuple(cursor.fetchone()) == (3, 10, "end")
    assert not cursor.nextset()


def test_parameterised_batch_with_several_result_sets(connection: pyodbc.Connection) -> None:
    cursor = connection.execute(
        "SET NOCOUNT ON; DECLARE @n BIGINT = 0; SELECT N FROM ZAHLEN WHERE N >= ? AND N < ?;"
        "SET @n = @@ROWCOUNT; SELECT KENNUNG FROM ZAHLEN WHERE KENNUNG = ?; SELECT @n",
        (10, 12, "nr. 77"),
    )
    results = [[tuple(row) for row in cursor.fetchall()]]
    while cursor.nextset():
        results.append([tuple(row) for row in cursor.fetchall()])
    assert results == [[(10,), (11,)], [("Nr. 77",)], [(2,)]]


def test_session_settings_of_dentalhub(connection: pyodbc.Connection) -> None:
    cursor = connection.cursor()
    cursor.execute(
        "SET NOCOUNT ON; SET LOCK_TIMEOUT 5000; SET DEADLOCK_PRIORITY LOW; "
        "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED"
    )
    assert cursor.execute("SELECT @@TRANCOUNT").fetchval() == 0


def test_every_database_from_one_connection(served: Served) -> None:
    connection = served.connect()
    names = [row[0] for row in connection.execute("SELECT name FROM sys.databases WHERE name <> 'master'")]
    centers = [one.database for one in served.network.centers if one.server == served.first.server]
    assert names == centers
    for name in names:
        found = connection.execute(f"SELECT DISTINCT TABLE_CATALOG FROM [{name}].INFORMATION_SCHEMA.TABLES").fetchall()
        assert [row[0] for row in found] == [name]
    connection.close()


def test_catalog_views(connection: pyodbc.Connection) -> None:
    columns = connection.execute(
        "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS "
        "WHERE TABLE_SCHEMA = 'dbo' AND TABLE_NAME = 'zahlen' ORDER BY ORDINAL_POSITION"
    ).fetchall()
    assert [tuple(row) for row in columns] == [("N", "int", None, "NO"), ("KENNUNG", "nvarchar", 20, "NO")]
    keys = connection.execute(
        "SELECT tc.CONSTRAINT_TYPE, k.COLUMN_NAME FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS tc "
        "JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE k ON k.CONSTRAINT_SCHEMA = tc.CONSTRAINT_SCHEMA "
        "AND k.CONSTRAINT_NAME = tc.CONSTRAINT_NAME WHERE tc.TABLE_NAME = N'TYPEN'"
    ).fetchall()
    assert [tuple(row) for row in keys] == [("PRIMARY KEY", "ID")]
    counts = connection.execute(
        "SELECT s.name, t.name, SUM(p.rows) FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id "
        "JOIN sys.partitions p ON p.object_id = t.object_id AND p.index_id IN (0, 1) "
        "WHERE t.name IN ('TYPEN', 'ZAHLEN') GROUP BY s.name, t.name ORDER BY t.name"
    ).fetchall()
    assert [tuple(row) for row in counts] == [("dbo", "TYPEN", 4), ("dbo", "ZAHLEN", 5000)]


def test_permissions_of_the_login(connection: pyodbc.Connection, served: Served) -> None:
    database = served.first.database
    asked = [f"HAS_PERMS_BY_NAME(N'[{database}].[dbo].[TYPEN]', N'OBJECT', N'{one}')" for one in ("SELECT", "INSERT")]
    missing = f"HAS_PERMS_BY_NAME(N'[{database}].[dbo].[NICHTS]', N'OBJECT', N'SELECT')"
    assert tuple(connection.execute(f"SELECT {', '.join(asked)}, {missing}").fetchone()) == (1, 0, None)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("SELECT * FROM dbo.NICHTS", 208),
        ("SELECT * FROM [Nirgends].dbo.TYPEN", 911),
        ("SELECT NICHTS FROM TYPEN", 207),
        ("SELECT t.NICHTS FROM TYPEN t", 207),
        ("SELECT x.ID FROM TYPEN t", 4104),
        ("SELECT ID FROM TYPEN a JOIN ZAHLEN b ON a.ID = b.N JOIN TYPEN c ON c.ID = a.ID", 209),
        ("SELECT FROM WHERE", 102),
        ("SELECT ID FROM TYPEN LIMIT 5", 102),
        ("SELECT ID FROM TYPEN FOR XML PATH('')", 102),
        ("SELECT ID FROM TYPEN t CROSS APPLY (SELECT 1 AS x) y", 102),
        ("FROBNICATE", 102),
        ("SELECT @missing", 137),
        ("SELECT FROBNICATE(1)", 195),
        ("SELECT ID, COUNT(*) FROM TYPEN", 8120),
        ("SELECT (SELECT N FROM ZAHLEN)", 512),
        ("SELECT 1 / 0", 8134),
        ("SELECT CAST(N'abc' AS INT)", 245),
        ("SELECT ID FROM TYPEN WHERE NAME = 1", 245),
        ("SELECT CAST(3000000000 AS INT)", 8115),
        ("SELECT CAST('20261399' AS DATE)", 241),
        ("INSERT INTO TYPEN (ID) VALUES (9)", 229),
        ("UPDATE TYPEN SET NAME = N'x' WHERE ID = 1", 229),
        ("DELETE FROM dbo.TYPEN", 229),
        ("CREATE TABLE dbo.NEU (ID INT)", 229),
        ("DROP TABLE TYPEN", 229),
        ("EXEC dbo.frobnicate 1", 2812),
    ],
)
def test_errors_have_their_native_numbers(connection: pyodbc.Connection, statement: str, number: int) -> None:
    with pytest.raises(pyodbc.Error) as caught:
        connection.execute(statement).fetchall()
    assert native_number(caught.value) == number
    assert connection.execute("SELECT 1").fetchval() == 1


@pytest.mark.parametrize("statement", ["SELECT NICHTS FROM TYPEN WHERE ID = ?", "SELECT CAST(? AS INT) / 0"])
def test_errors_of_parameterised_statements(connection: pyodbc.Connection, statement: str) -> None:
    with pytest.raises(pyodbc.Error):
        connection.execute(statement, 1).fetchall()
    assert connection.execute("SELECT ?", 2).fetchval() == 2


def test_transactions_are_accepted(served: Served) -> None:
    connection = served.connect(DATABASE=served.first.database)
    connection.autocommit = False
    assert connection.execute("SELECT @@TRANCOUNT").fetchval() == 1
    connection.commit()
    connection.rollback()
    connection.autocommit = True
    assert connection.execute("SELECT COUNT(*) FROM ZAHLEN").fetchval() == 5000
    connection.close()


def test_statement_log_has_texts_without_values(served: Served, connection: pyodbc.Connection) -> None:
    connection.execute("SELECT ID AS logged FROM TYPEN WHERE NAME = ?", "a-patient-name").fetchall()
    assert "ID AS logged FROM TYPEN WHERE NAME = @P1" in served.process.log
    assert "a-patient-name" not in served.process.log
