"""Filters that look at figures first find what a look at every entry finds, on pages in both directions."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from extraction import entry_windows
from extraction.entries import EntryFilter, Key, find, page, walk
from extraction.models import ChartEntry
from extraction.rows import EntryRow
from mappings.enums import InsuranceStatus
from tests.extraction.builders import MONDAY, center, entry
from tests.extraction.landed_entries import land_entries

DAYS = [MONDAY + dt.timedelta(days=number) for number in range(6)]
TEXTS = ("Füllung mit Müller", "FUELLUNG", "Prophylaxe", "Überkronung  36", "")
CODES = ((), ("01",), ("2010", "Ä1"), ("01", "2060"), ("ä1",))
Match = Callable[[ChartEntry], bool]
FILTERS: list[tuple[EntryFilter, Match]] = [
    (EntryFilter(status="PKV"), lambda found: found.insurance_status == "PKV"),
    (EntryFilter(service_code="01"), lambda found: "01" in found.codes),
    (EntryFilter(service_code="2010"), lambda found: "2010" in found.codes),
    (EntryFilter(service_code="10"), lambda _found: False),
    (EntryFilter(text="fuellung"), lambda found: found.chart_entry in TEXTS[:2]),
    (EntryFilter(text="Mueller"), lambda found: found.chart_entry == TEXTS[0]),
    (EntryFilter(text="ÜBERKRONUNG 36"), lambda found: found.chart_entry == TEXTS[3]),
    (EntryFilter(text="100%_"), lambda _found: False),
    (
        EntryFilter(center_ids=("center_02", "center_03")),
        lambda found: found.center.center_id in {"center_02", "center_03"},
    ),
    (
        EntryFilter(DAYS[1], DAYS[4], ("center_01",), "GKV", "01", "füllung"),
        lambda found: (
            DAYS[1] <= found.business_date <= DAYS[4]
            and found.center.center_id == "center_01"
            and (found.insurance_status, "01" in found.codes) == ("GKV", True)
            and found.chart_entry in TEXTS[:2]
        ),
    ),
]
NAMES = ["status", "code", "other code", "part of a code", "text", "name", "blanks", "wildcards", "centers", "all"]


@pytest.fixture
def landed(db: None, monkeypatch: pytest.MonkeyPatch) -> list[ChartEntry]:
    """Three centers, six days, up to seven entries each; windows so small that every filter needs several."""
    monkeypatch.setattr(entry_windows, "MOST_SEARCHED", 5)
    monkeypatch.setattr(entry_windows, "MOST_SLICES", 5)
    monkeypatch.setattr(entry_windows, "MOST_NAMED", 3)
    chance, centers = random.Random(7), [center(number) for number in (1, 2, 3)]
    for place, day in product(centers, DAYS):
        land_entries(place, day, *(_drawn(chance, number) for number in range(chance.choice((0, 1, 3, 7)))))
    return list(ChartEntry.objects.select_related("center").order_by("business_date", "center_id", "position"))


def _drawn(chance: random.Random, number: int) -> EntryRow:
    status = chance.choice(InsuranceStatus.values)
    return EntryRow(f"{number}", f"{chance.randint(1, 5)}", status, "", chance.choice(TEXTS), chance.choice(CODES))


def _forwards(wanted: EntryFilter, size: int) -> Iterator[list[ChartEntry]]:
    shown = page(wanted, size=size)
    yield shown.entries
    while shown.next_key is not None:
        shown = page(wanted, shown.next_key, size)
        yield shown.entries


def _backwards(wanted: EntryFilter, size: int) -> Iterator[list[ChartEntry]]:
    shown = page(wanted, size=size, before=Key(DAYS[-1], 10**6, 0))
    yield shown.entries
    while shown.previous_key is not None:
        shown = page(wanted, size=size, before=shown.previous_key)
        yield shown.entries


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(("wanted", "matches"), FILTERS, ids=NAMES)
def test_pages_hold_every_entry_once_and_in_order(
    landed: list[ChartEntry], wanted: EntryFilter, matches: Match, size: int
) -> None:
    expected = [found.pk for found in landed if matches(found)]
    forwards = list(_forwards(wanted, size))
    assert [found.pk for shown in forwards for found in shown] == expected
    assert max(map(len, forwards)) <= size
    backwards = list(_backwards(wanted, size))
    assert [found.pk for shown in backwards[::-1] for found in shown] == expected


@pytest.mark.parametrize(("wanted", "matches"), FILTERS, ids=NAMES)
def test_walk_and_find_hold_the_same(landed: list[ChartEntry], wanted: EntryFilter, matches: Match) -> None:
    expected = [found.pk for found in landed if matches(found)]
    assert [found.pk for found in walk(wanted)] == expected
    assert sorted(find(wanted).values_list("pk", flat=True)) == sorted(expected)


@pytest.mark.usefixtures("landed")
@pytest.mark.parametrize("wanted", [wanted for wanted, _matches in FILTERS], ids=NAMES)
def test_way_back_leads_to_what_was_shown_before(wanted: EntryFilter) -> None:
    first = page(wanted, size=3)
    if first.next_key is None:
        assert first.previous_key is None
        return
    second = page(wanted, first.next_key, 3)
    key, back = second.previous_key, list[ChartEntry]()
    while key is not None:
        shown = page(wanted, size=2, before=key)
        back, key = shown.entries + back, shown.previous_key
    assert back == first.entries


def test_page_costs_three_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in (1, 2, 3):
        land_entries(center(number), MONDAY, *(entry(f"{row}", row=f"{row}") for row in range(number)))
    for size in (1, 3):
        with django_assert_num_queries(3):
            page(EntryFilter(center_ids=("center_01", "center_03"), status="GKV", service_code="01"), size=size)


def test_center_that_nobody_has_costs_no_look_at_entries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found: Center = center(1)
    land_entries(found, MONDAY, entry())
    with django_assert_num_queries(1):
        assert page(EntryFilter(center_ids=("nowhere",))).entries == []
