"""Keys of mapped tables that changed between two catalogs; they explain a change and break no mapping. *Pure*."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from centers.catalog import ForeignKey, Table, qualified_name
from mappings.renames import Renames
from mappings.unused_changes import Kept


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A primary key or foreign keys before and after, with a sentence."""

    before: str
    after: str
    sentence: str


def key_changes(item: Kept, renamed: Mapping[str, str], names: Renames) -> list[KeyChange]:
    """Changes of the primary key, and of foreign keys of mapped columns; new names of the same keys are none."""
    changes = []
    new_names = _new_names(item, renamed)
    was = tuple(new_names.get(name, name) for name in item.before.primary_key)
    if not _same_columns(was, item.after.primary_key, names):
        primary = (", ".join(item.before.primary_key), ", ".join(item.after.primary_key))
        changes.append(KeyChange(*primary, _("The table's primary key changed.")))
    columns = {field.column for field in item.mapped.fields if field.column is not None}
    lost = [
        key
        for key in _of(item.before, columns)
        if not any(_same_key(key, other, new_names, names) for other in item.after.foreign_keys)
    ]
    won = [
        key
        for key in _of(item.after, {new_names.get(name, name) for name in columns})
        if not any(_same_key(other, key, new_names, names) for other in item.before.foreign_keys)
    ]
    if lost or won:
        foreign = (", ".join(map(_text, lost)), ", ".join(map(_text, won)))
        changes.append(KeyChange(*foreign, _("Foreign keys of mapped columns changed.")))
    return changes


def _new_names(item: Kept, renamed: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for field in item.mapped.fields:
        name = renamed.get(f"{item.mapped.name}.{field.name}")
        if field.column is not None and name is not None:
            found[field.column] = name
    return found


def _of(table: Table, columns: set[str]) -> list[ForeignKey]:
    return [key for key in table.foreign_keys if not columns.isdisjoint(key.columns)]


def _same_key(old: ForeignKey, new: ForeignKey, new_names: Mapping[str, str], names: Renames) -> bool:
    columns = tuple(new_names.get(name, name) for name in old.columns)
    if not _same_columns(columns, new.columns, names) or old.ref_schema != new.ref_schema:
        return False
    return old.ref_table == new.ref_table or names.same_table_name(old.ref_table, new.ref_table)


def _same_columns(old: tuple[str, ...], new: tuple[str, ...], names: Renames) -> bool:
    return len(old) == len(new) and all(
        left == right or names.same_column_name(left, right) for left, right in zip(old, new, strict=True)
    )


def _text(key: ForeignKey) -> str:
    return f"{', '.join(key.columns)} → {qualified_name(key.ref_schema, key.ref_table)}"
