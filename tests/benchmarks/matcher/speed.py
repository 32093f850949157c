"""How long proposals take: many centers of about 150 tables, one after the other, on one core.

    .venv/bin/python -m tests.benchmarks.matcher.speed --centers 500

Their catalogs and profiles are made before the clock runs, as a discovery does. The larger documents of the development
set serve again and again, filled up to 150 tables from each other, tables and columns in another order each time. What
the matcher keeps in memory about names is dropped before each center: in a network each has names of its own.
"""

import argparse
import gc
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice

from centers.catalog import Catalog
from mappings.profile import Profile
from mappings.proposal import propose
from tests.benchmarks.matcher.caches import clear_caches
from tests.benchmarks.matcher.dev_set import dev_centers
from tests.benchmarks.matcher.views import TrueCenter

TABLES = 150
_LARGE = 95


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds for all centers, by the wall and by the processor, and of a single one."""

    centers: int
    wall: float
    processor: float
    median: float
    slowest: float


def measure(centers: Sequence[TrueCenter], count: int) -> Speed:
    """Propose for `count` centers of `TABLES` tables each."""
    walls, processor = [], 0.0
    # The documents of the whole set, in memory for the measuring alone, are no garbage to search again and again.
    gc.freeze()
    with _one_core():
        for catalog, profile in large_centers(centers, count):
            clear_caches()
            started, worked = time.perf_counter(), time.process_time()
            propose(catalog, profile)
            walls.append(time.perf_counter() - started)
            processor += time.process_time() - worked
    return Speed(count, sum(walls), processor, statistics.median(walls), max(walls))


def large_centers(centers: Sequence[TrueCenter], count: int) -> Iterator[tuple[Catalog, Profile]]:
    """Catalogs and profiles of `TABLES` tables, all in another order."""
    large = [center for center in centers if len(center.catalog.tables) >= _LARGE]
    filled = [_filled(center, other) for center, other in zip(large, [*large[1:], large[0]], strict=True)]
    order = random.Random(0)
    for catalog, profile in islice(cycle(filled), count):
        tables = [
            replace(table, columns=tuple(order.sample(table.columns, len(table.columns)))) for table in catalog.tables
        ]
        order.shuffle(tables)
        yield replace(catalog, tables=tuple(tables)), profile


def _filled(center: TrueCenter, other: TrueCenter) -> tuple[Catalog, Profile]:
    """The center with tables of another one until it has `TABLES`."""
    names = {(table.schema, table.name) for table in center.catalog.tables}
    wanted = {truth.table for truth in other.truth.values()}
    spare = [
        table
        for table in other.catalog.tables
        if (table.schema, table.name) not in names and table.qualified_name not in wanted
    ][: max(0, TABLES - len(names))]
    keys = {(table.schema, table.name) for table in spare}
    profiles = [item for item in other.profile.tables if (item.schema, item.name) in keys]
    catalog = replace(center.catalog, tables=(*center.catalog.tables, *spare))
    return catalog, Profile((*center.profile.tables, *profiles))


@contextmanager
def _one_core() -> Iterator[None]:
    """Where the system lets a process choose (Linux), it may use one core only."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    yield
    os.sched_setaffinity(0, allowed)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    found = measure(dev_centers(), parser.parse_args().centers)
    print(
        f"{found.centers} centers of {TABLES} tables: {found.wall:.1f} s ({found.processor:.1f} s of processor time); "
        f"single center: median {found.median * 1000:.0f} ms, slowest {found.slowest * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
