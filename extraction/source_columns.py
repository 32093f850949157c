"""Columns of source values, converted value by value but each distinct one only once. *Pure*.

A large answer repeats itself: a few days, some hundred codes, some thousand patients. Nothing here changes what a
conversion or an order means; the plain ways are `[convert(value) for value in values]` and a sort by `order`.
"""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from types import NoneType
from typing import Any, TypeVar

from extraction.source_ids import as_text, order

Converted = TypeVar("Converted")
# Equal values of one of these types are the same value in every respect that counts; 1, 1.0 and True are equal too.
_SAME_WHEN_EQUAL = frozenset({int, str, float, Decimal})


def columns_of(rows: Sequence[Sequence[Any]], count: int) -> Sequence[Sequence[Any]]:
    """The columns of rows that all have `count` values."""
    return tuple(zip(*rows, strict=True)) if rows else ((),) * count


def converted(values: Sequence[Any], convert: Callable[[Any], Converted]) -> list[Converted]:
    """`convert` of every value."""
    types = set(map(type, values))
    if len(types - {NoneType}) != 1 or not types - {NoneType} <= _SAME_WHEN_EQUAL:
        return [convert(value) for value in values]
    known = {value: convert(value) for value in set(values)}
    return [known[value] for value in values]


def texts_of(ids: Collection[Any]) -> list[str]:
    """`as_text` of ids of which hardly any two are equal."""
    return list(map(str if set(map(type, ids)) == {int} else as_text, ids))


def ranks(values: Sequence[Any]) -> Sequence[Any]:
    """A key for each value; they compare with each other as those of `source_ids.order` do."""
    types = set(map(type, values))
    if types in ({int}, {Decimal}):
        return values
    return converted(values, as_text if types == {str} else order)


def places_by_rank(values: Sequence[Any], places: Sequence[int]) -> list[int]:
    """`places` of `values`, in the order of the values there; of equal ones, the first in `places` stays first."""
    keys = ranks(values)
    return sorted(places, key=keys.__getitem__)
