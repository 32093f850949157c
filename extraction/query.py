"""The one batch that reads a center: the only module that assembles source SQL. *Pure*.

Three SELECTs without a join between chart entries and insurance, so that no join can multiply or lose a chart row, and
a last one-row result, the end marker, with the row count of each. The first result describes the mapped columns, so
that a schema that changed is noticed before any row is believed. Works on SQL Server 2012 and later.
"""
# ruff: noqa: S608 # identifiers are quoted and come from the approved snapshot, values are parameters

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from centers.catalog import Catalog, Column
from centers.identifiers import literal, quote
from centers.source_session import AnsiText
from extraction import dates
from extraction.live_rows import live_parameters
from extraction.schema_check import read_columns
from extraction.source_tables import (
    MOMENT_TYPES,
    NUMBER_TYPES,
    SINGLE_BYTE_TYPES,
    TEXT_TYPES,
    WHOLE_TYPES,
    SourceTable,
    date_form,
    find_table,
    required_table,
)
from extraction.undated import undated_number_condition, undated_second_condition, undated_text_condition
from mappings.document import DeleteFlag, MappingDocument
from mappings.enums import DateFormat

Parameter = int | str | dt.date | AnsiText
END_MARKER = "dentalhub: complete"
# German dates travel one by one, three times each; SQL Server takes 2,100 parameters in a statement.
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL and the values of its question marks, in order."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceQuery:
    """A batch; `parts` names its result sets in order, between the columns of the schema and the end marker."""

    sql: str
    parameters: tuple[Parameter, ...]
    parts: tuple[str, ...]


def extraction_query(
    mapping: MappingDocument,
    catalog: Catalog,
    database: str,
    date_from: dt.date,
    date_to: dt.date,
    *,
    counts_undated: bool = True,
) -> SourceQuery:
    """The batch for the chart entries from `date_from` to `date_to` (at most MOST_DAYS days), both included.

    Counting the chart rows without a date looks at every row of the table, whatever the days; without
    `counts_undated` the end marker says 0. Raises SourceError (TABLE or COLUMN) when the mapping names something that
    the snapshot does not have.
    """
    kartei = required_table(mapping, catalog, database, "KARTEI", "k")
    charts = _all(_on_days(kartei, date_from, date_to), _alive(kartei))
    parts = [_entries(kartei, charts)]
    names = ["entries"]
    if (leistung := find_table(mapping, catalog, database, "LEISTUNG", "l")) is not None:
        parts.append(_services(leistung, date_from, date_to))
        names.append("services")
    links = find_table(mapping, catalog, database, "PATKASSE", "pk")
    insurers = find_table(mapping, catalog, database, "KASSEN", "ka")
    if links is not None and insurers is not None:
        parts.append(_insurances(links, insurers, kartei, charts))
        names.append("insurances")
    undated = _undated(kartei) if counts_undated else Clause("")
    statements = [
        "SET NOCOUNT ON;",
        "DECLARE @entries BIGINT = 0, @services BIGINT = 0, @insurances BIGINT = 0, @undated BIGINT = 0;",
        f"{schema_query(mapping, catalog, database)};",
    ]
    for name, part in zip(names, parts, strict=True):
        statements += [f"{part.sql};", f"SET @{name} = @@ROWCOUNT;"]
    statements += [f"{undated.sql};"] if undated.sql else []
    statements.append(_end())
    parameters = tuple(value for part in [*parts, undated] for value in part.parameters)
    return SourceQuery("\n".join(statements), parameters, tuple(names))


def schema_query(mapping: MappingDocument, catalog: Catalog, database: str) -> str:
    """The mapped columns as they are now; the rows are those of `schema_check.broken`, with some that nobody asked for.

    From the view that discovery reads, so that both see the same types.
    """
    wanted = read_columns(mapping, catalog)
    conditions = (
        f"TABLE_SCHEMA IN ({_literals(row[0] for row in wanted)})",
        f"TABLE_NAME IN ({_literals(row[1] for row in wanted)})",
        f"COLUMN_NAME IN ({_literals(row[2] for row in wanted)})",
    )
    return (
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH"
        f" FROM {quote(database)}.INFORMATION_SCHEMA.COLUMNS WHERE {' AND '.join(conditions)}"
    )


def health_query(mapping: MappingDocument, catalog: Catalog, database: str) -> SourceQuery:
    """One row at most, from the mapped chart table: proves login, database, table, columns and the right to read."""
    kartei = required_table(mapping, catalog, database, "KARTEI", "k")
    columns = ", ".join(kartei.select(field) for field in ("ID", "PATNR", "DATUM"))
    return SourceQuery(f"SELECT TOP (1) {columns} FROM {kartei.address} AS k", (), ("entries",))


def _literals(names: Iterable[str]) -> str:
    return ", ".join(literal(name) for name in sorted(set(names)))


def _entries(kartei: SourceTable, charts: Clause) -> Clause:
    columns = ", ".join(kartei.select(field) for field in ("ID", "PATNR", "DATUM", "BEMERKUNG"))
    return Clause(f"SELECT {columns} FROM {kartei.address} AS k WHERE {charts.sql}", charts.parameters)


def _services(leistung: SourceTable, date_from: dt.date, date_to: dt.date) -> Clause:
    columns = ", ".join(leistung.select(field) for field in ("PATIENTID", "DATUM", "LEISTUNG"))
    where = _all(_on_days(leistung, date_from, date_to), _alive(leistung))
    number = leistung.select_or_null("ID")
    return Clause(f"SELECT {columns}, {number} FROM {leistung.address} AS l WHERE {where.sql}", where.parameters)


def _insurances(links: SourceTable, insurers: SourceTable, kartei: SourceTable, charts: Clause) -> Clause:
    """All live links of the patients of `charts`, with their insurers; those to a deleted insurer are left out."""
    key = insurers.select("ID")
    alive = _alive(insurers)
    where = _all(
        _alive(links),
        # No insurer row is not a deleted insurer: the link counts, and says that the patient pays.
        Clause(f"({key} IS NULL OR {alive.sql})", alive.parameters) if alive.sql else Clause(""),
        Clause(
            f"{links.select('PATNR')} IN (SELECT {kartei.select('PATNR')} FROM {kartei.address} AS k"
            f" WHERE {charts.sql})",
            charts.parameters,
        ),
    )
    columns = ", ".join(
        (
            links.select("PATNR"),
            links.select_or_null("ID"),
            links.select("KASSENID"),
            key,
            insurers.select("ART"),
            insurers.select("NAME"),
        )
    )
    return Clause(
        f"SELECT {columns} FROM {links.address} AS pk LEFT JOIN {insurers.address} AS ka"
        f" ON {key} = {links.select('KASSENID')} WHERE {where.sql}",
        where.parameters,
    )


def _undated(kartei: SourceTable) -> Clause:
    where = _all(Clause(_is_undated(kartei)), _alive(kartei))
    return Clause(f"SELECT @undated = COUNT_BIG(*) FROM {kartei.address} AS k WHERE {where.sql}", where.parameters)


def _is_undated(table: SourceTable) -> str:
    form, name, data_type = date_form(table), table.select("DATUM"), table.column("DATUM").data_type
    if form == DateFormat.EPOCH:
        return undated_second_condition(name)
    if data_type in WHOLE_TYPES:
        return undated_number_condition(name)
    if data_type in NUMBER_TYPES:
        return undated_number_condition(f"CAST({name} AS BIGINT)")
    if data_type in TEXT_TYPES:
        return undated_text_condition(name, form)
    return f"{name} IS NULL"


def _end() -> str:
    return (
        "SELECT @entries AS entries, @services AS services, @insurances AS insurances, @undated AS undated,"
        f" {literal(END_MARKER)} AS marker;"
    )


def _on_days(table: SourceTable, date_from: dt.date, date_to: dt.date) -> Clause:
    """The rows of these days, such that an index on the column can be used: parameters are converted, never columns."""
    form, column, name = date_form(table), table.column("DATUM"), table.select("DATUM")
    if column.data_type in MOMENT_TYPES:
        # A DATE parameter ranks below every type with a time, so that it is the one that is converted.
        return Clause(f"{name} >= ? AND {name} < ?", (date_from, date_to + dt.timedelta(days=1)))
    if column.data_type == "date":
        return Clause(f"{name} >= ? AND {name} <= ?", (date_from, date_to))
    if form == DateFormat.EPOCH:
        seconds = (dates.first_second(date_from), dates.first_second(date_to + dt.timedelta(days=1)))
        return Clause(f"{name} >= ? AND {name} < ?", seconds)
    if form in {DateFormat.GERMAN, DateFormat.GERMAN_SHORT}:
        return _on_listed_days(table, form, date_from, date_to)
    first, last = dates.write(date_from, form), dates.write(date_to, form)
    bounds = (int(first), int(last)) if column.data_type in NUMBER_TYPES else _texts(column, (first, last))
    return Clause(f"{name} >= ? AND {name} <= ?", bounds)


def _on_listed_days(table: SourceTable, form: DateFormat, date_from: dt.date, date_to: dt.date) -> Clause:
    """Texts that begin with the day have no order that counts, so each day is named."""
    wanted = dates.days(date_from, date_to)
    texts = [dates.write(day, form) for day in wanted if form == DateFormat.GERMAN or day.year in dates.SHORT_YEARS]
    if not texts:
        return Clause("1 = 0")
    marks = ", ".join("?" * len(texts))
    return Clause(f"{table.select('DATUM')} IN ({marks})", _texts(table.column("DATUM"), texts))


def _texts(column: Column, values: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """Texts as the column has them: against VARCHAR, NVARCHAR would convert the column and turn a seek into a scan."""
    if column.data_type not in SINGLE_BYTE_TYPES:
        return tuple(values)
    return tuple(AnsiText(value) if isinstance(value, str) else value for value in values)


def _alive(table: SourceTable) -> Clause:
    """The rows that are not deleted; empty SQL when the source has no flag, where every row is alive."""
    if table.mapping.column("DELKZ") is None:
        return Clause("")
    column, name = table.column("DELKZ"), table.select("DELKZ")
    flag = table.mapping.delete_flag or DeleteFlag()
    values = _texts(column, live_parameters(table.mapping.name, column, flag))
    tests = []
    if len(values) == 1:
        tests.append(f"{name} = ?")
    elif values:
        tests.append(f"{name} IN ({', '.join('?' * len(values))})")
    if flag.null_is_live:
        tests.append(f"{name} IS NULL")
    if not tests:
        return Clause("1 = 0")
    return Clause(f"({' OR '.join(tests)})", values)


def _all(*clauses: Clause) -> Clause:
    """All conditions at once; those without SQL are no conditions."""
    wanted = [clause for clause in clauses if clause.sql]
    return Clause(
        " AND ".join(clause.sql for clause in wanted),
        tuple(value for clause in wanted for value in clause.parameters),
    )
