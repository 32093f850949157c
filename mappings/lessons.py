"""What a center's decided mappings teach about names. *Pure*.

Not taught, because it would be useless or wrong elsewhere: a canonical name for itself, a name without meaning (F003,
TBL0017, FELD12), and a name of which nobody knows where it ends (a source that glues random letters to every name).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from centers.catalog import Catalog
from mappings.document import MappingDocument
from mappings.matcher.source import source_of
from mappings.names import AffixPlace, canonical_names, joined, name_key
from mappings.vocabulary import Lesson, Name

LONGEST_KEY = 128
_OPAQUE = re.compile(
    r"[A-Z]?|(?:[A-Z]{0,2}|TABELLE|TABLE|TAB|TBL|SPALTE|COLUMN|COL|FELD|FIELD|FLD|DATA|DATEN|ENTITY|OBJ|ATTR)\d+"
)


@dataclass(frozen=True, slots=True)
class Version:
    """A mapping's content with the catalog that it was made for."""

    document: MappingDocument
    catalog: Catalog


def lesson_of(approved: Version | None, rejected: Iterable[Version] = ()) -> Lesson:
    """Everything that one center teaches: by its approved mapping, and by the versions that were rejected."""
    against = [rejected_names(version, approved) for version in rejected]
    confirmed = confirmed_names(approved) if approved is not None else frozenset()
    return Lesson(confirmed, frozenset().union(*against) - confirmed)


def confirmed_names(approved: Version) -> frozenset[Name]:
    """The names of the tables and columns that an approved mapping uses."""
    return frozenset(name for name, teaches in _uses(approved) if teaches)


def rejected_names(rejected: Version, approved: Version | None) -> frozenset[Name]:
    """The names by which a rejected version differs from the approved one; all while nothing is approved.

    Columns count only where both chose the same table: a right column of a wrong table is no wrong name.
    """
    wrong = [name for name, teaches in _uses(rejected) if teaches]
    if approved is None:
        return frozenset(wrong)
    used = dict(name for name, _teaches in _uses(approved))
    tables = dict(name for name, _teaches in _uses(rejected))
    return frozenset(
        (canonical, key)
        for canonical, key in wrong
        if used.get(canonical) != key and _same_table(canonical, tables, used)
    )


def is_teachable(canonical: str, key: str) -> bool:
    """True when `key` says something about `canonical` in other centers too."""
    own = joined(canonical.rpartition(".")[2])
    return key != own and len(key) <= LONGEST_KEY and not _OPAQUE.fullmatch(key)


def _same_table(canonical: str, rejected: dict[str, str], approved: dict[str, str]) -> bool:
    table, point, _field = canonical.partition(".")
    return not point or rejected.get(table) == approved.get(table)


def _uses(version: Version) -> Iterator[tuple[Name, bool]]:
    """Each name that a version uses, and whether other centers learn from it."""
    source = source_of(version.catalog)
    for table in version.document.tables:
        if table.table is None:
            continue
        yield _use(table.name, table.table, source.table_place)
        for field in table.fields:
            if field.column is not None:
                yield _use(f"{table.name}.{field.name}", field.column, source.column_place)


def _use(canonical: str, name: str, place: AffixPlace) -> tuple[Name, bool]:
    key = name_key(name, place)
    # Only a canonical name in front of the glued letters shows where they begin.
    known = place is not AffixPlace.FLAT or key in canonical_names()
    return (canonical, key), known and is_teachable(canonical, key) and not _OPAQUE.fullmatch(joined(name))
