"""Chart entries as they leave the program, many at a time. *Pure*."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

COLUMNS = (
    "center_id",
    "center_name",
    "date",
    "patient_id",
    "insurance_status",
    "insurance_name",
    "chart_entry",
    "service_codes",
)
# The key of the center, then the values in the order of COLUMNS from the date on: an ISO date, texts, and the service
# codes as the JSON list that the results have. A plain tuple, because a million of them pass by.
EntryRow = tuple[int, str, str, str, str, str, str]
# Every value of COLUMNS, the service codes still as a JSON list.
FullRow = tuple[str, str, str, str, str, str, str, str]


class CenterNames(NamedTuple):
    """What an export calls a center."""

    id: str
    name: str


class Batch(NamedTuple):
    """Some entries in order, and the names of (at least) their centers by key."""

    rows: Sequence[EntryRow]
    centers: Mapping[int, CenterNames]

    def full_rows(self) -> Iterator[FullRow]:
        """Each entry with the names of its center."""
        return ((*self.centers[row[0]], *row[1:]) for row in self.rows)


Batches = Iterable[Batch]


@lru_cache(maxsize=20_000)
def codes_of(text: str) -> tuple[str, ...]:
    """The service codes of a JSON list; practices write the same few thousand lists again and again."""
    return tuple(json.loads(text))


def codes_cell(text: str) -> str:
    """The same in one cell, joined by commas."""
    return ",".join(codes_of(text))
