"""Slices through the API: the states of the matrix, with manifests."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import User

from centers.models import Center
from dentalhub.access import Right
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun, Slice
from tests.extraction.api.callers import caller, fields_of
from tests.extraction.builders import FRIDAY, center_with_mapping

QueryCount = Callable[[int], AbstractContextManager[object]]
WEEK = {"date_from": "2026-11-16", "date_to": "2026-11-20"}


def test_landed_slice_has_its_manifest(landed: ExtractionRun, reviewer: User) -> None:
    found = caller(reviewer).get("/slices/center_01/2026-11-20")
    there = Slice.objects.get(business_date=FRIDAY)
    assert found == {
        "center": "center_01",
        "date": "2026-11-20",
        "state": "landed",
        "manifest": {
            "entries": 2,
            "checksum": there.checksum,
            "extracted_at": found["manifest"]["extracted_at"],
            "run": landed.pk,
            "mapping_version": 1,
        },
        "attempt": None,
    }
    assert found["manifest"]["extracted_at"].startswith(there.extracted_at.strftime("%Y-%m-%dT%H:%M"))


def test_failed_and_missing_days_say_so(landed: ExtractionRun, analyst: User) -> None:
    CenterRun.objects.filter(center__center_id="center_02").update(
        state=RunState.FAILED, error_kind="refused", error_message="Nothing listens."
    )
    asking = caller(analyst)
    (found,) = asking.get("/slices", date_from="2026-11-20", center="center_02")["items"]
    assert (found["state"], found["manifest"]) == ("failed", None)
    assert found["attempt"] == {
        "run": landed.pk,
        "state": "failed",
        "cause": "refused",
        "message": "Nothing listens.",
    }
    assert asking.get("/slices/center_01/2026-11-12")["state"] == "missing"
    assert asking.get("/slices/center_01/2026-11-14")["state"] == "closed"
    assert asking.get("/slices/center_01/9999-12-31")["state"] == "missing"


def test_pages_hold_whole_centers(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    first = asking.get("/slices", **WEEK, limit=12)
    last = asking.get("/slices", **WEEK, limit=12, cursor=first["next_cursor"])
    assert [item["center"] for item in first["items"]] == ["center_01"] * 5 + ["center_02"] * 5
    assert [item["date"] for item in first["items"][:5]] == [f"2026-11-{day}" for day in range(16, 21)]
    assert ([item["center"] for item in last["items"]], last["next_cursor"]) == (["center_03"] * 5, None)
    assert len(asking.get("/slices", **WEEK, limit=1)["items"]) == 5


def test_filters(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    found = asking.get("/slices", **WEEK, state=["landed", "unusual"])["items"]
    assert [(item["center"], item["state"]) for item in found] == [
        *[("center_01", "unusual")] * 4,
        ("center_01", "landed"),
    ]
    assert asking.get("/slices", **WEEK, region="austria") == {"items": [], "next_cursor": None}
    assert len(asking.get("/slices", **WEEK, center=["center_01", "center_03"])["items"]) == 10


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"date_from": "2026-11-20", "date_to": "2026-11-19"}, "date_to"),
        ({"date_from": "2026-01-01", "date_to": "2026-11-19"}, "date_to"),
        ({"date_from": "1979-12-31"}, "date_from"),
        ({"date_from": "1700000000"}, "date_from"),
        ({"date_from": "2026-02-30"}, "date_from"),
        ({"center": "center_1"}, "center"),
        ({"state": "lost"}, "state.0"),
    ],
)
def test_bad_input(query: dict[str, str], field: str, centers: list[Center], analyst: User) -> None:
    assert fields_of(caller(analyst).send("GET", "/slices", query)) == [field]


@pytest.mark.parametrize("day", ["2026-02-30", "20261120", "yesterday", "0001-01-01"])
def test_bad_day(day: str, centers: list[Center], analyst: User) -> None:
    assert fields_of(caller(analyst).send("GET", f"/slices/center_01/{day}")) == ["day"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_nine_queries(count: int, analyst: User, django_assert_num_queries: QueryCount) -> None:
    for number in range(count):
        center_with_mapping(number + 1)
    asking = caller(analyst, Right.READ_SLICES)
    asking.get("/slices", **WEEK)
    # The token, the roles, the regions, the centers of the page, four for the grid, the manifests.
    with django_assert_num_queries(9):
        assert len(asking.get("/slices", **WEEK)["items"]) == 5 * count
