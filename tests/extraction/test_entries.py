"""Finding entries: what each part of the filter keeps, and paging in both directions."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from centers.models import Center, DatabaseServer, Region
from extraction.entries import EntryFilter, EntryPage, Key, page, walk
from extraction.models import ChartEntry
from extraction.pseudonyms import pseudonym_of
from tests.extraction.builders import FRIDAY, MONDAY, center, entry
from tests.extraction.landed_entries import land_entries


@pytest.fixture
def home(db: None) -> Center:
    """The first center."""
    return center(1)


@pytest.fixture
def abroad(home: Center) -> Center:
    """A center of another region."""
    region = Region.objects.create(code="austria", name="Austria")
    server = DatabaseServer.objects.create(
        code="vienna", region=region, host="localhost", user="svc_extract", credential="env:IVORIS_PASSWORD"
    )
    return center(9, server=server)


@pytest.fixture
def landed(home: Center, abroad: Center) -> None:
    """Seven entries: three and two on Monday, one each on Friday."""
    land_entries(home, MONDAY, *(entry(f"{number}", row=f"{number}") for number in (7, 8, 9)))
    land_entries(abroad, MONDAY, entry("7", row="1"), entry("8", row="2"))
    land_entries(home, FRIDAY, entry("8", row="10"))
    land_entries(abroad, FRIDAY, entry("9", row="3"))


def _places(entries: list[ChartEntry]) -> list[tuple[str, dt.date, int]]:
    return [(found.center.center_id, found.business_date, found.position) for found in entries]


def _found(wanted: EntryFilter) -> list[tuple[str, dt.date, int]]:
    return _places(list(walk(wanted)))


ALL = [
    *(("center_01", MONDAY, position) for position in (1, 2, 3)),
    *(("center_09", MONDAY, position) for position in (1, 2)),
    *(("center_01", FRIDAY, 1), ("center_09", FRIDAY, 1)),
]


@pytest.mark.usefixtures("landed")
def test_region_keeps_its_centers() -> None:
    assert _found(EntryFilter(regions=("austria",))) == [place for place in ALL if place[0] == "center_09"]
    assert _found(EntryFilter(regions=("austria", "germany"))) == ALL


@pytest.mark.usefixtures("landed")
def test_center_outside_of_the_region_has_nothing() -> None:
    assert _found(EntryFilter(regions=("austria",), center_ids=("center_01",))) == []
    assert _found(EntryFilter(center_ids=("nowhere",))) == []


@pytest.mark.usefixtures("landed")
def test_pseudonym_finds_one_patient_of_one_center() -> None:
    found = _found(EntryFilter(pseudonym=str(pseudonym_of("center_01", "8"))))
    assert found == [("center_01", MONDAY, 2), ("center_01", FRIDAY, 1)]


@pytest.mark.usefixtures("landed")
@pytest.mark.parametrize("text", ["8", "nowhere.ABCDEFGHIJ", "center_01.ABCDEFGHIJ"])
def test_pseudonym_of_nobody_finds_nothing(text: str) -> None:
    assert _found(EntryFilter(pseudonym=text)) == []


@pytest.mark.usefixtures("landed")
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_pages_forwards_and_back_show_the_same(size: int) -> None:
    forwards = [page(EntryFilter(), size=size)]
    while (key := forwards[-1].next_key) is not None:
        forwards.append(page(EntryFilter(), key, size))
    assert [place for shown in forwards for place in _places(shown.entries)] == ALL
    backwards: list[EntryPage] = [forwards[-1]]
    while (key := backwards[-1].previous_key) is not None:
        backwards.append(page(EntryFilter(), size=size, before=key))
    assert [_places(shown.entries) for shown in backwards[::-1]] == [_places(shown.entries) for shown in forwards]


@pytest.mark.usefixtures("landed")
def test_page_before_the_first_entry_is_empty_and_leads_to_it() -> None:
    empty = page(EntryFilter(), before=Key(MONDAY, 0, 0))
    assert (empty.entries, empty.previous_key) == ([], None)
    assert _places(page(EntryFilter(), empty.next_key).entries) == ALL


def test_patients_are_left_out_of_what_is_written_down() -> None:
    wanted = EntryFilter(FRIDAY, text="Huber", pseudonym="center_01.ABCDEFGHIJ", service_code="01")
    assert wanted.without_patients() == EntryFilter(FRIDAY, text="…", pseudonym="…", service_code="01")
    assert EntryFilter().without_patients() == EntryFilter()


@pytest.mark.usefixtures("landed")
def test_queries_do_not_grow_with_the_entries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for size in (1, 3):
        with django_assert_num_queries(2):
            page(EntryFilter(regions=("austria",)), size=size)
