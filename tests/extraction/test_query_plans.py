"""Every hot query of the results has an index that serves it: SQLite's plans; docs/developer.md names SQL Server's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from centers.scope import EVERYTHING
from extraction.completeness import last_days
from extraction.entries import EntryFilter, Key, page
from extraction.entry_totals import entry_count, totals
from extraction.pseudonyms import pseudonym_of
from extraction.slice_grid import slice_grid
from tests.extraction.builders import FRIDAY, MONDAY, center, entry
from tests.extraction.landed_entries import land_entries

# SQLite's name of the index behind `entry_one_per_position`, and of that behind `figures_one_per_day`.
OF_CENTER = "sqlite_autoindex_extraction_chartentry_1"
FIGURES_OF_CENTER = "sqlite_autoindex_extraction_slicefigures_1"
BY_DATE = "entry_by_date"
SLICES_OF_CENTER = "sqlite_autoindex_extraction_slice_1"
KEY = Key(FRIDAY, 1, 1)
Work = Callable[[], object]
CASES: dict[str, tuple[Work, set[str]]] = {
    "first page": (lambda: page(EntryFilter()), {BY_DATE}),
    "next page": (lambda: page(EntryFilter(), KEY), {BY_DATE}),
    "page before": (lambda: page(EntryFilter(), before=KEY), {BY_DATE}),
    "range": (lambda: page(EntryFilter(MONDAY, FRIDAY), KEY), {BY_DATE}),
    "one center": (lambda: page(EntryFilter(center_ids=("center_01",)), KEY), {OF_CENTER}),
    "region": (lambda: page(EntryFilter(regions=("germany",)), KEY), {"figures_by_date", OF_CENTER}),
    "status": (lambda: page(EntryFilter(status="GKV"), KEY), {"figures_by_date", BY_DATE}),
    # Its slices are named one by one, for which either index of the entries serves.
    "code": (lambda: page(EntryFilter(service_code="01"), before=KEY), {"figures_by_date"}),
    "text": (lambda: page(EntryFilter(text="a"), KEY), {"figures_by_date", BY_DATE}),
    "text of one center": (
        lambda: page(EntryFilter(text="a", center_ids=("center_01",)), KEY),
        {FIGURES_OF_CENTER, OF_CENTER},
    ),
    "patient": (lambda: page(EntryFilter(pseudonym=str(pseudonym_of("center_01", "7")))), {OF_CENTER}),
    "count": (lambda: entry_count(EntryFilter(MONDAY, FRIDAY)), {"figures_by_date"}),
    "totals": (lambda: totals(EntryFilter(MONDAY, FRIDAY, regions=("germany",))), {"figures_by_date"}),
    "last days": (lambda: last_days(10, EVERYTHING), {"slice_by_date"}),
    "matrix": (lambda: slice_grid(MONDAY, FRIDAY), {"slice_by_date"}),
}
# Tables that grow with the results.
LARGE = ("extraction_chartentry", "extraction_slice", "extraction_slicefigures")


@pytest.fixture
def landed(db: None) -> None:
    """Something in each table, so that no query is left out."""
    for place in (center(1), center(2)):
        for day in (MONDAY, FRIDAY):
            land_entries(place, day, entry("7"), entry("8", row="2"))


def _plans(work: Work) -> Iterator[str]:
    """The lines of the plans of all queries that look into a large table."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        work()
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            yield from (f"{row[3]} " for row in cursor.fetchall())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans are SQLite's")
@pytest.mark.usefixtures("landed")
@pytest.mark.parametrize("name", CASES)
def test_index_serves_the_query(name: str) -> None:
    work, expected = CASES[name]
    lines = [line for line in _plans(work) if any(f" {table} " in line for table in LARGE)]
    used = {index for line in lines for index in expected if f"INDEX {index} " in line}
    assert used == expected, lines
    # Without an index a line says only which table it scans.
    assert [line for line in lines if " INDEX " not in line] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans are SQLite's")
@pytest.mark.usefixtures("landed")
@pytest.mark.parametrize("name", ["first page", "next page", "page before", "range", "one center", "status", "text"])
def test_order_comes_from_the_index(name: str) -> None:
    assert [line for line in _plans(CASES[name][0]) if "TEMP B-TREE" in line] == []
