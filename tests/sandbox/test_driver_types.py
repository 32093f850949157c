"""Values of each type through the genuine driver, out of tables and as parameters."""
# ruff: noqa: DTZ001, S608 # SQL Server's datetime has no zone; statements over names of our own

import datetime as dt
from decimal import Decimal
from typing import Any

import pyodbc
import pytest

from tests.sandbox.typed_database import LONG_TEXT, NAMES

EXPECTED: list[tuple[Any, ...]] = [
    (
        1, 255, -32768, 2**63 - 1, True, "Müller 😀", "Köln €", "AB  ", LONG_TEXT, dt.date(2026, 11, 20),
        dt.datetime(2026, 11, 20, 13, 45, 10, 500000), dt.datetime(2026, 11, 20, 13, 45, 10, 123456),
        Decimal("-12345.60"), 2.3,
    ),
    (
        2, 0, 32767, -(2**63), False, "müller ", "", "ab  ", "", dt.date(1, 1, 1),
        dt.datetime(1753, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59), Decimal("9.90"), -1e300,
    ),
    (3, *[None] * 13),
]  # fmt: skip
PARAMETERS: list[Any] = [
    0,
    -1,
    2**31,
    -(2**63),
    True,
    "Zürich",
    "😀",
    "",
    "it's",
    "x" * 4001 + "ß",
    dt.date(2026, 11, 20),
    dt.datetime(2026, 11, 20, 1, 2, 3, 456000),
    Decimal("-99.95"),
    Decimal("12345678901234567890.123"),
    1.5,
    None,
]


def test_each_column_type(connection: pyodbc.Connection) -> None:
    rows = connection.execute("SELECT * FROM dbo.TYPEN WHERE ID < 4 ORDER BY ID").fetchall()
    assert [tuple(row) for row in rows] == EXPECTED


def test_columns_are_described(connection: pyodbc.Connection) -> None:
    described = connection.execute("SELECT * FROM TYPEN WHERE 1 = 0").description
    assert [column[0] for column in described] == NAMES
    kinds = {column[0]: column[1] for column in described}
    assert kinds["BETRAG"] is Decimal
    assert kinds["TAG"] is dt.date
    assert kinds["NAME"] is str
    assert kinds["JA"] is bool
    assert {column[0]: column[3] for column in described}["NAME"] == 40


@pytest.mark.parametrize("value", PARAMETERS, ids=lambda value: repr(value)[:20])
def test_each_parameter_comes_back(connection: pyodbc.Connection, value: Any) -> None:
    assert tuple(connection.execute("SELECT ?, 1", value).fetchone()) == (value, 1)


def test_many_parameters_in_order(connection: pyodbc.Connection) -> None:
    values = [*PARAMETERS[:9], *PARAMETERS[10:15]]
    found = connection.execute("SELECT " + ", ".join("?" * len(values)), values).fetchone()
    assert tuple(found) == tuple(values)


def test_one_statement_many_times(connection: pyodbc.Connection) -> None:
    cursor = connection.cursor()
    found = [cursor.execute("SELECT KENNUNG FROM ZAHLEN WHERE N = ?", number).fetchval() for number in range(1, 30)]
    assert found == [f"Nr. {number}" for number in range(1, 30)]


@pytest.mark.parametrize(
    ("condition", "value", "ids"),
    [
        ("GROSS = ?", 2**63 - 1, [1]),
        ("NAME = ?", "MÜLLER", [2]),
        ("KZ = ?", "AB", [1, 2]),
        ("ORT = ?", "köln €", [1]),
        ("TAG = ?", dt.date(2026, 11, 20), [1, 4]),
        ("TAG >= ?", dt.date(1, 1, 1), [1, 2, 4]),
        ("ZEIT >= ?", dt.datetime(2026, 11, 20, 13, 45, 10, 500000), [1, 4]),
        ("ZEIT < ?", dt.date(2026, 11, 21), [1, 2]),
        ("ZEIT2 = ?", dt.datetime(2026, 11, 20), [4]),
        ("BETRAG = ?", Decimal(10), [4]),
        ("BETRAG > ?", Decimal("9.9"), [4]),
        ("BETRAG < ?", 10, [1, 2]),
        ("FAKTOR = ?", 0.5, [4]),
        ("JA = ?", True, [1, 4]),
        ("NAME = ?", None, []),
    ],
)
def test_parameters_compare_as_in_sql_server(
    connection: pyodbc.Connection, condition: str, value: Any, ids: list[int]
) -> None:
    rows = connection.execute(f"SELECT ID FROM TYPEN WHERE {condition} ORDER BY ID", value).fetchall()
    assert [row[0] for row in rows] == ids


def test_long_result_arrives_whole(connection: pyodbc.Connection) -> None:
    rows = connection.execute("SELECT N, KENNUNG FROM ZAHLEN ORDER BY N").fetchall()
    assert [tuple(row) for row in rows] == [(number, f"Nr. {number}") for number in range(1, 5001)]
