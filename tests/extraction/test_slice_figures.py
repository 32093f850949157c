"""Figures and search texts: written with the entries, and made for those that were there before."""

from typing import Any

import pytest

from extraction.figure_filling import fill_figures, fill_search_texts
from extraction.models import ChartEntry, SliceFigures
from extraction.rows import EntryRow
from extraction.slice_counts import code_mark, codes_of, codes_text, counts_of
from tests.extraction.builders import FRIDAY, MONDAY, center
from tests.extraction.landed_entries import land_entries

FIRST = EntryRow("1", "7", "GKV", "AOK", "Füllung  OK", ("01", "Ä1", "01"))
SECOND = EntryRow("2", "8", "PKV", "Debeka", "Prophylaxe", ("01",))
THIRD = EntryRow("3", "9", "Selbstzahler", "", "", ())


def _figures() -> list[tuple[Any, ...]]:
    rows = SliceFigures.objects.order_by("business_date", "center_id")
    return list(
        rows.values_list("center__center_id", "business_date", "gkv_count", "pkv_count", "self_payer_count", "codes")
    )


def test_code_counts_once_for_an_entry() -> None:
    entries = [(row.insurance_status, row.service_codes) for row in (FIRST, SECOND, THIRD)]
    assert counts_of(entries) == ([1, 1, 1], {"01": [1, 1, 0], "Ä1": [1, 0, 0]})
    assert counts_of([]) == ([0, 0, 0], {})


@pytest.mark.parametrize("code", ["01", "Ä1", 'a"b', "a\\b", "a:b"])
def test_code_is_found_in_its_text_and_comes_back(code: str) -> None:
    counts = {"x": [1, 0, 0], code: [0, 2, 0]}
    assert code_mark(code) in codes_text(counts)
    assert code_mark(code[:-1]) not in codes_text(counts)
    assert codes_of(codes_text(counts)) == counts


def test_figures_land_with_the_entries(db: None) -> None:
    found = center(1)
    land_entries(found, MONDAY, FIRST, SECOND, THIRD)
    land_entries(found, FRIDAY, THIRD)
    assert _figures() == [
        ("center_01", MONDAY, 1, 1, 1, '{"01":[1,1,0],"Ä1":[1,0,0]}'),
        ("center_01", FRIDAY, 0, 0, 1, "{}"),
    ]
    assert list(ChartEntry.objects.order_by("pk").values_list("search_text", flat=True)) == [
        *("fuellung ok", "prophylaxe", ""),
        "",
    ]


def test_replaced_slice_has_the_new_figures_and_an_empty_one_none(db: None) -> None:
    found = center(1)
    for day in (MONDAY, FRIDAY):
        land_entries(found, day, FIRST, SECOND)
    land_entries(found, MONDAY, SECOND)
    land_entries(found, FRIDAY)
    assert _figures() == [("center_01", MONDAY, 0, 1, 0, '{"01":[0,1,0]}')]


def test_what_was_there_before_is_filled_as_it_lands(db: None) -> None:
    places = {number: center(number) for number in (1, 2)}
    for number in places:
        for day in (MONDAY, FRIDAY):
            land_entries(places[number], day, *(FIRST, SECOND, THIRD)[:number])
    entries = ChartEntry.objects.order_by("pk").values_list("pk", "search_text")
    expected = _figures(), list(entries)
    SliceFigures.objects.all().delete()
    ChartEntry.objects.update(search_text="")
    fill_search_texts(ChartEntry)
    fill_figures(ChartEntry, SliceFigures)
    assert (_figures(), list(entries)) == expected
    assert len(expected[0]) == 4
