"""An approved mapping carried over to a newer catalog, to be proposed again. *Pure*."""

from collections.abc import Mapping
from dataclasses import replace

from centers.catalog import Catalog, Table, qualified_name
from mappings.document import Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.drift import Drift, drift
from mappings.enums import DriftKind

_WEIGHT = 0.0


def previous_document(document: MappingDocument, old: Catalog, new: Catalog) -> MappingDocument:
    """What `document`, approved for `old`, still says about `new`.

    Renames are followed; what is gone, and forms of dates and delete flags that no longer fit, are left out.
    """
    found = drift(document, old, new)
    carried = followed(document, found) or document
    unfit = {entry.field for entry in found.breaking if entry.kind is DriftKind.TYPE_CHANGED}
    tables = tuple(_without_unfit(_without_gone(table, new), unfit) for table in carried.tables)
    form = None if "KARTEI.PATNR" in unfit else carried.patient_id_form
    return replace(carried, tables=tables, patient_id_form=form)


def followed(document: MappingDocument, found: Drift) -> MappingDocument | None:
    """`document` with every rename in `found` followed; None when there is none.

    What was renamed keeps its confidence, and its first evidence names the old decision.
    """
    renamed = {entry.field: entry.new_name for entry in found.entries if entry.new_name is not None}
    if not renamed:
        return None
    return replace(document, tables=tuple(_followed_table(table, renamed) for table in document.tables))


def _followed_table(table: TableMapping, renamed: Mapping[str, str]) -> TableMapping:
    fields = tuple(_followed_field(item, renamed.get(f"{table.name}.{item.name}")) for item in table.fields)
    name = renamed.get(table.name)
    if name is None:
        return replace(table, fields=fields)
    evidence = (_renamed_since(qualified_name(table.schema or "", table.table or "")), *table.evidence)
    return replace(table, fields=fields, table=name, evidence=evidence)


def _followed_field(item: FieldMapping, name: str | None) -> FieldMapping:
    if name is None or item.column is None:
        return item
    return replace(item, column=name, evidence=(_renamed_since(item.column), *item.evidence))


def _renamed_since(name: str) -> Evidence:
    return Evidence("renamed_since", _WEIGHT, (("name", name),))


def _without_gone(mapped: TableMapping, catalog: Catalog) -> TableMapping:
    if mapped.schema is None or mapped.table is None:
        return mapped
    table = catalog.table(mapped.schema, mapped.table)
    if table is None:
        return TableMapping(mapped.name, fields=tuple(FieldMapping(item.name) for item in mapped.fields))
    return replace(mapped, fields=tuple(_present(item, table) for item in mapped.fields))


def _without_unfit(mapped: TableMapping, unfit: set[str]) -> TableMapping:
    return replace(
        mapped,
        date_format=None if f"{mapped.name}.DATUM" in unfit else mapped.date_format,
        delete_flag=None if f"{mapped.name}.DELKZ" in unfit else mapped.delete_flag,
    )


def _present(item: FieldMapping, table: Table) -> FieldMapping:
    if item.column is None or table.column(item.column) is not None:
        return item
    return FieldMapping(item.name)


def with_history(proposed: MappingDocument, previous: MappingDocument | None, *, seen_values: bool) -> MappingDocument:
    """`proposed` with what only the former decision knows.

    A column or table that is proposed again under its new name says which one it was. Codes of insurance kinds that a
    person decided keep their status where KASSEN.ART is the same column, and so does the form of patient ids, which
    types alone suggest. Without values (`seen_values` False) the approved form of dates and delete flags is better than
    a guess from the type of the same column.
    """
    if previous is None:
        return proposed
    tables = tuple(_told(table, previous.table(table.name), seen_values=seen_values) for table in proposed.tables)
    told = _with_codes(replace(proposed, tables=tables), previous)
    same_patients = _same_column(proposed.table("KARTEI"), previous.table("KARTEI"), "PATNR")
    if not same_patients or previous.patient_id_form is None:
        return told
    return replace(told, patient_id_form=previous.patient_id_form)


def _with_codes(proposed: MappingDocument, previous: MappingDocument) -> MappingDocument:
    if not _same_column(proposed.table("KASSEN"), previous.table("KASSEN"), "ART"):
        return proposed
    codes = {**dict(proposed.insurance_codes), **dict(previous.insurance_codes)}
    still_unknown = tuple(code for code in proposed.unknown_codes if code not in codes)
    return replace(proposed, insurance_codes=tuple(codes.items()), unknown_codes=still_unknown)


def _told(table: TableMapping, before: TableMapping, *, seen_values: bool) -> TableMapping:
    if table.table is None or not _same_table(table, before):
        return table
    old = {item.name: item for item in before.fields}
    fields = tuple(
        replace(item, evidence=_old_names(old[item.name]) + item.evidence)
        if item.name in old and item.column is not None and item.column == old[item.name].column
        else item
        for item in table.fields
    )
    told = replace(table, fields=fields, evidence=_old_names(before) + table.evidence)
    if seen_values:
        return told
    if before.date_format is not None and _same_column(table, before, "DATUM"):
        told = replace(told, date_format=before.date_format)
    if before.delete_flag is not None and _same_column(table, before, "DELKZ"):
        told = replace(told, delete_flag=before.delete_flag)
    return told


def _old_names(item: TableMapping | FieldMapping) -> tuple[Evidence, ...]:
    return tuple(evidence for evidence in item.evidence if evidence.code == "renamed_since")


def _same_table(table: TableMapping, before: TableMapping) -> bool:
    return (table.schema, table.table) == (before.schema, before.table)


def _same_column(table: TableMapping, before: TableMapping, field: str) -> bool:
    column = table.column(field)
    return column is not None and _same_table(table, before) and column == before.column(field)
