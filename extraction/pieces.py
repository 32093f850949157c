"""New slices on their way into the results, each with what it would replace."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from extraction.held_rules import is_suspicious
from extraction.leases import Lease
from extraction.models import Slice
from extraction.reader import CenterResult
from extraction.rows import SliceRows, checksum

# SQL Server takes 2,100 parameters in a statement.
KEYS_PER_STATEMENT = 1000
Item = TypeVar("Item")
Day = tuple[int, dt.date]


@dataclass(frozen=True, slots=True)
class Landed:
    """The manifest that is there: what a new slice is compared with."""

    pk: int
    entry_count: int
    checksum: str
    extracted_at: dt.datetime
    mapping_pk: int
    # Rows that were there and were not landed, or were erased since.
    suppressed: int = 0

    @property
    def source_count(self) -> int:
        """How many rows the source had: what an erasure took away is no loss."""
        return self.entry_count + self.suppressed


@dataclass(frozen=True, slots=True)
class Piece:
    """One new slice with its provenance; `before` is None when the day has no slice yet."""

    center_pk: int
    rows: SliceRows
    checksum: str
    mapping_pk: int
    run_id: int
    read_at: dt.datetime
    before: Landed | None = None
    center_run_id: int = 0

    @property
    def day(self) -> Day:
        """The slice's key."""
        return self.center_pk, self.rows.business_date

    @property
    def is_late(self) -> bool:
        """True when something that was read later is there already."""
        return self.before is not None and self.before.extracted_at > self.read_at

    @property
    def is_held(self) -> bool:
        """True when a person has to look before it replaces what is there."""
        return self.before is not None and is_suspicious(self.before.source_count, self.rows.source_count)

    @property
    def is_same(self) -> bool:
        """True when the rows that are there are these rows."""
        return self.before is not None and self.before.checksum == self.checksum


def pieces_of(results: Sequence[CenterResult], leases: Mapping[int, Lease]) -> list[Piece]:
    """All slices of `results`, whose shards are in `leases`; one query for every KEYS_PER_STATEMENT centers."""
    extracted = [(result, rows) for result in results if result.extraction for rows in result.extraction.slices]
    there = landed_slices({(result.task.center_pk, rows.business_date) for result, rows in extracted})
    return [
        Piece(
            center_pk=result.task.center_pk,
            rows=rows,
            checksum=checksum(rows),
            mapping_pk=result.task.mapping_pk,
            run_id=leases[result.task.shard_id].run_id,
            read_at=result.read_at,
            before=there.get((result.task.center_pk, rows.business_date)),
            center_run_id=result.task.center_run_id,
        )
        for result, rows in extracted
    ]


def landed_slices(wanted: set[Day]) -> dict[Day, Landed]:
    """The manifests that there are for these centers and days."""
    if not wanted:
        return {}
    days, found = [day for _center, day in wanted], dict[Day, Landed]()
    for centers in batches(sorted({center_pk for center_pk, _day in wanted})):
        rows = Slice.objects.filter(center_id__in=centers, business_date__range=(min(days), max(days))).order_by()
        for center_pk, day, *manifest in rows.values_list(
            *("center_id", "business_date", "pk", "entry_count", "checksum", "extracted_at", "mapping_id"),
            "suppressed_count",
        ):
            found[center_pk, day] = Landed(*manifest)
    return {day: manifest for day, manifest in found.items() if day in wanted}


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """`items` in pieces that fit into one statement."""
    for start in range(0, len(items), KEYS_PER_STATEMENT):
        yield items[start : start + KEYS_PER_STATEMENT]
