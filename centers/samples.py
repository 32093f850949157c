"""Rows that were read from a source to look at its values, as frozen data. *Pure*; `centers.sampling` reads them.

Raw values: they live in memory while a profile is made of them, and are never stored, logged or shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Skipped(StrEnum):
    """Why a table was not looked at."""

    EMPTY = "empty"
    TOO_SLOW = "too_slow"
    FORBIDDEN = "forbidden"
    FAILED = "failed"
    SWITCHED_OFF = "switched_off"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class TableSample:
    """Some rows of one table; values in the order of the table's columns.

    `rows`: where a key gives an order, the first half are the first rows by key, the second half the last rows.
    `whole`: these are all rows of the table. `skipped`: why there are none.
    """

    rows: tuple[tuple[object, ...], ...] = ()
    whole: bool = False
    skipped: Skipped | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """The sampled rows of one source, by (schema, table)."""

    tables: Mapping[tuple[str, str], TableSample] = field(default_factory=dict)

    def of(self, schema: str, table: str) -> TableSample:
        """The sample of a table; an empty one where nothing was read."""
        return self.tables.get((schema, table), TableSample(skipped=Skipped.SWITCHED_OFF))
