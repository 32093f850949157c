from typing import Any

import pytest

from centers.catalog import Catalog, Column, ForeignKey, Table
from centers.catalog_rows import END_MARKER, catalog_batch, catalog_of, is_complete

TABLES = [("ck", "V", "VIEW"), ("ck", "KARTEI_MN", "BASE TABLE"), ("ck", "PATIENT_X", "BASE TABLE")]
COLUMNS = [
    ("ck", "KARTEI_MN", "ID", 1, "int", None, "NO"),
    ("ck", "KARTEI_MN", "PATNR_A", 2, "int", None, "YES"),
    ("ck", "KARTEI_MN", "BEMERKUNG_B", 3, "nvarchar", -1, "YES"),
    ("ck", "PATIENT_X", "ID", 1, "int", None, "NO"),
]
KEYS = [
    ("ck", "FK_K", "FOREIGN KEY", "ck", "KARTEI_MN", "PATNR_A"),
    ("ck", "PK_K", "PRIMARY KEY", "ck", "KARTEI_MN", "ID"),
    ("ck", "PK_P", "PRIMARY KEY", "ck", "PATIENT_X", "ID"),
]
REFERENCES = [("ck", "FK_K", "ck", "PK_P"), ("ck", "FK_HIDDEN", "ck", "PK_P")]
COUNTS = [("ck", "KARTEI_MN", 1200), ("ck", "PATIENT_X", None)]
ANSWERS: list[list[tuple[Any, ...]]] = [TABLES, COLUMNS, KEYS, REFERENCES, COUNTS, [(END_MARKER,)]]


def test_catalog_of_puts_the_answers_together() -> None:
    assert catalog_of("D", ANSWERS) == Catalog(
        "D",
        (
            Table(
                "ck",
                "KARTEI_MN",
                "BASE TABLE",
                (
                    Column("ID", "int", None, False, 1),
                    Column("PATNR_A", "int", None, True, 2),
                    Column("BEMERKUNG_B", "nvarchar", -1, True, 3),
                ),
                ("ID",),
                (ForeignKey(("PATNR_A",), "ck", "PATIENT_X", ("ID",)),),
                1200,
            ),
            Table("ck", "PATIENT_X", "BASE TABLE", (Column("ID", "int", None, False, 1),), ("ID",)),
            Table("ck", "V", "VIEW", ()),
        ),
    )


def test_catalog_of_keeps_the_order_of_key_columns() -> None:
    keys = [("ck", "PK", "PRIMARY KEY", "ck", "V", name) for name in ("B", "A")]
    assert catalog_of("D", [TABLES, [], keys, [], [], [(END_MARKER,)]]).tables[2].primary_key == ("B", "A")


@pytest.mark.parametrize("answers", [ANSWERS[:-1], ANSWERS[:2], [], [*ANSWERS[:-1], []], [*ANSWERS[:-1], [("x",)]]])
def test_is_complete_needs_the_end_marker(answers: list[list[tuple[object, ...]]]) -> None:
    assert is_complete(ANSWERS) is True
    assert is_complete(answers) is False


def test_catalog_batch_names_the_database_in_every_statement() -> None:
    statements = catalog_batch("Dental]DB").split(";\n")
    assert len(statements) == 6
    assert all("[Dental]]DB]." in statement for statement in statements[:5])


def test_catalog_batch_of_no_database_name_raises() -> None:
    with pytest.raises(ValueError, match="Not a name"):
        catalog_batch("")
