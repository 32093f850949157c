"""Tables and columns of one source that only changed their random affix between two catalogs. *Pure*."""

from dataclasses import dataclass

from centers.catalog import Catalog, Column, Table
from mappings.names import AffixPlace, affix_place, readings
from mappings.table_marks import marks_of
from mappings.type_changes import same_type


@dataclass(frozen=True, slots=True)
class Habits:
    """Where a source puts affixes on the names of its tables and of its columns."""

    tables: AffixPlace
    columns: AffixPlace


def habits(catalog: Catalog) -> Habits:
    """The habits of a whole catalog."""
    return Habits(
        affix_place(table.name for table in catalog.tables),
        affix_place(column.name for table in catalog.tables for column in table.columns),
    )


@dataclass(frozen=True, slots=True)
class Renaming:
    """`name` is the new name of what is gone; else `candidates` are what could be meant, in their order."""

    name: str | None = None
    candidates: tuple[str, ...] = ()


class Renames:
    """Looks for new names. What already stood beside the old name is never a new name for it."""

    def __init__(self, old: Catalog, new: Catalog) -> None:
        self._before, self._after = habits(old), habits(new)
        known = {(table.schema, table.name) for table in old.tables}
        self._new_tables = [table for table in new.tables if (table.schema, table.name) not in known]

    def of_table(self, gone: Table) -> Renaming:
        """The table of the same schema that is `gone` under another affix; a new backup copy or empty table is none."""
        named = [
            table
            for table in self._new_tables
            if same_name(gone.name, self._before.tables, table.name, self._after.tables)
        ]
        marks = marks_of(gone, self._before.tables).marks
        found = [
            table.name
            for table in named
            if table.schema == gone.schema and marks_of(table, self._after.tables).marks <= marks
        ]
        if len(found) == 1:
            return Renaming(found[0])
        return Renaming(None, tuple(table.qualified_name for table in named))

    def of_column(self, gone: Column, before: Table, after: Table) -> Renaming:
        """The column of `after` that is `gone` of `before` under another affix, with the very same type."""
        named = [
            column
            for column in self.new_columns(before, after)
            if same_name(gone.name, self._before.columns, column.name, self._after.columns)
        ]
        if len(named) == 1 and same_type(gone, named[0]):
            return Renaming(named[0].name)
        return Renaming(None, tuple(column.name for column in named))

    def same_table_name(self, old: str, new: str) -> bool:
        """True when a table's name is the same but for its affix."""
        return same_name(old, self._before.tables, new, self._after.tables)

    def same_column_name(self, old: str, new: str) -> bool:
        """True when a column's name is the same but for its affix."""
        return same_name(old, self._before.columns, new, self._after.columns)

    @staticmethod
    def new_columns(before: Table, after: Table) -> list[Column]:
        """The columns of `after` that `before` did not have."""
        return [column for column in after.columns if before.column(column.name) is None]


def same_name(old: str, old_place: AffixPlace, new: str, new_place: AffixPlace) -> bool:
    """True when the two names can be read as one name, each with its own source's habit of affixes or without any."""
    before, after = _keys(old, old_place), _keys(new, new_place)
    return not before.isdisjoint(after)


def _keys(name: str, place: AffixPlace) -> set[str]:
    return {reading.joined for reading in readings(name, place) if reading.joined}
