"""Runs through the API: asked for once, however often the client asks."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User

from centers.models import Center
from dentalhub.access import Right
from dentalhub.models import AuditEvent
from extraction.api import run_start
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun
from extraction.run_requests import request_run, yesterday
from tests.extraction.api.callers import Caller, caller, code_of, fields_of
from tests.extraction.builders import FRIDAY, MONDAY, center_with_mapping

QueryCount = Callable[[int], AbstractContextManager[object]]
KEY = "night-2026-11-20"


@pytest.fixture
def dispatched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were handed to the queue."""
    keys: list[int] = []
    monkeypatch.setattr(run_start, "dispatch", lambda run: keys.append(run.pk))
    return keys


def _start(asking: Caller, **body: Any) -> tuple[int, Any]:
    answer = asking.post("/runs", body, Idempotency_Key=KEY)
    return answer.status_code, json.loads(answer.content)


def test_start_reads_yesterday_of_all_centers(centers: list[Center], analyst: User, dispatched: list[int]) -> None:
    answer = caller(analyst).post("/runs", {}, Idempotency_Key=KEY)
    run = ExtractionRun.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/runs/{run.pk}")
    assert (run.date_from, run.date_to, run.trigger, run.requested_by) == (yesterday(), yesterday(), "api", analyst)
    assert run.center_runs.count() == 3
    assert dispatched == [run.pk]
    assert AuditEvent.objects.get(action="run.requested").actor == analyst
    found = json.loads(answer.content)
    assert (found["id"], found["state"], found["is_finished"], found["requested_by"]) == (
        run.pk,
        "queued",
        False,
        "analyst",
    )
    assert found["centers"] == {
        "all": 3,
        "queued": 3,
        "running": 0,
        "succeeded": 0,
        "failed": 0,
        "skipped": 0,
        "cancelled": 0,
    }


def test_same_request_again_is_the_same_run(centers: list[Center], analyst: User, dispatched: list[int]) -> None:
    asking, body = caller(analyst), {"date_from": "2026-11-16", "date_to": "2026-11-20", "centers": ["center_01"]}
    first, again = _start(asking, **body), _start(asking, **body)
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert (ExtractionRun.objects.count(), len(dispatched)) == (1, 1)


def test_same_request_again_when_yesterday_is_another_day(
    centers: list[Center], analyst: User, dispatched: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _start(caller(analyst))
    monkeypatch.setattr(run_start, "yesterday", lambda: yesterday() + dt.timedelta(days=1))
    center_with_mapping(4)
    assert _start(caller(analyst))[1]["id"] == first[1]["id"]


def test_same_key_for_another_request_is_a_conflict(
    centers: list[Center], analyst: User, dispatched: list[int]
) -> None:
    asking = caller(analyst)
    _start(asking, centers=["center_01"])
    answer = asking.post("/runs", {"centers": ["center_02"]}, Idempotency_Key=KEY)
    assert code_of(answer) == (409, "key_used")
    assert ExtractionRun.objects.count() == 1


def test_request_that_was_faster_wins(
    centers: list[Center], analyst: User, dispatched: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have found no run of this key; then the one with another body makes its own."""
    asking, real = caller(analyst), request_run

    def late(*args: Any, **options: Any) -> Any:
        real(*args, **(options | {"request_digest": "0" * 64}))
        return real(*args, **options)

    monkeypatch.setattr(run_start, "request_run", late)
    assert _start(asking)[1]["code"] == "key_used"
    assert ExtractionRun.objects.count() == 1


def test_same_key_of_two_people_makes_two_runs(
    centers: list[Center], analyst: User, admin: User, dispatched: list[int]
) -> None:
    assert {_start(caller(person))[0] for person in (analyst, admin)} == {201}
    assert ExtractionRun.objects.count() == 2


def test_what_is_missing_leaves_out_whole_centers(landed: ExtractionRun, analyst: User, dispatched: list[int]) -> None:
    CenterRun.objects.exclude(state="succeeded").update(state="cancelled")
    body = {"date_from": "2026-11-16", "date_to": "2026-11-20", "mode": "missing"}
    assert _start(caller(analyst), **body)[1]["centers"]["all"] == 2
    answer = caller(analyst).post("/runs", body | {"centers": ["center_01"]}, Idempotency_Key="another-key")
    assert code_of(answer) == (422, "nothing_to_run")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"date_from": "20.11.2026"}, ["date_from"]),
        ({"date_from": 20261120}, ["date_from"]),
        ({"date_from": "0001-01-01"}, ["date_from"]),
        ({"date_from": "2026-11-20", "date_to": "2026-11-19"}, ["date_to"]),
        ({"date_from": "2020-01-01", "date_to": "2026-11-19"}, ["date_to"]),
        ({"date_from": "9999-12-31"}, ["date_to"]),
        ({"centers": ["nowhere"]}, ["centers"]),
        ({"centers": "center_01"}, ["centers"]),
        ({"centers": ["CENTER 1"]}, ["centers.0"]),
        ({"center": ["center_01"]}, ["center"]),
        ({"mode": "some"}, ["mode"]),
        ({"with_closed": "perhaps"}, ["with_closed"]),
        ([], ["body"]),
        ("text", ["body"]),
    ],
)
def test_bad_body(body: Any, fields: list[str], centers: list[Center], analyst: User, dispatched: list[int]) -> None:
    assert fields_of(caller(analyst).post("/runs", body, Idempotency_Key=KEY)) == fields
    assert not ExtractionRun.objects.exists()


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with blank"])
def test_bad_key(key: str, centers: list[Center], analyst: User, dispatched: list[int]) -> None:
    assert fields_of(caller(analyst).post("/runs", {}, Idempotency_Key=key)) == ["Idempotency-Key"]


def test_body_that_is_no_json(centers: list[Center], analyst: User) -> None:
    from django.test import Client

    asking = caller(analyst)
    headers = {"Authorization": f"Bearer {asking.text}", "Idempotency-Key": KEY}
    answer = Client(headers=headers).post("/api/v1/runs", "{nonsense", content_type="application/json")
    assert code_of(answer) == (400, "body_unreadable")


def test_status_counts_the_centers(landed: ExtractionRun, analyst: User) -> None:
    failing = CenterRun.objects.get(center__center_id="center_02")
    CenterRun.objects.filter(pk=failing.pk).update(
        state=RunState.FAILED, error_kind="refused", error_message="Nothing listens."
    )
    asking = caller(analyst)
    found = asking.get(f"/runs/{landed.pk}")
    assert (found["entries"], found["date_from"], found["date_to"]) == (2, "2026-11-16", "2026-11-20")
    assert [found["centers"][state] for state in ("all", "succeeded", "failed", "queued")] == [3, 1, 1, 1]
    (part,) = asking.get(f"/runs/{landed.pk}/centers", state="failed")["items"]
    assert (part["center"], part["cause"], part["message"], part["mapping_version"]) == (
        "center_02",
        "refused",
        "Nothing listens.",
        1,
    )
    (part,) = asking.get(f"/runs/{landed.pk}/centers", state="succeeded")["items"]
    assert (part["slices"], part["entries"], part["duration_ms"]) == (5, 2, 12)


def test_pages_of_runs_hold_while_new_runs_come(centers: list[Center], analyst: User) -> None:
    keys = [request_run(centers[:1], MONDAY, FRIDAY).run.pk for _number in range(5)]
    asking = caller(analyst)
    seen, cursor = [], ""
    while cursor is not None:
        page = asking.get("/runs", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        request_run(centers[:1], MONDAY, FRIDAY)
    assert seen == keys[::-1]


def test_pages_of_center_runs(run: ExtractionRun, analyst: User) -> None:
    asking, path = caller(analyst), f"/runs/{run.pk}/centers"
    first = asking.get(path, limit=2)
    last = asking.get(path, limit=2, cursor=first["next_cursor"])
    assert [item["center"] for item in first["items"]] == ["center_01", "center_02"]
    assert ([item["center"] for item in last["items"]], last["next_cursor"]) == (["center_03"], None)


def test_runs_by_state(run: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    assert [item["id"] for item in asking.get("/runs", state="queued")["items"]] == [run.pk]
    assert asking.get("/runs", state="failed")["items"] == []


def test_cancel_ends_a_run_once(run: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    answer = asking.send("POST", f"/runs/{run.pk}/cancel")
    found = json.loads(answer.content)
    assert (answer.status_code, found["state"], found["is_finished"], found["centers"]["cancelled"]) == (
        200,
        "cancelled",
        True,
        3,
    )
    assert code_of(asking.send("POST", f"/runs/{run.pk}/cancel")) == (409, "run_ended")
    assert AuditEvent.objects.filter(action="run.cancelled", actor=analyst).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_a_constant_number_of_queries(
    count: int, analyst: User, django_assert_num_queries: QueryCount
) -> None:
    centers = [center_with_mapping(number + 1) for number in range(count)]
    runs = [request_run(centers, MONDAY, FRIDAY).run for _number in range(count)]
    asking = caller(analyst, Right.READ_RUNS)
    asking.get("/runs")
    # The token, the roles, the regions, the runs, their parts.
    with django_assert_num_queries(5):
        assert len(asking.get("/runs")["items"]) == count
    with django_assert_num_queries(5):
        asking.get(f"/runs/{runs[0].pk}")
    with django_assert_num_queries(5):
        assert len(asking.get(f"/runs/{runs[0].pk}/centers")["items"]) == count
