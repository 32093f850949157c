"""Ways in which a practice's schema changes after its approval, done to the sandbox's files."""
# ruff: noqa: S608 # statements over names of the generator's own

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Practice:
    """A practice's file and what the generator says of it."""

    file: Path
    truth: dict[str, Any]

    def names(self, field: str) -> tuple[str, str, str]:
        """Schema, table and column of a canonical field such as `KARTEI.DATUM`; a table gives '' as its column."""
        table, _dot, column = field.partition(".")
        mapped = self.truth["mapping"][table]
        return mapped["schema"], mapped["table"], mapped["columns"][column] if column else ""

    def run(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        with closing(sqlite3.connect(self.file)) as connection, connection:
            for sql, values in statements:
                connection.execute(sql, values)


def rename_column(practice: Practice, field: str, name: str = "NEU_X7") -> None:
    schema, table, column = practice.names(field)
    practice.run(
        (f'ALTER TABLE "{schema}.{table}" RENAME COLUMN "{column}" TO "{name}"', ()),
        (
            "UPDATE __columns SET column_name = ? WHERE schema_name = ? AND table_name = ? AND column_name = ?",
            (name, schema, table, column),
        ),
    )


def move_name(practice: Practice) -> None:
    """The name of the chart entries is that of an empty number now: the statement runs and reads NULLs."""
    schema, table, column = practice.names("KARTEI.BEMERKUNG")
    rename_column(practice, "KARTEI.BEMERKUNG", "OLD")
    practice.run(
        (f'ALTER TABLE "{schema}.{table}" ADD COLUMN "{column}" INTEGER', ()),
        (
            "INSERT INTO __columns VALUES (?, ?, ?, 99, 'int', NULL, 10, 0, 1)",
            (schema, table, column),
        ),
    )


_SET_TYPE = """UPDATE __columns SET data_type = ?, max_length = ?
WHERE schema_name = ? AND table_name = ? AND column_name = ?"""


def retype(practice: Practice, field: str, data_type: str, length: int | None = None) -> None:
    schema, table, column = practice.names(field)
    practice.run(
        (
            _SET_TYPE,
            (data_type, length, schema, table, column),
        )
    )


def as_date(practice: Practice) -> None:
    """The number 20261120 is the date 2026-11-20 now, in the file as in its description."""
    schema, table, column = practice.names("KARTEI.DATUM")
    retype(practice, "KARTEI.DATUM", "date")
    text = f'CAST("{column}" AS TEXT)'
    valid = f"length({text}) = 8"
    iso = f"substr({text}, 1, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7, 2)"
    practice.run((f'UPDATE "{schema}.{table}" SET "{column}" = CASE WHEN {valid} THEN date({iso}) END', ()))


def drop_table(practice: Practice) -> None:
    schema, table, _column = practice.names("KASSEN")
    names = (schema, table)
    practice.run(
        (f'DROP TABLE "{schema}.{table}"', ()),
        *(
            (f"DELETE FROM {name} WHERE schema_name = ? AND table_name = ?", names)
            for name in ("__tables", "__columns")
        ),
    )


def add_elsewhere(practice: Practice) -> None:
    """A new column in a mapped table, a new table, and another type of a column that nobody reads."""
    schema, table, _column = practice.names("KARTEI")
    practice.run(
        (f'ALTER TABLE "{schema}.{table}" ADD COLUMN NEU INTEGER', ()),
        ("INSERT INTO __columns VALUES (?, ?, 'NEU', 99, 'int', NULL, 10, 0, 1)", (schema, table)),
        (f'CREATE TABLE "{schema}.LABOR" (ID INTEGER)', ()),
        ("INSERT INTO __tables VALUES (?, 'LABOR', 'BASE TABLE', 0)", (schema,)),
        ("INSERT INTO __columns VALUES (?, 'LABOR', 'ID', 1, 'int', NULL, 10, 0, 0)", (schema,)),
    )
    rename_column(practice, "PATIENT.P_NAME")


Change = Callable[[Practice], None]
BREAKING: dict[str, tuple[Change, str]] = {
    "center_01": (lambda practice: rename_column(practice, "KARTEI.DATUM"), "KARTEI.DATUM is gone"),
    "center_02": (as_date, "KARTEI.DATUM has another type"),
    "center_03": (drop_table, "KASSEN is gone"),
    "center_04": (move_name, "KARTEI.BEMERKUNG has another type"),
    "center_05": (
        lambda practice: retype(practice, "LEISTUNG.PATIENTID", "nvarchar", 20),
        "LEISTUNG.PATIENTID has another type",
    ),
}
HARMLESS: dict[str, Change] = {
    "center_06": add_elsewhere,
    "center_07": lambda practice: retype(practice, "KASSEN.NAME", "nvarchar", 400),
    "center_08": lambda practice: retype(practice, "KARTEI.ID", "bigint"),
}


def change(center_id: str, practice: Practice) -> None:
    """Do to a center what the tables above say; nothing to any other."""
    if center_id in HARMLESS:
        HARMLESS[center_id](practice)
    elif center_id in BREAKING:
        BREAKING[center_id][0](practice)
