"""Patients' values that occur nowhere else, put into the files of a practice network.

Every longer text of every table begins with STEM: chart entries, insurers, service codes and patient ids with a letter
of their own, which may be in results, and all other texts (names, streets, telephones, copies) with `n`, which may be
nowhere. Patient ids that are numbers are PATIENTS and more.
"""
# ruff: noqa: S608 # statements over names of the generator's own

import sqlite3
from contextlib import closing

from dentalhub.sandbox.network import Network
from tests.extraction.practice_network import truth_of

STEM = "kqzx"
PATIENTS = 861_000_000
# What of a source may be in results, held days and exports: text, insurer, service code, patient id.
LANDS = frozenset("ticp")
# Shorter columns hold flags, kinds, teeth and dates.
_SHORTEST = 12
_KINDS = {
    "KARTEI.BEMERKUNG": "t",
    "KASSEN.NAME": "i",
    "LEISTUNG.LEISTUNG": "c",
    "PATIENT.ID": "p",
    "PATKASSE.PATNR": "p",
    "KARTEI.PATNR": "p",
    "LEISTUNG.PATIENTID": "p",
}
_TEXTS = """SELECT c.schema_name, c.table_name, c.column_name, c.max_length FROM __columns c
JOIN __tables t ON t.schema_name = c.schema_name AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
WHERE c.data_type IN ('varchar', 'nvarchar', 'char', 'nchar') ORDER BY 1, 2, 3"""
# Of 8 or 10 characters, in the date columns of old installations: no date, and not to be quoted.
_NO_DATE = f"{STEM}d01"


def plant(network: Network) -> None:
    """Put the canaries into every center's file, before it is served."""
    for center in network.centers:
        mapped = truth_of(network, center.center_id)["mapping"]
        kinds = {
            (table["schema"], table["table"], column): _KINDS.get(f"{name}.{field}", "")
            for name, table in mapped.items()
            for field, column in table["columns"].items()
        }
        with closing(sqlite3.connect(network.database_file(center))) as connection, connection:
            _plant_texts(connection, kinds)
            for (schema, table, column), kind in kinds.items():
                if kind == "p":
                    _plant_numbers(connection, f'"{schema}.{table}"', f'"{column}"')
            chart = mapped["KARTEI"]
            _plant_junk(connection, f'"{chart["schema"]}.{chart["table"]}"', f'"{chart["columns"]["DATUM"]}"')


def _plant_texts(connection: sqlite3.Connection, kinds: dict[tuple[str, str, str], str]) -> None:
    for schema, table, column, length in connection.execute(_TEXTS).fetchall():
        kind = kinds.get((schema, table, column), "n")
        if not kind or 0 < length < _SHORTEST:
            continue
        # The same patient has the same id in every table.
        number = f'substr("{column}", -5)' if kind == "p" else "rowid"
        connection.execute(
            f'UPDATE "{schema}.{table}" SET "{column}" = \'{STEM}{kind}\' || {number} '
            f"WHERE trim(coalesce(\"{column}\", '')) <> ''"
        )


def _plant_numbers(connection: sqlite3.Connection, table: str, column: str) -> None:
    connection.execute(f"UPDATE {table} SET {column} = {column} + {PATIENTS} WHERE typeof({column}) = 'integer'")


def _plant_junk(connection: sqlite3.Connection, table: str, column: str) -> None:
    connection.execute(
        f"UPDATE {table} SET {column} = '{_NO_DATE}' "
        f"WHERE typeof({column}) = 'text' AND {column} IN ('', '20240231', '31.02.2024')"
    )
