"""What two centers' changes have in common, whatever random affixes their sources use. *Pure*.

The affixes are read off the mapped names alone: a doubtful one only keeps two centers apart.
"""

import hashlib
import json
from dataclasses import dataclass

from mappings.canonical import canonical_tables
from mappings.diff import DiffRow, changes, diff
from mappings.document import MappingDocument
from mappings.names import affix_place, name_key
from mappings.renames import Habits

# What a version that is nobody's successor is compared with.
NOTHING = MappingDocument((), insurance_codes=())
_FORMS = frozenset({"date_format", "delete_flag"})


@dataclass(frozen=True, slots=True)
class CommonChange:
    """One decision that differs; names are without affixes, '' means none."""

    field: str
    before: str
    after: str

    @property
    def only_affix(self) -> bool:
        """True for a name that another affix was put on."""
        return self.before == self.after


def exact_changes(before: MappingDocument | None, after: MappingDocument) -> tuple[DiffRow, ...]:
    """What differs between the approved content, None where there is none, and `after`."""
    return changes(diff(before or NOTHING, after))


def common_changes(before: MappingDocument | None, after: MappingDocument) -> tuple[CommonChange, ...]:
    """The same without affixes: equal for centers whose changes are identical."""
    old, new = _habits(before or NOTHING), _habits(after)
    return tuple(
        CommonChange(row.field, _plain(row.field, row.before, old), _plain(row.field, row.after, new))
        for row in exact_changes(before, after)
    )


def key_of(common: tuple[CommonChange, ...], *, is_first: bool) -> str:
    """Equal for equal changes; 16 hexadecimal digits. A first version is never like a later one."""
    text = json.dumps([is_first, [[item.field, item.before, item.after] for item in common]], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _habits(document: MappingDocument) -> Habits:
    tables = [table.table for table in document.tables if table.table is not None]
    columns = [item.column for table in document.tables for item in table.fields if item.column is not None]
    return Habits(affix_place(tables), affix_place(columns))


def _plain(field: str, value: str, habits: Habits) -> str:
    table, _dot, name = field.partition(".")
    if not value or name in _FORMS or all(table != canonical.name for canonical in canonical_tables()):
        return value
    if name:
        return name_key(value, habits.columns)
    schema, _dot, physical = value.partition(".")
    return f"{schema}.{name_key(physical, habits.tables)}"
