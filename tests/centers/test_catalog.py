import json

from centers.catalog import Catalog, Column, ForeignKey, Table, from_document, to_document

CATALOG = Catalog(
    "DB",
    (
        Table(
            "ck",
            "KARTEI_MN",
            "BASE TABLE",
            (Column("ID", "int", None, False, 1), Column("BEMERKUNG_X", "nvarchar", -1, True, 2)),
            ("ID",),
            (ForeignKey(("PATNR",), "ck", "PATIENT_B", ("ID",)),),
            1200,
        ),
        Table("ck", "V", "VIEW", ()),
    ),
)


def test_document_survives_json_unchanged() -> None:
    assert from_document(json.loads(json.dumps(to_document(CATALOG)))) == CATALOG


def test_table_and_column_are_found_by_their_exact_names() -> None:
    table = CATALOG.table("ck", "KARTEI_MN")
    assert table is CATALOG.tables[0]
    assert table.column("ID") == Column("ID", "int", None, False, 1)
    assert (table.column("id"), CATALOG.table("ck", "kartei_mn")) == (None, None)
    assert (table.is_view, CATALOG.tables[1].is_view) == (False, True)
    assert table.qualified_name == "ck.KARTEI_MN"
