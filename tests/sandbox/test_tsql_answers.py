"""What statements answer: the places where SQLite would silently give another result than SQL Server."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dentalhub.sandbox.engine.connections import SqliteConnection
from dentalhub.sandbox.engine.databases import ServerDatabases, SessionCatalog
from dentalhub.sandbox.errors import SqlError
from dentalhub.sandbox.network import Network
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tsql.queries import QueryCompiler

Ask = Callable[..., list[tuple[Any, ...]]]
TODAY = {"@today": (SqlType("date"), "2026-11-20")}


@pytest.fixture(scope="module")
def ask(small_network: Network) -> Ask:
    """Answers one SELECT on the typed database; variables are given as name -> (type, value)."""
    center = small_network.centers[0]
    databases = ServerDatabases({center.database: Path(small_network.database_file(center))})
    database = databases.find(center.database)
    assert database is not None
    connection = SqliteConnection(database, databases)
    catalog = SessionCatalog(databases, center.database)

    def answer(text: str, variables: dict[str, tuple[SqlType, Any]] | None = None) -> list[tuple[Any, ...]]:
        given = variables or {}
        compiled = QueryCompiler(catalog, {name: kind for name, (kind, _value) in given.items()}).query(text)
        values = tuple(given[name][1] for name in compiled.variables)
        cursor = connection.execute(compiled.sql, values, quick=False)
        return connection.fetch(cursor, 10_000, quick=False)

    return answer


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a' + 'b'", "ab"),
        ("'a' + NULL", None),
        ("'1' + 2", 3),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("1.5", "1.5"),
        ("LEN(N'ab  ')", 2),
        ("LEN(N'😀')", 2),
        ("DATALENGTH(N'ab ')", 6),
        ("DATALENGTH(CAST('ab' AS VARCHAR(10)))", 2),
        ("LEFT(N'Zahnarzt', 4)", "Zahn"),
        ("RIGHT('0000' + CAST(7 AS NVARCHAR(4)), 4)", "0007"),
        ("SUBSTRING('abcdef', 2, 3)", "bcd"),
        ("SUBSTRING('abcdef', 0, 3)", "ab"),
        ("UPPER(N'größe')", "GRÖßE"),
        ("CHARINDEX('B', 'abc')", 2),
        ("REPLACE('aXbx', 'x', '-')", "a-b-"),
        ("LTRIM(RTRIM(N'  x  '))", "x"),
        ("ISNULL(NULL, 5)", 5),
        ("COALESCE(NULL, NULL, 'z')", "z"),
        ("NULLIF('a', 'A ')", None),
        ("CONCAT('a', NULL, 1)", "a1"),
        ("IIF(1 = 2, 'y', 'n')", "n"),
        ("CASE 'A' WHEN 'a ' THEN 1 ELSE 0 END", 1),
        ("CASE WHEN 1 = 1 THEN 1 ELSE 2.5 END", "1.0"),
        ("CAST('2026-11-20' AS DATE)", "2026-11-20"),
        ("CAST(N'abcdef' AS NVARCHAR(3))", "abc"),
        ("CAST(12 AS NVARCHAR(10)) + 'x'", "12x"),
        ("CAST('ab' AS CHAR(4)) + '|'", "ab  |"),
        ("CAST(' 42 ' AS INT)", 42),
        ("CAST('' AS INT)", 0),
        ("CAST(1.9 AS INT)", 1),
        ("CAST('true' AS BIT)", 1),
        ("TRY_CAST('x' AS INT)", None),
        ("TRY_CONVERT(DATE, '20240231', 112)", None),
        ("CONVERT(DATE, '20.11.2026', 104)", "2026-11-20"),
        ("CONVERT(NVARCHAR(8), CAST('2026-11-20' AS DATE), 112)", "20261120"),
        ("CONVERT(VARCHAR(10), CAST('2026-11-20T10:00:00' AS DATETIME), 104)", "20.11.2026"),
        ("CAST(CAST('2026-11-20 13:05:00' AS DATETIME) AS NVARCHAR(30))", "Nov 20 2026  1:05PM"),
        ("YEAR('20261120')", 2026),
        ("DATEADD(month, 3, CAST('2026-11-30' AS DATE))", "2027-02-28"),
        ("DATEDIFF(day, '2026-11-20 23:59:59', '2026-11-21')", 1),
        ("ISDATE('20240231')", 0),
        ("ISNUMERIC('12,5')", 0),
        ("10 % 3 * 2", 2),
        ("2 + 3 * 4 - 1", 13),
        ("DATALENGTH('äb')", 2),
        ("DATALENGTH(N'äb')", 4),
    ],
)
def test_expression(ask: Ask, expression: str, expected: Any) -> None:
    assert ask(f"SELECT {expression}") == [(expected,)]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("'a' = 'A'", True),
        ("'a' = 'a   '", True),
        ("N'Ü' = N'ü'", True),
        ("'a' <> 'b '", True),
        ("'10' = 10", True),
        ("10.0 = 10", True),
        ("9.5 < 10", True),
        ("CAST('2026-11-20' AS DATE) = '20261120'", True),
        ("CAST('2026-11-20' AS DATE) = CAST('2026-11-20 00:00:00' AS DATETIME)", True),
        ("NULL = NULL", False),
        ("'20261120' LIKE '[0-9][0-9][0-9][0-9]%'", True),
        ("'2026-1' LIKE '[0-9][0-9][0-9][0-9][0-9]%'", False),
        ("'x' NOT LIKE '[^a-f]'", False),
        ("'50%' LIKE '50!%' ESCAPE '!'", True),
        ("'a_b' LIKE 'a[_]b'", True),
        ("'ABC' LIKE 'a%'", True),
        ("NULL NOT LIKE 'a'", False),
        ("'a ' LIKE 'a'", True),
        ("N'a ' LIKE 'a'", False),
        ("1 = 1 OR 1 = 1 AND 1 = 2", True),
        ("NOT 1 = 2 AND 1 = 1", True),
        ("5 BETWEEN 1 AND 5", True),
        ("'b' IN ('A', 'B ')", True),
        ("3 NOT IN (1, NULL)", False),
        ("NOT (1 = 2 OR 1 = 3)", True),
        ("EXISTS (SELECT 1 FROM TYPEN WHERE ID = 1)", True),
        ("3 IN (SELECT N FROM ZAHLEN)", True),
        ("'nr. 3 ' IN (SELECT KENNUNG FROM ZAHLEN)", True),
    ],
)
def test_condition(ask: Ask, condition: str, holds: bool) -> None:
    assert ask(f"SELECT 1 WHERE {condition}") == ([(1,)] if holds else [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT TOP (2) N FROM ZAHLEN ORDER BY N DESC", [(5000,), (4999,)]),
        ("SELECT TOP 1 t.KENNUNG AS k FROM dbo.ZAHLEN t ORDER BY k", [("Nr. 1",)]),
        ("SELECT N FROM ZAHLEN ORDER BY 1 OFFSET 3 ROWS FETCH NEXT 2 ROWS ONLY", [(4,), (5,)]),
        ("SELECT 5 AS a, N FROM ZAHLEN WHERE N < 3 ORDER BY a, N DESC", [(5, 2), (5, 1)]),
        ("SELECT COUNT(*), COUNT(NAME), COUNT(DISTINCT NAME) FROM TYPEN", [(4, 3, 3)]),
        ("SELECT COUNT_BIG(*) FROM TYPEN WHERE NAME = 'MÜLLER'", [(1,)]),
        ("SELECT ID FROM TYPEN WHERE KZ = 'ab' ORDER BY ID", [(1,), (2,)]),
        (
            "SELECT UPPER(KZ), COUNT(*) FROM TYPEN GROUP BY UPPER(KZ) ORDER BY 2 DESC, 1",
            [("AB  ", 2), (None, 1), ("P   ", 1)],
        ),
        ("SELECT MIN(BETRAG), MAX(BETRAG), SUM(BETRAG) FROM TYPEN", [("-12345.60", "10.00", "-12325.70")]),
        ("SELECT ID FROM TYPEN ORDER BY BETRAG DESC", [(4,), (2,), (1,), (3,)]),
        ("SELECT KZ + '|' FROM TYPEN WHERE ID = 4", [("P   |",)]),
        ("SELECT CAST(KZ AS NVARCHAR(9)) + '|' FROM TYPEN WHERE ID = 4", [("P   |",)]),
        ("SELECT ID FROM TYPEN WHERE KZ LIKE 'p'", [(4,)]),
        ("SELECT ID FROM TYPEN WHERE KZ LIKE N'p'", []),
        ("SELECT ID FROM TYPEN WHERE RTRIM(KZ) = N'p'", [(4,)]),
        ("SELECT AVG(N) FROM ZAHLEN WHERE N <= 4", [(2,)]),
        ("SELECT SUM(N) FROM ZAHLEN HAVING SUM(N) > 1", [(12_502_500,)]),
        ("SELECT ID FROM TYPEN WHERE ZEIT >= @today ORDER BY ID", [(1,), (4,)]),
        ("SELECT a.N FROM ZAHLEN a LEFT JOIN ZAHLEN b ON b.N = a.N + 1 WHERE b.N IS NULL", [(5000,)]),
        ("SELECT a.ID, b.N FROM TYPEN a FULL JOIN ZAHLEN b ON b.N = a.ID WHERE b.N < 2", [(1, 1)]),
        ("WITH c (x) AS (SELECT N FROM ZAHLEN WHERE N < 4) SELECT SUM(d.x) FROM c AS d", [(6,)]),
        ("SELECT s.m FROM (SELECT MAX(N) AS m FROM ZAHLEN) AS s", [(5000,)]),
        ("SELECT 1 AS a UNION SELECT 1 UNION ALL SELECT 3 ORDER BY a DESC", [(3,), (1,)]),
        ("SELECT COUNT(*) FROM (SELECT 'a' AS x UNION SELECT 'A ') AS y", [(1,)]),
        ("SELECT ID FROM TYPEN EXCEPT SELECT N FROM ZAHLEN WHERE N > 1", [(1,)]),
        (
            "SELECT N, ROW_NUMBER() OVER (ORDER BY N DESC) FROM ZAHLEN WHERE N < 3 ORDER BY N",
            [(1, 2), (2, 1)],
        ),
        ("SELECT (SELECT MAX(b.N) FROM ZAHLEN b WHERE b.N < a.ID) FROM TYPEN a WHERE a.ID = 3", [(2,)]),
        ("SELECT (SELECT b.N FROM ZAHLEN b WHERE b.N = a.ID) FROM TYPEN a WHERE a.ID = 3", [(3,)]),
        ("SELECT N FROM [ZAHLEN] WITH (NOLOCK) WHERE n = 7 OPTION (RECOMPILE)", [(7,)]),
        ("SELECT zahlen.n FROM DBO.zahlen WHERE ZAHLEN.N = 8", [(8,)]),
    ],
)
def test_query(ask: Ask, query: str, expected: list[tuple[Any, ...]]) -> None:
    assert ask(query, TODAY) == expected


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("SELECT NAME, COUNT(*) FROM TYPEN GROUP BY ORT", 8120),
        ("SELECT NAME FROM TYPEN GROUP BY LOWER(NAME)", 8120),
        ("SELECT COUNT(*) FROM TYPEN GROUP BY 1", 164),
        ("SELECT ID FROM TYPEN ORDER BY 2", 108),
        ("SELECT DISTINCT NAME FROM TYPEN ORDER BY ID", 145),
        ("SELECT a FROM (SELECT ID AS a FROM TYPEN ORDER BY ID) x", 1033),
        ("SELECT 1 WHERE ID", 4145),
        ("SELECT x.ID FROM (SELECT a.ID, b.ID FROM TYPEN a JOIN TYPEN b ON a.ID = b.ID) x", 8156),
        ("SELECT 1 FROM (SELECT COUNT(*) FROM TYPEN) x", 8155),
        ("SELECT ID = 1 OR ID = 2 FROM TYPEN", 102),
        ("SELECT 1 UNION SELECT 1, 2", 205),
        ("SELECT TAG + 1 FROM TYPEN", 102),
        ("SELECT ID FROM TYPEN WHERE TAG = 20261120", 206),
        ("SELECT SUM(NAME) FROM TYPEN", 8117),
        ("SELECT SUM(SUM(ID)) FROM TYPEN", 130),
        ("SELECT (SELECT ID, NAME FROM TYPEN)", 116),
        ("SELECT TOP 5 PERCENT ID FROM TYPEN", 102),
        ("SELECT ID INTO neu FROM TYPEN", 102),
        ("SELECT BETRAG * 2 FROM TYPEN", 102),
        ("SELECT ID FROM TYPEN, OPENJSON('[]')", 102),
        ("SELECT ID & 1 FROM TYPEN", 102),
        ("SELECT LEN(NAME, 1) FROM TYPEN", 174),
        ("SELECT ID FROM TYPEN a JOIN TYPEN a ON 1 = 1", 1011),
        ("SELECT 2147483647 + 1", 8115),
        ("SELECT CAST('1.5' AS INT)", 245),
        ("SELECT @x = 1, ID FROM TYPEN", 141),
    ],
)
def test_refused_query(ask: Ask, query: str, number: int) -> None:
    with pytest.raises(SqlError) as caught:
        ask(query, {"@x": (SqlType("int"), None)})
    assert caught.value.number == number, caught.value.text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (SqlType("nvarchar", length=10), "2026-11-20"),
        (SqlType("datetime2", scale=7), "2026-11-20 00:00:00"),
        (SqlType("date"), dt.date(2026, 11, 20).isoformat()),
    ],
)
def test_dates_compare_whatever_the_parameter_is(ask: Ask, kind: SqlType, value: str) -> None:
    assert ask("SELECT ID FROM TYPEN WHERE TAG = @d ORDER BY ID", {"@d": (kind, value)}) == [(1,), (4,)]
