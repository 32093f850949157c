"""What came or went in a source beside what a mapping uses: counted, never breaking. *Pure*."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from centers.catalog import Catalog, Table
from mappings.document import TableMapping


@dataclass(frozen=True, slots=True)
class Kept:
    """A mapped table as it was and as it is now, perhaps under another name."""

    mapped: TableMapping
    before: Table
    after: Table


@dataclass(frozen=True, slots=True)
class Counts:
    """Tables and columns that came or went and that the mapping does not use; the columns of tables that stayed."""

    added_tables: int = 0
    removed_tables: int = 0
    added_columns: int = 0
    removed_columns: int = 0


def unused_changes(old: Catalog, new: Catalog, kept: Sequence[Kept], renamed: Mapping[str, str]) -> Counts:
    """Counts between two catalogs; `renamed` leads from a mapped table or field to its new name."""
    before = {(table.schema, table.name): table for table in old.tables}
    after = {(table.schema, table.name): table for table in new.tables}
    moved = {(item.before.schema, item.before.name): item for item in kept}
    used_now = {(item.after.schema, item.after.name) for item in kept}
    added_columns = removed_columns = removed_tables = 0
    for key, table in before.items():
        item = moved.get(key)
        now = item.after if item else after.get(key)
        if now is None:
            removed_tables += 1
            continue
        names, names_now = _names(table), _names(now)
        removed_columns += len(names - names_now - _mapped(item))
        added_columns += len(names_now - names - _followed(item, renamed))
    return Counts(len(after.keys() - before.keys() - used_now), removed_tables, added_columns, removed_columns)


def _names(table: Table) -> set[str]:
    return {column.name for column in table.columns}


def _mapped(item: Kept | None) -> set[str]:
    return {field.column for field in item.mapped.fields if field.column is not None} if item else set()


def _followed(item: Kept | None, renamed: Mapping[str, str]) -> set[str]:
    if item is None:
        return set()
    fields = (f"{item.mapped.name}.{field.name}" for field in item.mapped.fields)
    return {renamed[field] for field in fields if field in renamed}
