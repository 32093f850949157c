"""What an export reads: everything once, in order, each slice in one version."""

import datetime as dt
import itertools

import pytest
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from extraction import export_reading
from extraction.entries import EntryFilter
from extraction.export_reading import batches
from extraction.export_rows import FullRow
from extraction.rows import EntryRow
from tests.extraction.builders import FRIDAY, MONDAY, entry
from tests.extraction.landed_entries import land_entries

TUESDAY = MONDAY + dt.timedelta(days=1)


@pytest.fixture
def landed(centers: list[Center]) -> list[Center]:
    """Monday: three, none, two entries; Tuesday: one in the second center; Friday: four, one, one."""
    counts = {MONDAY: (3, 0, 2), TUESDAY: (0, 1, 0), FRIDAY: (4, 1, 1)}
    for day, of_day in counts.items():
        for center, count in zip(centers, of_day, strict=True):
            land_entries(center, day, *_entries(center.center_id, day, count))
    return centers


def _entries(center: str, day: dt.date, count: int, word: str = "old") -> list[EntryRow]:
    return [entry(str(number), f"{word} {center} {day} {number}", row=str(number)) for number in range(count)]


def _texts(wanted: EntryFilter | None = None) -> list[str]:
    return [row[6] for batch in batches(wanted or EntryFilter()) for row in batch.full_rows()]


def _expected() -> list[str]:
    order = [(MONDAY, 1, 3), (MONDAY, 3, 2), (TUESDAY, 2, 1), (FRIDAY, 1, 4), (FRIDAY, 2, 1), (FRIDAY, 3, 1)]
    return [f"old center_{center:02d} {day} {number}" for day, center, count in order for number in range(count)]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 100])
def test_every_entry_once_and_in_order(size: int, landed: list[Center], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_reading, "ROWS_PER_BATCH", size)
    assert _texts() == _expected()


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_batch_ends_with_a_whole_slice(size: int, landed: list[Center], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_reading, "ROWS_PER_BATCH", size)
    slices = [[row[:2] for row in batch.rows] for batch in batches(EntryFilter())]
    for before, after in itertools.pairwise(slices):
        assert before[-1] != after[0]


def test_slice_that_is_replaced_meanwhile_is_old_or_new(landed: list[Center], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_reading, "ROWS_PER_BATCH", 2)
    found = batches(EntryFilter())
    texts = [row[5] for row in next(found).rows]
    for center in landed:
        land_entries(center, FRIDAY, *_entries(center.center_id, FRIDAY, 2, "new"))
        land_entries(center, MONDAY, *_entries(center.center_id, MONDAY, 4, "new"))
    texts += [row[5] for batch in found for row in batch.rows]
    seen: dict[tuple[str, str], set[str]] = {}
    for text in texts:
        word, center_id, day, _number = text.split()
        seen.setdefault((center_id, day), set()).add(word)
    assert {key: words for key, words in seen.items() if len(words) > 1} == {}
    assert len(texts) == len(set(texts))


def test_values_are_those_of_the_results(landed: list[Center]) -> None:
    rows: list[FullRow] = [row for batch in batches(EntryFilter(TUESDAY, TUESDAY)) for row in batch.full_rows()]
    assert rows == [
        ("center_02", "Praxis 2", "2026-11-17", "0", "GKV", "AOK Bayern", "old center_02 2026-11-17 0", '["01"]')
    ]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (EntryFilter(center_ids=("center_01",)), 7),
        (EntryFilter(MONDAY, MONDAY), 5),
        (EntryFilter(text="center_02"), 2),
        (EntryFilter(regions=("germany",)), 12),
        (EntryFilter(regions=("austria",)), 0),
        (EntryFilter(status="PKV"), 0),
    ],
)
def test_filter(wanted: EntryFilter, count: int, landed: list[Center], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_reading, "ROWS_PER_BATCH", 2)
    assert len(_texts(wanted)) == count


def test_nothing_found_has_no_batch(centers: list[Center]) -> None:
    assert list(batches(EntryFilter())) == []


def test_queries_do_not_grow_with_the_centers(
    landed: list[Center], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # For each of three days which it is and its entries, that there is no further one, and the names of the centers.
    with django_assert_num_queries(8):
        assert len(_texts()) == 12
