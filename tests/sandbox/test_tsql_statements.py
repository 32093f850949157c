"""Finding the statements of a batch."""

import pytest

from dentalhub.sandbox.errors import SqlError
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tsql.splitting import split_batch
from dentalhub.sandbox.tsql.statements import (
    Assign,
    Declare,
    Denied,
    Execute,
    Print,
    Query,
    SetOption,
    Statement,
    Transaction,
    TransactionStep,
    Use,
    WaitFor,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (";; -- nothing\n/* at /* all */ */", []),
        ("SELECT 1; SELECT 2;", [Query("SELECT 1"), Query("SELECT 2")]),
        ("SELECT 1 SELECT 2", [Query("SELECT 1"), Query("SELECT 2")]),
        ("SELECT 1 UNION ALL SELECT 2", [Query("SELECT 1 UNION ALL SELECT 2")]),
        ("SELECT a FROM (SELECT 1 AS a) x", [Query("SELECT a FROM (SELECT 1 AS a) x")]),
        ("SELECT 'a;b', [c;d] FROM t", [Query("SELECT 'a;b', [c;d] FROM t")]),
        ("SELECT 'it''s -- no comment'", [Query("SELECT 'it''s -- no comment'")]),
        ("WITH c AS (SELECT 1 AS a) SELECT a FROM c", [Query("WITH c AS (SELECT 1 AS a) SELECT a FROM c")]),
        ("SELECT a FROM t WITH (NOLOCK) SET @b = 1", [Query("SELECT a FROM t WITH (NOLOCK)"), Assign("@b", "1")]),
        (
            "SET NOCOUNT ON SET LOCK_TIMEOUT 5000",
            [SetOption(("NOCOUNT", "ON")), SetOption(("LOCK_TIMEOUT", "5000"))],
        ),
        (
            "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
            [SetOption(("TRANSACTION", "ISOLATION", "LEVEL", "READ", "UNCOMMITTED"))],
        ),
        (
            "DECLARE @a BIGINT, @B NVARCHAR(10) = N'x,y' SET @a = @@ROWCOUNT",
            [
                Declare("@a", SqlType("bigint"), None),
                Declare("@b", SqlType("nvarchar", length=10), "N'x,y'"),
                Assign("@a", "@@ROWCOUNT"),
            ],
        ),
        ("DECLARE @d DECIMAL(10, 2)", [Declare("@d", SqlType("decimal", precision=10, scale=2), None)]),
        ("USE [a]]b]", [Use("a]b")]),
        ("BEGIN TRAN; COMMIT", [Transaction(TransactionStep.BEGIN), Transaction(TransactionStep.COMMIT)]),
        ("IF @@TRANCOUNT > 0 COMMIT", [Transaction(TransactionStep.COMMIT, only_if_open=True)]),
        ("WAITFOR DELAY '00:00:01.5'", [WaitFor(1.5)]),
        ("PRINT N'hello'", [Print("hello")]),
        ("INSERT INTO [ck].[T] (a) SELECT 1", [Denied("INSERT", ("ck", "T"))]),
        ("UPDATE T SET a = 1", [Denied("UPDATE", ("T",))]),
        ("EXEC sys.sp_datatype_info_100 12, N'x'", [Execute("sp_datatype_info_100", ("12", "x"))]),
        ("sp_datatype_info_100 12,3", [Execute("sp_datatype_info_100", ("12", "3"))]),
    ],
)
def test_batch_is_split(text: str, expected: list[Statement]) -> None:
    assert split_batch(text) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT 'open", 105),
        ("SELECT [open", 105),
        ("/* open", 113),
        ("GO", 102),
        ("SELECT 1 LIMIT 1", 102),
        ("SELECT a::INT FROM t", 102),
        ("SELECT \\", 102),
        ("SET FROBNICATE ON", 195),
        ("DECLARE @g GEOGRAPHY", 102),
        ("IF 1 = 1 SELECT 1", 102),
        ("WAITFOR DELAY 'soon'", 148),
    ],
)
def test_what_is_not_understood_is_an_error(text: str, number: int) -> None:
    with pytest.raises(SqlError) as caught:
        split_batch(text)
    assert caught.value.number == number
