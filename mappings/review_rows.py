"""A mapping as the rows of the review page: our names, and the choices among the physical ones. *Pure*."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from centers.catalog import Catalog, Column, Table
from mappings.canonical import CanonicalField, CanonicalTable, canonical_tables
from mappings.confidence import CERTAIN
from mappings.diff import flag_text
from mappings.document import Candidate, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat
from mappings.evidence import Reason, reasons

# The titles of canonical.yml, where the translators' tools find them.
TITLES = {
    "PATIENT": _("patients"),
    "KASSEN": _("insurers"),
    "PATKASSE": _("patient's insurers"),
    "KARTEI": _("chart entries"),
    "LEISTUNG": _("services rendered"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a select."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One canonical field with its choices; `likely` are the proposal and its runners-up, `others` all the rest."""

    key: str
    label: str
    is_required: bool
    column: str | None
    confidence: float
    reasons: tuple[Reason, ...]
    likely: tuple[Option, ...]
    others: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One canonical table with its choices, its fields and its forms."""

    name: str
    title: str
    is_required: bool
    value: str
    physical: str
    confidence: float
    reasons: tuple[Reason, ...]
    likely: tuple[Option, ...]
    others: tuple[Option, ...]
    fields: tuple[FieldRow, ...]
    date_formats: tuple[Option, ...]
    date_label: str
    flag_values: str
    flag_null: bool
    flag_text: str
    has_flag: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A required choice that is not certain, or that is missing."""

    table: str
    key: str
    confidence: float
    is_missing: bool


def doubts(rows: tuple[TableRow, ...]) -> tuple[Doubt, ...]:
    """Where a reviewer should look first; a table in doubt stands for its fields."""
    found = []
    for row in rows:
        fields = [field for field in row.fields if field.is_required]
        if not row.physical:
            found += [Doubt(row.name, row.name, 0.0, True)] if fields else []
        elif row.confidence < CERTAIN:
            found.append(Doubt(row.name, row.name, row.confidence, False))
        else:
            found += [
                Doubt(row.name, field.key, field.confidence, field.column is None)
                for field in fields
                if field.confidence < CERTAIN
            ]
    return tuple(found)


def table_value(schema: str | None, table: str | None) -> str:
    """A table's address as one form value; '' for none. JSON, because names may hold dots and quotes."""
    return json.dumps([schema, table], ensure_ascii=False) if schema is not None and table is not None else ""


def table_rows(document: MappingDocument, catalog: Catalog) -> tuple[TableRow, ...]:
    """All canonical tables of a mapping."""
    return tuple(table_row(canonical, document.table(canonical.name), catalog) for canonical in canonical_tables())


def table_row(canonical: CanonicalTable, mapped: TableMapping, catalog: Catalog) -> TableRow:
    """One canonical table; a physical table or column that the catalog lacks stays visible as the choice it was."""
    physical = catalog.table(mapped.schema or "", mapped.table or "") if mapped.table else None
    likely, others = _table_options(mapped, catalog)
    flag = mapped.delete_flag
    return TableRow(
        name=canonical.name,
        title=str(TITLES.get(canonical.name, canonical.title)),
        is_required=canonical.required,
        value=table_value(mapped.schema, mapped.table),
        physical=f"{mapped.schema}.{mapped.table}" if mapped.table else "",
        confidence=mapped.confidence,
        reasons=reasons(mapped.evidence),
        likely=likely,
        others=others,
        fields=tuple(_field_row(canonical, field, mapped, physical) for field in canonical.fields),
        date_formats=_date_options(canonical, mapped),
        date_label=str(mapped.date_format.label) if mapped.date_format else "",
        flag_values=", ".join(flag.live_values) if flag else "",
        # Without an answer nothing is ticked, so that saving the page does not give one.
        flag_null=flag.null_is_live if flag else False,
        flag_text=flag_text(flag),
        has_flag=mapped.column("DELKZ") is not None,
    )


def _table_options(mapped: TableMapping, catalog: Catalog) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    chosen = f"{mapped.schema}.{mapped.table}" if mapped.table else None
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
    return tuple(likely), tuple(option for option in others if option.value not in listed)


def _described(table: Table | None, name: str) -> str:
    return name if table is None or table.row_count is None else f"{name} ({table.row_count:,})"


def _field_row(
    canonical: CanonicalTable, field: CanonicalField, mapped: TableMapping, physical: Table | None
) -> FieldRow:
    item = next((entry for entry in mapped.fields if entry.name == field.name), FieldMapping(field.name))
    columns = {column.name: column for column in physical.columns} if physical else {}
    names = [item.column] if item.column is not None else []
    names += [name for name in _names(item.candidates) if name in columns and name != item.column]
    return FieldRow(
        key=f"{canonical.name}.{field.name}",
        label=field.name,
        is_required=field.required,
        column=item.column,
        confidence=item.confidence,
        reasons=reasons(item.evidence),
        likely=tuple(Option(name, _typed(columns.get(name), name), name == item.column) for name in names),
        others=tuple(Option(name, _typed(column, name)) for name, column in columns.items() if name not in names),
    )


def _names(candidates: tuple[Candidate, ...]) -> list[str]:
    return [candidate.name for candidate in candidates]


def _typed(column: Column | None, name: str) -> str:
    if column is None:
        return name
    length = {None: "", -1: "(max)"}.get(column.max_length, f"({column.max_length})")
    return f"{name} · {column.data_type}{length}"


def _date_options(canonical: CanonicalTable, mapped: TableMapping) -> tuple[Option, ...]:
    if not any(field.kind == "date" for field in canonical.fields):
        return ()
    return tuple(Option(form.value, str(form.label), form == mapped.date_format) for form in DateFormat)
