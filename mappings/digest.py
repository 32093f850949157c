"""A version in short: what is decided, under which name without affixes, and how sure the machine is. *Pure*.

Lists of hundreds of versions read this instead of whole documents, most of which is evidence. No policy is in it: what
needs a look is decided anew with every page.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, NamedTuple

from mappings.canonical import canonical_tables
from mappings.diff import diff
from mappings.document import MappingDocument
from mappings.names import affix_place, name_key
from mappings.renames import Habits

# Goes up when the rows or the plain names mean something else; digests of another formula are not read.
FORMULA: Final = 1
_NOTHING = MappingDocument((), insurance_codes=())
_FORMS = frozenset({"date_format", "delete_flag"})


class DigestRow(NamedTuple):
    """One decision. `key` as in `mappings.diff`; `name` is '' for none, `plain` the name without the source's affix.

    `confidence` from 0 to 1 and `is_flagged` (a warning about the values) are of tables and fields only.
    """

    key: str
    name: str
    plain: str
    confidence: float = 0.0
    is_flagged: bool = False


Digest = dict[str, DigestRow]
NO_DIGEST: Digest = {}


def digest(document: MappingDocument) -> Digest:
    """The rows of `document` by key, in canonical order: every table and field, and each form and code that is set."""
    names = {row.field: row.after for row in diff(_NOTHING, document)}
    habits = _habits(document)
    found = {key: DigestRow(key, name, _plain(key, name, habits)) for key, name in names.items()}
    for table in document.tables:
        key = table.name
        found[key] = found.get(key, DigestRow(key, "", ""))._replace(confidence=table.confidence)
        for item in table.fields:
            key = f"{table.name}.{item.name}"
            row = found.get(key, DigestRow(key, "", ""))
            found[key] = row._replace(confidence=item.confidence, is_flagged=bool(item.flags))
    return {key: found[key] for key in in_order(found)}


def to_json(rows: Digest) -> list[list[Any]]:
    """The digest as plain JSON data."""
    return [list(row) for row in rows.values()]


def from_json(data: list[list[Any]]) -> Digest:
    """The inverse of `to_json`; raises TypeError on another shape."""
    return {row[0]: DigestRow._make(row) for row in data}


def in_order(keys: Iterable[str]) -> list[str]:
    """Canonical keys first, table by table; then insurance codes, then the rest, each by name."""
    places = _places()
    return sorted(keys, key=lambda key: (places.get(key, len(places)), key))


@cache
def _places() -> dict[str, int]:
    keys = [
        key
        for table in canonical_tables()
        for key in (
            table.name,
            *(f"{table.name}.{item.name}" for item in table.fields),
            *(f"{table.name}.{form}" for form in sorted(_FORMS)),
        )
    ]
    return {key: place for place, key in enumerate(keys)}


def _habits(document: MappingDocument) -> Habits:
    """Read off the mapped names alone: a doubtful one only keeps two centers apart."""
    tables = [table.table for table in document.tables if table.table is not None]
    columns = [item.column for table in document.tables for item in table.fields if item.column is not None]
    return Habits(affix_place(tables), affix_place(columns))


def _plain(key: str, value: str, habits: Habits) -> str:
    table, _dot, name = key.partition(".")
    if not value or name in _FORMS or all(table != canonical.name for canonical in canonical_tables()):
        return value
    if name:
        return name_key(value, habits.columns)
    schema, _dot, physical = value.partition(".")
    return f"{schema}.{name_key(physical, habits.tables)}"
