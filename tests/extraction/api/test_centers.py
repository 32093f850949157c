"""Centers through the API."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import User

from centers.enums import CenterState
from centers.models import Center
from dentalhub.access import Right
from extraction.models import ExtractionRun
from tests.extraction.api.callers import caller, fields_of
from tests.extraction.builders import center

QueryCount = Callable[[int], AbstractContextManager[object]]


def test_list_has_what_the_page_shows(centers: list[Center], reviewer: User) -> None:
    page = caller(reviewer).get("/centers")
    assert page["next_cursor"] is None
    assert page["items"][0] == {
        "id": "center_01",
        "name": "Praxis 1",
        "city": "",
        "region": "germany",
        "server": "test",
        "software": "ivoris",
        "state": "active",
    }
    assert [item["id"] for item in page["items"]] == ["center_01", "center_02", "center_03"]


def test_pages_follow_one_another(centers: list[Center], analyst: User) -> None:
    asking = caller(analyst)
    first = asking.get("/centers", limit=2)
    last = asking.get("/centers", limit=2, cursor=first["next_cursor"])
    assert [item["id"] for item in first["items"] + last["items"]] == ["center_01", "center_02", "center_03"]
    assert last["next_cursor"] is None


def test_filters(centers: list[Center], analyst: User) -> None:
    Center.objects.filter(center_id="center_02").update(state=CenterState.PAUSED)
    asking = caller(analyst)
    assert [item["id"] for item in asking.get("/centers", state="paused")["items"]] == ["center_02"]
    assert len(asking.get("/centers", region="germany")["items"]) == 3
    assert asking.get("/centers", region="austria")["items"] == []


def test_detail_says_how_far_it_is(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    found = asking.get("/centers/center_01")
    assert (found["mapping_version"], found["last_business_date"], found["time_zone"]) == (
        1,
        "2026-11-20",
        "Europe/Berlin",
    )
    center(9)
    found = asking.get("/centers/center_09")
    assert (found["mapping_version"], found["last_business_date"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"state": "asleep"}, "state"),
        ({"region": "Ger many"}, "region"),
        ({"regoin": "germany"}, "query"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"cursor": "x" * 501}, "cursor"),
        ({"cursor": "ü"}, "cursor"),
    ],
)
def test_bad_input(query: dict[str, str], field: str, centers: list[Center], analyst: User) -> None:
    answer = caller(analyst).send("GET", "/centers", query)
    assert fields_of(answer) == [field]
    # What was sent may be anything, a patient's name too: the answer does not repeat it.
    assert f'"{next(iter(query.values()))}"' not in answer.content.decode()


def test_cursor_of_another_list_is_refused(centers: list[Center], run: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    cursor = asking.get("/centers", limit=1)["next_cursor"]
    for path in ("/slices", f"/runs/{run.pk}/centers", "/entries", "/runs"):
        assert fields_of(asking.send("GET", path, {"cursor": cursor})) == ["cursor"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_three_queries(count: int, db: None, analyst: User, django_assert_num_queries: QueryCount) -> None:
    for number in range(count):
        center(number + 1)
    asking = caller(analyst, Right.READ_CENTERS)
    asking.get("/centers")
    # The token, the roles, the regions, the centers.
    with django_assert_num_queries(4):
        assert len(asking.get("/centers")["items"]) == count
