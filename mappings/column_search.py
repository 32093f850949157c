"""Finding a column among all tables of a source, by a part of its name, its type or its masked values. *Pure*."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from centers.catalog import Catalog, Column, Table
from centers.search_text import fold
from mappings.profile import ColumnProfile, Profile
from mappings.review_choices import typed

MOST_WORDS = 5
MOST_HITS = 50


class Found(IntEnum):
    """Where the words were found, the best first."""

    IS_NAME = 0
    BEGINS_NAME = 1
    IN_NAME = 2
    IN_TABLE_AND_NAME = 3
    IN_TABLE = 4
    IN_TYPE = 5
    IN_VALUES = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """One column. `empty_percent` None: nobody looked at its values; `samples` are masked."""

    table: Table
    column: Column
    label: str
    empty_percent: int | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The best ones, and how many more there are."""

    shown: tuple[Hit, ...] = ()
    left_out: int = 0


def search_columns(catalog: Catalog, profile: Profile, query: str, near: tuple[str, str] | None = None) -> Hits:
    """The columns in which every word of `query` is found, the best first; none for an empty query.

    Of two that are as good the one in the table `near` (schema and name) goes first. Case makes no difference, and
    Mueller finds Müller.
    """
    words = [word for word in fold(query).split()[:MOST_WORDS] if word]
    if not words:
        return Hits()
    found = sorted(_matches(catalog, profile, words, near), key=lambda match: match[:4])
    shown = tuple(_hit(*match[4:]) for match in found[:MOST_HITS])
    return Hits(shown, len(found) - len(shown))


_Match = tuple[Found, bool, int, int, Table, Column, ColumnProfile | None]


def _matches(catalog: Catalog, profile: Profile, words: list[str], near: tuple[str, str] | None) -> Iterator[_Match]:
    for place, table in enumerate(catalog.tables):
        looked_at = profile.table(table.schema, table.name)
        columns = {item.name: item for item in looked_at.columns} if looked_at else {}
        is_far = (table.schema, table.name) != near
        names = _plain(f"{table.schema}.{table.name}")
        for column in table.columns:
            seen = columns.get(column.name)
            where = _found(words, names, column, seen)
            if where is not None:
                yield where, is_far, place, column.ordinal, table, column, seen


def _found(words: list[str], table: str, column: Column, seen: ColumnProfile | None) -> Found | None:
    name = _plain(column.name)
    if all(word in name for word in words):
        if words == [name]:
            return Found.IS_NAME
        return Found.BEGINS_NAME if name.startswith(words[0]) else Found.IN_NAME
    if all(word in table for word in words):
        return Found.IN_TABLE
    if all(word in table or word in name for word in words):
        return Found.IN_TABLE_AND_NAME
    kind = _plain(column.data_type)
    if all(word in table or word in name or word in kind for word in words):
        return Found.IN_TYPE
    values = " ".join(map(_plain, _values(seen)))
    is_there = all(word in table or word in name or word in kind or word in values for word in words)
    return Found.IN_VALUES if is_there else None


def _values(seen: ColumnProfile | None) -> tuple[str, ...]:
    """What may be shown of a column: short codes as they are, everything else masked."""
    if seen is None:
        return ()
    return tuple(code for code, _count in seen.codes) or seen.samples


def _hit(table: Table, column: Column, seen: ColumnProfile | None) -> Hit:
    empty = None if seen is None else round(seen.null_share * 100)
    return Hit(table, column, typed(column, column.name), empty, _values(seen))


def _plain(text: str) -> str:
    """`fold`, without its cost where there is nothing to fold."""
    return text.lower() if text.isascii() else fold(text)
