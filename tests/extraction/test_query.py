"""The text and the parameters of the source query, per date form and delete flag."""
# ruff: noqa: S608 # expected texts

import datetime as dt
from typing import Any

import pytest

from centers.catalog import Catalog
from centers.exceptions import SourceError, SourceErrorKind
from centers.source_session import AnsiText
from extraction.query import MOST_DAYS, SourceQuery, extraction_query, health_query, schema_query
from mappings.document import DeleteFlag, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat
from tests.extraction.builders import DATABASE, FRIDAY, catalog, document

THURSDAY = dt.date(2026, 11, 19)
SATURDAY = dt.date(2026, 11, 21)
KARTEI = "[DentalDB_01].[ck].[KARTEI_MN] AS k"
DATUM = "k.[DATUM_S]"


def _ansi(*texts: str) -> tuple[AnsiText, ...]:
    return tuple(AnsiText(text) for text in texts)


def _query(content: MappingDocument, source: Catalog) -> SourceQuery:
    return extraction_query(content, source, DATABASE, THURSDAY, FRIDAY)


def _statement(query: SourceQuery, number: int) -> str:
    return query.sql.splitlines()[number]


@pytest.mark.parametrize(
    ("form", "data_type", "condition", "parameters"),
    [
        (DateFormat.INT, "int", f"{DATUM} >= ? AND {DATUM} <= ?", (20261119, 20261120)),
        (DateFormat.INT, "bigint", f"{DATUM} >= ? AND {DATUM} <= ?", (20261119, 20261120)),
        (DateFormat.INT, "nvarchar", f"{DATUM} >= ? AND {DATUM} <= ?", ("20261119", "20261120")),
        (DateFormat.TEXT, "decimal", f"{DATUM} >= ? AND {DATUM} <= ?", (20261119, 20261120)),
        (DateFormat.TEXT, "nchar", f"{DATUM} >= ? AND {DATUM} <= ?", ("20261119", "20261120")),
        (
            DateFormat.TEXT,
            "varchar",
            f"{DATUM} >= ? AND {DATUM} <= ?",
            _ansi("20261119", "20261120"),
        ),
        (
            DateFormat.ISO,
            "char",
            f"{DATUM} >= ? AND {DATUM} <= ?",
            _ansi("2026-11-19", "2026-11-20"),
        ),
        (DateFormat.GERMAN, "nvarchar", f"{DATUM} IN (?, ?)", ("19.11.2026", "20.11.2026")),
        (
            DateFormat.GERMAN,
            "varchar",
            f"{DATUM} IN (?, ?)",
            _ansi("19.11.2026", "20.11.2026"),
        ),
        (DateFormat.ISO, "nvarchar", f"{DATUM} >= ? AND {DATUM} <= ?", ("2026-11-19", "2026-11-20")),
        (
            DateFormat.GERMAN_SHORT,
            "char",
            f"{DATUM} IN (?, ?)",
            _ansi("19.11.26", "20.11.26"),
        ),
        (DateFormat.EPOCH, "bigint", f"{DATUM} >= ? AND {DATUM} < ?", (1_795_046_400, 1_795_219_200)),
        (DateFormat.EPOCH, "decimal", f"{DATUM} >= ? AND {DATUM} < ?", (1_795_046_400, 1_795_219_200)),
        (DateFormat.DATE, "date", f"{DATUM} >= ? AND {DATUM} <= ?", (THURSDAY, FRIDAY)),
        (DateFormat.DATETIME, "datetime2", f"{DATUM} >= ? AND {DATUM} < ?", (THURSDAY, SATURDAY)),
        (DateFormat.DATETIME, "datetime", f"{DATUM} >= ? AND {DATUM} < ?", (THURSDAY, SATURDAY)),
        (DateFormat.DATE, "smalldatetime", f"{DATUM} >= ? AND {DATUM} < ?", (THURSDAY, SATURDAY)),
    ],
)
def test_date_condition_converts_parameters_and_never_columns(
    form: DateFormat, data_type: str, condition: str, parameters: tuple[Any, ...]
) -> None:
    content = document(form, has_flag=False, tables=("KARTEI",))
    query = _query(content, catalog(date_type=data_type, tables=("KARTEI",)))
    columns = "k.[ID_S], k.[PATNR_S], k.[DATUM_S], k.[BEMERKUNG_S]"
    assert _statement(query, 3) == f"SELECT {columns} FROM {KARTEI} WHERE {condition};"
    assert query.parameters == parameters


@pytest.mark.parametrize(
    ("flag", "data_type", "condition", "parameters"),
    [
        (DeleteFlag(("0",), True), "int", "(k.[DELKZ_S] = ? OR k.[DELKZ_S] IS NULL)", (0,)),
        (DeleteFlag(("0",), True), "smallint", "(k.[DELKZ_S] = ? OR k.[DELKZ_S] IS NULL)", (0,)),
        (DeleteFlag(("-1",), False), "smallint", "(k.[DELKZ_S] = ?)", (-1,)),
        (DeleteFlag(("0",), True), "nvarchar", "(k.[DELKZ_S] IN (?, ?) OR k.[DELKZ_S] IS NULL)", ("0", "")),
        (DeleteFlag(("J",), False), "char", "(k.[DELKZ_S] IN (?, ?))", _ansi("J", "j")),
        (DeleteFlag(("F",), True), "varchar", "(k.[DELKZ_S] IN (?, ?, ?) OR k.[DELKZ_S] IS NULL)", _ansi("F", "f", "")),
        (DeleteFlag((), True), "char", "(k.[DELKZ_S] = ? OR k.[DELKZ_S] IS NULL)", _ansi("")),
        (
            DeleteFlag(("1900-01-01",), True),
            "datetime",
            "(k.[DELKZ_S] = ? OR k.[DELKZ_S] IS NULL)",
            (dt.date(1900, 1, 1),),
        ),
        (DeleteFlag(("1",), False), "bit", "(k.[DELKZ_S] = ?)", (1,)),
        (DeleteFlag(("true",), False), "bit", "(k.[DELKZ_S] = ?)", (1,)),
        (DeleteFlag(("N", "n"), False), "char", "(k.[DELKZ_S] IN (?, ?))", _ansi("N", "n")),
        (DeleteFlag((), True), "datetime", "(k.[DELKZ_S] IS NULL)", ()),
        (DeleteFlag((), False), "int", "1 = 0", ()),
        (None, "int", "(k.[DELKZ_S] = ? OR k.[DELKZ_S] IS NULL)", (0,)),
    ],
)
def test_delete_flag_condition(
    flag: DeleteFlag | None, data_type: str, condition: str, parameters: tuple[Any, ...]
) -> None:
    query = _query(document(flag=flag, tables=("KARTEI",)), catalog(flag_type=data_type, tables=("KARTEI",)))
    assert _statement(query, 3).endswith(f"WHERE {DATUM} >= ? AND {DATUM} <= ? AND {condition};")
    # Once for the entries, once for the rows without a date.
    assert query.parameters == (20261119, 20261120, *parameters, *parameters)


def test_whole_batch() -> None:
    query = _query(document(), catalog())
    lines = query.sql.splitlines()
    on_days = "[DATUM_S] >= ? AND {0}.[DATUM_S] <= ? AND ({0}.[DELKZ_S] = ? OR {0}.[DELKZ_S] IS NULL)"
    of_kartei = f"k.{on_days.format('k')}"
    assert lines[:11] == [
        "SET NOCOUNT ON;",
        "DECLARE @entries BIGINT = 0, @services BIGINT = 0, @insurances BIGINT = 0, @undated BIGINT = 0;",
        f"{schema_query(document(), catalog(), DATABASE)};",
        f"SELECT k.[ID_S], k.[PATNR_S], k.[DATUM_S], k.[BEMERKUNG_S] FROM {KARTEI} WHERE {of_kartei};",
        "SET @entries = @@ROWCOUNT;",
        (
            "SELECT l.[PATIENTID_S], l.[DATUM_S], l.[LEISTUNG_S], l.[ID_S] FROM [DentalDB_01].[ck].[LEISTUNG_X1] AS l"
            f" WHERE l.{on_days.format('l')};"
        ),
        "SET @services = @@ROWCOUNT;",
        (
            "SELECT pk.[PATNR_S], pk.[ID_S], pk.[KASSENID_S], ka.[ID_S], ka.[ART_S], ka.[NAME_S]"
            " FROM [DentalDB_01].[ck].[PATKASSE_Q] AS pk"
            " LEFT JOIN [DentalDB_01].[ck].[KASSEN_7] AS ka ON ka.[ID_S] = pk.[KASSENID_S]"
            " WHERE (pk.[DELKZ_S] = ? OR pk.[DELKZ_S] IS NULL)"
            " AND (ka.[ID_S] IS NULL OR (ka.[DELKZ_S] = ? OR ka.[DELKZ_S] IS NULL))"
            f" AND pk.[PATNR_S] IN (SELECT k.[PATNR_S] FROM {KARTEI} WHERE {of_kartei});"
        ),
        "SET @insurances = @@ROWCOUNT;",
        lines[9],
        (
            "SELECT @entries AS entries, @services AS services, @insurances AS insurances, @undated AS undated,"
            " N'dentalhub: complete' AS marker;"
        ),
    ]
    assert lines[9].startswith(f"SELECT @undated = COUNT_BIG(*) FROM {KARTEI} WHERE (k.[DATUM_S] IS NULL OR NOT (")
    assert lines[9].endswith(") AND (k.[DELKZ_S] = ? OR k.[DELKZ_S] IS NULL);")
    days = (20261119, 20261120)
    assert query.parameters == (*days, 0, *days, 0, 0, 0, *days, 0, 0)
    assert query.sql.count("?") == len(query.parameters)
    assert query.parts == ("entries", "services", "insurances")


@pytest.mark.parametrize(
    ("tables", "parts"),
    [
        (("KARTEI",), ("entries",)),
        (("KARTEI", "LEISTUNG"), ("entries", "services")),
        (("KARTEI", "PATKASSE"), ("entries",)),
        (("KARTEI", "KASSEN"), ("entries",)),
        (("KARTEI", "PATKASSE", "KASSEN"), ("entries", "insurances")),
    ],
)
def test_tables_that_a_source_lacks_are_left_out(tables: tuple[str, ...], parts: tuple[str, ...]) -> None:
    query = _query(document(tables=tables), catalog())
    assert query.parts == parts
    assert query.sql.count("@@ROWCOUNT") == len(parts)


def test_identifiers_are_quoted() -> None:
    fields = tuple(FieldMapping(field, f"{field}_S") for field in ("ID", "PATNR", "DATUM", "BEMERKUNG"))
    source = catalog(tables=("KARTEI",))
    hostile = source.tables[0].__class__("c]k", "K; DROP TABLE x--]", "BASE TABLE", source.tables[0].columns)
    content = MappingDocument((TableMapping("KARTEI", hostile.schema, hostile.name, fields, DateFormat.INT),))
    query = extraction_query(content, Catalog("x", (hostile,)), "Dental]DB", FRIDAY, FRIDAY)
    assert "FROM [Dental]]DB].[c]]k].[K; DROP TABLE x--]]] AS k WHERE" in query.sql


def test_text_flag_values_travel_as_parameters() -> None:
    flag = DeleteFlag(("N' OR 1=1 --",), False)
    query = _query(document(flag=flag, tables=("KARTEI",)), catalog(flag_type="nvarchar", tables=("KARTEI",)))
    assert "OR 1=1" not in query.sql
    assert "N' OR 1=1 --" in query.parameters


def _kind(content: MappingDocument, source: Catalog) -> SourceErrorKind:
    with pytest.raises(SourceError) as caught:
        _query(content, source)
    return caught.value.kind


def test_table_that_the_snapshot_lacks_is_an_error() -> None:
    assert _kind(document(), catalog(tables=("KARTEI", "PATKASSE", "KASSEN"))) == SourceErrorKind.TABLE


def test_mapping_without_chart_table_is_an_error() -> None:
    assert _kind(document(tables=("LEISTUNG",)), catalog()) == SourceErrorKind.TABLE


def test_column_that_the_snapshot_lacks_is_an_error() -> None:
    assert _kind(document(), catalog(flag_type=None)) == SourceErrorKind.COLUMN


def test_open_required_field_is_an_error() -> None:
    fields = (FieldMapping("ID", "ID_S"), FieldMapping("PATNR"), FieldMapping("DATUM", "DATUM_S"))
    content = MappingDocument((TableMapping("KARTEI", "ck", "KARTEI_MN", fields, DateFormat.INT),))
    assert _kind(content, catalog()) == SourceErrorKind.COLUMN


@pytest.mark.parametrize(
    ("form", "data_type"),
    [
        (DateFormat.GERMAN, "int"),
        (DateFormat.ISO, "date"),
        (DateFormat.DATE, "int"),
        (DateFormat.DATETIME, "varchar"),
        (DateFormat.INT, "datetime"),
        (DateFormat.EPOCH, "varchar"),
        (DateFormat.EPOCH, "smallint"),
        (DateFormat.GERMAN_SHORT, "int"),
    ],
)
def test_date_form_that_does_not_fit_the_column_is_an_error(form: DateFormat, data_type: str) -> None:
    assert _kind(document(form), catalog(date_type=data_type)) == SourceErrorKind.COLUMN


def test_text_for_a_number_flag_is_an_error() -> None:
    assert _kind(document(flag=DeleteFlag(("N",), True)), catalog()) == SourceErrorKind.COLUMN


def test_text_for_a_date_flag_is_an_error() -> None:
    content = document(flag=DeleteFlag(("N",), True))
    assert _kind(content, catalog(flag_type="datetime")) == SourceErrorKind.COLUMN


def test_days_that_a_short_year_cannot_mean_find_nothing() -> None:
    content = document(DateFormat.GERMAN_SHORT, has_flag=False, tables=("KARTEI",))
    source = catalog(date_type="char", tables=("KARTEI",))
    day = dt.date(2085, 1, 1)
    query = extraction_query(content, source, DATABASE, day, day)
    assert _statement(query, 3).endswith("WHERE 1 = 0;")
    assert query.parameters == ()


def test_longest_range_stays_below_the_parameter_limit() -> None:
    content = document(DateFormat.GERMAN)
    last = FRIDAY + dt.timedelta(days=MOST_DAYS - 1)
    query = extraction_query(content, catalog(date_type="varchar"), DATABASE, FRIDAY, last)
    assert len(query.parameters) == query.sql.count("?")
    assert len(query.parameters) < 2100


def test_schema_query_asks_for_the_mapped_columns_where_discovery_asks() -> None:
    content = document(tables=("KARTEI",))
    assert schema_query(content, catalog(), "Dental]DB") == (
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH"
        " FROM [Dental]]DB].INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA IN (N'ck') AND TABLE_NAME IN (N'KARTEI_MN')"
        " AND COLUMN_NAME IN (N'BEMERKUNG_S', N'DATUM_S', N'DELKZ_S', N'ID_S', N'PATNR_S')"
    )


def test_health_query_reads_one_row() -> None:
    query = health_query(document(), catalog(), DATABASE)
    assert query.sql == f"SELECT TOP (1) k.[ID_S], k.[PATNR_S], k.[DATUM_S] FROM {KARTEI}"


def test_undated_rows_are_counted_only_where_asked_for() -> None:
    content, source = document(), catalog()
    counting = extraction_query(content, source, DATABASE, THURSDAY, FRIDAY)
    query = extraction_query(content, source, DATABASE, THURSDAY, FRIDAY, counts_undated=False)
    kept = [line for line in counting.sql.splitlines() if not line.startswith("SELECT @undated = ")]
    assert query.sql.splitlines() == kept
    assert len(kept) == len(counting.sql.splitlines()) - 1
    assert len(query.parameters) == query.sql.count("?")
