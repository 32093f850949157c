"""Does a source still have the columns for which its mapping was approved? *Pure*; `extraction.query` asks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from centers.catalog import Catalog, Column, Table
from centers.exceptions import SourceError, SourceErrorKind
from mappings.document import MappingDocument
from mappings.drift import Change, drift
from mappings.holds import hold_of, hold_sentence, holding, read_tables

# Schema, table, column, type and length in characters (-1: max, None: no text).
ColumnRow = tuple[str, str, str, str, int | None]


def read_columns(mapping: MappingDocument, catalog: Catalog) -> list[ColumnRow]:
    """The mapped columns as `catalog` has them, of the tables that an extraction reads."""
    found: list[ColumnRow] = []
    for mapped in _read_part(mapping).tables:
        table = catalog.table(mapped.schema or "", mapped.table or "")
        if table is None:
            continue
        columns = (table.column(item.column) for item in mapped.fields if item.column is not None)
        found += [
            (table.schema, table.name, column.name, column.data_type, column.max_length)
            for column in columns
            if column is not None
        ]
    return found


def broken(mapping: MappingDocument, approved: Catalog, rows: Iterable[Sequence[Any]]) -> tuple[Change, ...]:
    """What of the approved snapshot no longer holds in a source that answered with `rows`; mostly nothing.

    A type that changed and can still be read as approved is no reason to stop, exactly as for drift.
    """
    now: set[ColumnRow] = {
        (str(schema), str(table), str(column), str(data_type), None if length is None else int(length))
        for schema, table, column, data_type, length in rows
    }
    if now.issuperset(read_columns(mapping, approved)):
        return ()
    return holding(drift(_read_part(mapping), approved, _catalog(approved.database, now)).breaking)


def schema_error(changes: Sequence[Change]) -> SourceError:
    """What is told of the center then. Names are canonical: no value of the source gets into it."""
    text = _("%(changes)s Nothing was read. Discover the center again and review its new version.")
    return SourceError(SourceErrorKind.SCHEMA, text % {"changes": hold_sentence(hold_of(changes))})


def _read_part(mapping: MappingDocument) -> MappingDocument:
    return replace(mapping, tables=tuple(table for table in mapping.tables if table.name in read_tables()))


def _catalog(database: str, rows: Iterable[ColumnRow]) -> Catalog:
    columns: defaultdict[tuple[str, str], list[Column]] = defaultdict(list)
    for schema, table, column, data_type, length in sorted(rows, key=lambda row: row[:3]):
        columns[schema, table].append(Column(column, data_type, length, True, len(columns[schema, table]) + 1))
    return Catalog(database, tuple(Table(*name, "BASE TABLE", tuple(found)) for name, found in columns.items()))
