"""Which columns' values are found in which key columns: joins that no foreign key declares. *Pure*."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Any

from mappings.profile import Reference

Place = tuple[str, str, str]
_MOST_REFERENCES = 6
_LEAST_VALUES = 3
_KEYS_PER_TABLE = 2
# Deleted patients leave gaps at both ends of a range that was read by key.
_SLACK = 0.03
_KEY_TYPES = frozenset(
    [
        "int",
        "bigint",
        "smallint",
        "decimal",
        "numeric",
        "float",
        "real",
        "char",
        "varchar",
        "nchar",
        "nvarchar",
        "uniqueidentifier",
    ]
)
_LONGEST_KEY = 40
_WHOLE = frozenset({int, type(None)})


@dataclass(frozen=True)
class KeyColumn:
    """One column and its raw values, in the order of the rows."""

    schema: str
    table: str
    name: str
    data_type: str
    values: Sequence[Any]
    is_primary: bool = False
    place: Place = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", (self.schema, self.table, self.name))

    @cached_property
    def keys(self) -> list[int | str]:
        """The values as keys; empty when the column cannot hold any."""
        if self.data_type.lower() not in _KEY_TYPES:
            return []
        if set(map(type, self.values)) <= _WHOLE:
            # As below, for the sort that most keys have.
            return [value for value in self.values if value is not None]
        found = [key for key in map(_key, self.values) if key is not None]
        is_short = all(len(key) <= _LONGEST_KEY for key in found if type(key) is str)
        return found if is_short else []

    @cached_property
    def distinct(self) -> frozenset[int | str]:
        return frozenset(self.keys)

    @cached_property
    def numbers(self) -> tuple[int, int] | None:
        """The smallest and the biggest key; None when not all are numbers."""
        found = [key for key in self.distinct if isinstance(key, int)]
        return (min(found), max(found)) if found and len(found) == len(self.distinct) else None

    @cached_property
    def texts(self) -> tuple[str, str]:
        """The first and the last key as text."""
        found = sorted(map(str, self.distinct))
        return found[0], found[-1]

    @property
    def is_key(self) -> bool:
        """True when no sampled value is missing or occurs twice."""
        return len(self.values) >= _LEAST_VALUES and len(self.distinct) == len(self.values)


def references(columns: Sequence[KeyColumn]) -> dict[Place, tuple[Reference, ...]]:
    """For each column the keys of other tables that its values are found in, best first."""
    targets = _targets(columns)
    holders: dict[int | str, list[int]] = defaultdict(list)
    for index, target in enumerate(targets):
        for key in target.distinct:
            holders[key].append(index)
    found = {}
    for column in columns:
        if len(column.distinct) < _LEAST_VALUES:
            continue
        best = _found_in(column, targets, holders)
        if best:
            found[column.place] = best
    return found


def _targets(columns: Sequence[KeyColumn]) -> list[KeyColumn]:
    by_table: dict[tuple[str, str], list[KeyColumn]] = defaultdict(list)
    for column in columns:
        if column.is_key:
            by_table[column.schema, column.table].append(column)
    return [
        column
        for found in by_table.values()
        for column in sorted(found, key=lambda column: not column.is_primary)[:_KEYS_PER_TABLE]
    ]


def _found_in(
    column: KeyColumn, targets: Sequence[KeyColumn], holders: dict[int | str, list[int]]
) -> tuple[Reference, ...]:
    hits = Counter(chain.from_iterable([holders[key] for key in column.distinct if key in holders]))
    scored = []
    for index, count in hits.items():
        target = targets[index]
        if (target.schema, target.table) == (column.schema, column.table):
            continue
        share, reach = count / len(column.distinct), _reach(column, target)
        if reach > 0 or share == 1:
            scored.append(
                Reference(target.schema, target.table, target.name, round(share, 3), round(reach, 3)),
            )
    scored.sort(key=lambda item: (-(item.share + item.reach), item.schema, item.table, item.column))
    return tuple(scored[:_MOST_REFERENCES])


def _reach(values: KeyColumn, keys: KeyColumn) -> float:
    """1 when the values fill the range of the keys, less when they fill a part, 0 when they go beyond it."""
    if values.numbers is None or keys.numbers is None:
        (first, last), (low, high) = values.texts, keys.texts
        return 0.7 if low <= first and last <= high else 0.2
    (smallest, biggest), (lowest, highest) = values.numbers, keys.numbers
    width = max(highest - lowest, 1)
    if smallest < lowest - _SLACK * width or biggest > highest + _SLACK * width:
        return 0.0
    return min((biggest - smallest) / width, 1.0)


def _key(value: object) -> int | str | None:
    # The sorts that most values have, told apart by one look each.
    sort = type(value)
    if sort is int:
        return value  # type: ignore[return-value] # what `sort` says
    if sort is str:
        return str.strip(value) or None  # type: ignore[arg-type]
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float | Decimal):
        return int(value) if math.isfinite(value) and value == int(value) else None
    text = str(value).strip()
    return text or None
