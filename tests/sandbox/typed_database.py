"""A small practice file with every column type and the values that are easy to get wrong."""
# ruff: noqa: S608 # statements over names of our own

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

LONG_TEXT = "Füllung 26 😀 " * 2000
# column, type, length, precision, scale, SQLite's declaration
COLUMNS: list[tuple[str, str, int | None, int | None, int | None, str]] = [
    ("ID", "int", None, 10, 0, "INTEGER"),
    ("KLEIN", "tinyint", None, 3, 0, "INTEGER"),
    ("KURZ", "smallint", None, 5, 0, "INTEGER"),
    ("GROSS", "bigint", None, 19, 0, "INTEGER"),
    ("JA", "bit", None, None, None, "INTEGER"),
    ("NAME", "nvarchar", 40, None, None, "TEXT COLLATE NOCASE"),
    ("ORT", "varchar", 40, None, None, "TEXT COLLATE NOCASE"),
    ("KZ", "char", 4, None, None, "TEXT COLLATE NOCASE"),
    ("TEXT", "nvarchar", -1, None, None, "TEXT COLLATE NOCASE"),
    ("TAG", "date", None, None, None, "TEXT"),
    ("ZEIT", "datetime", None, None, None, "TEXT"),
    ("ZEIT2", "datetime2", None, None, 7, "TEXT"),
    ("BETRAG", "decimal", None, 12, 2, "TEXT"),
    ("FAKTOR", "float", None, 53, None, "REAL"),
]
NAMES = [column[0] for column in COLUMNS]
ROWS: list[tuple[Any, ...]] = [
    (
        1, 255, -32768, 2**63 - 1, 1, "Müller 😀", "Köln €", "AB", LONG_TEXT, "2026-11-20",
        "2026-11-20 13:45:10.500000", "2026-11-20 13:45:10.123456", "-12345.60", 2.3,
    ),
    (
        2, 0, 32767, -(2**63), 0, "müller ", "", "ab", "", "0001-01-01",
        "1753-01-01 00:00:00", "9999-12-31 23:59:59", "9.90", -1e300,
    ),
    (3, *[None] * 13),
    (
        4, 7, 12, 100, 1, "Ärztin", "Ulm", "P", "kurz", "2026-11-20",
        "2026-11-21 00:00:00", "2026-11-20 00:00:00", "10.00", 0.5,
    ),
]  # fmt: skip


def add_typed_table(file: Path) -> None:
    """Add ``dbo.TYPEN`` to a practice file, and ``dbo.ZAHLEN`` with the numbers from 1 to 5000."""
    with closing(sqlite3.connect(file)) as connection, connection:
        definition = ", ".join(f'"{column[0]}" {column[-1]}' for column in COLUMNS)
        connection.execute(f'CREATE TABLE "dbo.TYPEN" ({definition})')
        connection.executemany(f'INSERT INTO "dbo.TYPEN" VALUES ({", ".join("?" * len(COLUMNS))})', ROWS)
        connection.execute('CREATE TABLE "dbo.ZAHLEN" ("N" INTEGER, "KENNUNG" TEXT COLLATE NOCASE)')
        numbers = [(number, f"Nr. {number}") for number in range(1, 5001)]
        connection.executemany('INSERT INTO "dbo.ZAHLEN" VALUES (?, ?)', numbers)
        connection.executemany(
            'INSERT INTO "__tables" VALUES (?, ?, ?, ?)',
            [("dbo", "TYPEN", "BASE TABLE", len(ROWS)), ("dbo", "ZAHLEN", "BASE TABLE", 5000)],
        )
        described = [
            ("dbo", "TYPEN", name, ordinal, kind, length, precision, scale, 1)
            for ordinal, (name, kind, length, precision, scale, _sqlite) in enumerate(COLUMNS, start=1)
        ]
        described += [
            ("dbo", "ZAHLEN", "N", 1, "int", None, 10, 0, 0),
            ("dbo", "ZAHLEN", "KENNUNG", 2, "nvarchar", 20, None, None, 0),
        ]
        connection.executemany('INSERT INTO "__columns" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', described)
        connection.execute(
            'INSERT INTO "__keys" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
            ("PK_TYPEN", "PRIMARY KEY", "dbo", "TYPEN", "ID", 1, None, None, None),
        )
