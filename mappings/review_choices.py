"""What a reviewer can choose on the review page: tables, columns, forms of dates. *Pure*."""

import json
import re
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from centers.catalog import Catalog, Column, Table, qualified_name
from mappings.canonical import CanonicalTable
from mappings.document import FieldMapping, TableMapping
from mappings.enums import DateFormat

# Beyond that a list is no help, and a page with two dozen of them is slow; the search finds the rest.
MOST_OTHERS = 200
_LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a select."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """`likely` are the proposal and its runners-up, `others` all the rest; `left_out` more are only found by search."""

    likely: tuple[Option, ...] = ()
    others: tuple[Option, ...] = ()
    left_out: int = 0


def table_value(schema: str | None, table: str | None) -> str:
    """A table's address as one form value; '' for none. JSON, because names may hold dots and quotes."""
    return json.dumps([schema, table], ensure_ascii=False) if schema is not None and table is not None else ""


def column_value(name: str) -> str:
    """A column as one form value: its name, or that as JSON where browsers would not send it back as it is."""
    is_altered = _LINE_END.search(name) or name.startswith('"')
    return json.dumps(name, ensure_ascii=False) if is_altered else name


def table_options(mapped: TableMapping, catalog: Catalog) -> Options:
    """The tables to choose from; one that the catalog lacks stays visible as the choice it was."""
    chosen = qualified_name(mapped.schema or "", mapped.table) if mapped.table else None
    by_name = {table.qualified_name: table for table in catalog.tables}
    likely = []
    if chosen is not None:
        likely.append(Option(table_value(mapped.schema, mapped.table), _described(by_name.get(chosen), chosen), True))
    for candidate in mapped.candidates:
        table = by_name.get(candidate.name)
        if table is not None and candidate.name != chosen:
            likely.append(Option(table_value(table.schema, table.name), _described(table, candidate.name)))
    listed = {option.value for option in likely}
    others = [
        Option(table_value(table.schema, table.name), _described(table, table.qualified_name))
        for table in catalog.tables
    ]
    return _limited(tuple(likely), tuple(option for option in others if option.value not in listed))


def column_options(item: FieldMapping, physical: Table | None) -> Options:
    """The columns of `physical` to choose from; one that it lacks stays visible as the choice it was."""
    columns = {column.name: column for column in physical.columns} if physical else {}
    names = [item.column] if item.column is not None else []
    names += [entry.name for entry in item.candidates if entry.name in columns and entry.name != item.column]
    return _limited(
        tuple(Option(column_value(name), typed(columns.get(name), name), name == item.column) for name in names),
        tuple(Option(column_value(name), typed(column, name)) for name, column in columns.items() if name not in names),
    )


def _limited(likely: tuple[Option, ...], others: tuple[Option, ...]) -> Options:
    return Options(likely, others[:MOST_OTHERS], max(len(others) - MOST_OTHERS, 0))


def date_options(canonical: CanonicalTable, mapped: TableMapping) -> tuple[Option, ...]:
    """The forms of dates to choose from; none for a table without a date."""
    if not any(field.kind == "date" for field in canonical.fields):
        return ()
    return tuple(Option(form.value, str(form.label), form == mapped.date_format) for form in DateFormat)


def alive_when(mapped: TableMapping) -> str:
    """What the delete flag means, as a sentence; '' without a table."""
    if mapped.table is None:
        return ""
    if mapped.column("DELKZ") is None:
        return _("There is no delete flag: every row counts as alive.")
    flag = mapped.delete_flag
    if flag is None:
        return _("What the delete flag means is not decided.")
    values = get_text_list(list(flag.live_values), _("or"))
    if not values and flag.null_is_live:
        return _("A row is alive while its flag is empty (NULL); with any value it is deleted.")
    if not values:
        return _("No value of the flag means alive: every row counts as deleted.")
    if flag.null_is_live:
        return _("A row is alive when its flag is %(values)s or empty (NULL); else it is deleted.") % {"values": values}
    return _("A row is alive when its flag is %(values)s; else, also when it is empty (NULL), it is deleted.") % {
        "values": values
    }


def typed(column: Column | None, name: str) -> str:
    """A column with its type, as people write it."""
    if column is None:
        return name
    length = {None: "", -1: "(max)"}.get(column.max_length, f"({column.max_length})")
    return f"{name} · {column.data_type}{length}"


def _described(table: Table | None, name: str) -> str:
    if table is None or table.row_count is None:
        return name
    return f"{name} ({number_format(table.row_count, force_grouping=True)})"
