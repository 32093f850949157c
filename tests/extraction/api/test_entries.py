"""Chart entries through the API."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User

from centers.models import Center
from dentalhub.access import Right
from dentalhub.models import AuditEvent
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import ChartEntry, ExtractionRun
from extraction.pseudonyms import pseudonym_of
from tests.extraction.api.callers import Caller, caller, code_of, fields_of
from tests.extraction.builders import entry, success
from tests.extraction.conftest import TaskOf

QueryCount = Callable[[int], AbstractContextManager[object]]


def _search(asking: Caller, **body: object) -> Any:
    answer = asking.post("/entries/search", body)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def _texts(page: Any) -> list[str]:
    return [item["chart_entry"] for item in page["items"]]


def test_entry_has_the_fields_of_an_export(landed: ExtractionRun, analyst: User) -> None:
    page = caller(analyst).get("/entries")
    assert page["next_cursor"] is None
    assert page["items"][1] == {
        "center_id": "center_01",
        "center_name": "Praxis 1",
        "date": "2026-11-20",
        "patient": str(pseudonym_of("center_01", "8")),
        "patient_id": None,
        "insurance_status": "GKV",
        "insurance_name": "AOK Bayern",
        # As it is: neutralising formulas is for spreadsheets.
        "chart_entry": "Füllung =1+1",
        "service_codes": ["Ä1", "2060"],
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"date_from": "2026-11-20", "date_to": "2026-11-20"}, 2),
        ({"date_to": "2026-11-19"}, 0),
        ({"center": "center_01"}, 2),
        ({"center": "center_02"}, 0),
        ({"status": "GKV"}, 2),
        ({"status": "PKV"}, 0),
        ({"service_code": "Ä1"}, 1),
        ({"service_code": "0"}, 0),
    ],
)
def test_filters(query: dict[str, str], count: int, landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    assert len(asking.get("/entries", **query)["items"]) == count
    body = query | ({"center": [query["center"]]} if "center" in query else {})
    assert len(_search(asking, **body)["items"]) == count


def test_text_is_searched_in_the_body_only(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    assert _texts(_search(asking, text="Füllung")) == ["Füllung =1+1"]
    assert _texts(_search(asking, text="Krone")) == []
    assert fields_of(asking.send("GET", "/entries", {"text": "Füllung"})) == ["query"]


def test_patient_is_found_by_pseudonym_in_the_body_only(landed: ExtractionRun, analyst: User) -> None:
    asking, pseudonym = caller(analyst), str(pseudonym_of("center_01", "8"))
    assert _texts(_search(asking, patient=pseudonym)) == ["Füllung =1+1"]
    assert _texts(_search(asking, patient="nobody")) == []
    assert fields_of(asking.send("GET", "/entries", {"patient": pseudonym})) == ["query"]


def test_regions_narrow(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    assert len(asking.get("/entries", region="germany")["items"]) == 2
    assert asking.get("/entries", region=["austria", "switzerland"])["items"] == []


def test_patient_ids_are_revealed_on_the_record(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    assert [item["patient_id"] for item in asking.get("/entries", reveal="true", reason="billing")["items"]] == [
        "7",
        "8",
    ]
    found = _search(asking, reveal=True, reason="other", note="an audit", text="Füllung")
    assert [item["patient_id"] for item in found["items"]] == ["8"]
    events = AuditEvent.objects.filter(action="patients.revealed").order_by("pk")
    assert [(event.actor, event.details["entries"]) for event in events] == [(analyst, 2), (analyst, 1)]
    whys = [(event.details["reason"], event.details["note"]) for event in events]
    assert whys == [("billing", ""), ("other", "an audit")]
    assert asking.get("/entries", reveal="true", reason="billing", center="center_02")["items"] == []
    assert events.count() == 2


def test_patient_ids_need_a_reason(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    for answer in (
        asking.send("GET", "/entries", {"reveal": "true"}),
        # Its note would be in an address.
        asking.send("GET", "/entries", {"reveal": "true", "reason": "other"}),
        asking.post("/entries/search", {"reveal": True}),
        asking.post("/entries/search", {"reveal": True, "reason": "other"}),
    ):
        assert code_of(answer) == (422, "reason_missing")
    assert fields_of(asking.send("GET", "/entries", {"reveal": "true", "reason": "x"})) == ["reason"]
    assert fields_of(asking.send("GET", "/entries", {"reveal": "true", "reason": "billing", "note": "x"})) == ["query"]
    assert not AuditEvent.objects.filter(action="patients.revealed").exists()


def test_patient_ids_need_their_own_scope_and_role(landed: ExtractionRun, analyst: User, settings: Any) -> None:
    without = caller(analyst, Right.READ_ENTRIES)
    assert code_of(without.send("GET", "/entries", {"reveal": "true"})) == (403, "scope_missing")
    having = caller(analyst)
    settings.REVEAL_ROLES = ["admin"]
    assert code_of(having.post("/entries/search", {"reveal": True})) == (403, "role_missing")
    assert not AuditEvent.objects.filter(action="patients.revealed").exists()


def test_pages_follow_one_another(landed: ExtractionRun, analyst: User) -> None:
    asking = caller(analyst)
    first = asking.get("/entries", limit=1)
    last = asking.get("/entries", limit=1, cursor=first["next_cursor"])
    assert _texts(first) + _texts(last) == ["01 Untersuchung", "Füllung =1+1"]
    assert last["next_cursor"] is None
    assert _texts(_search(asking, limit=1, cursor=first["next_cursor"])) == ["Füllung =1+1"]


def test_cursor_holds_nothing_of_a_patient(run: ExtractionRun, lease: Lease, task_of: TaskOf, analyst: User) -> None:
    import base64

    rows = [entry(f"patient-{number}", f"text-{number}", row=f"{number}") for number in range(3)]
    land([success(task_of(run.center_runs.select_related("center")[0]), *rows)], {lease.shard_id: lease})
    cursor = caller(analyst).get("/entries", limit=2)["next_cursor"]
    read = base64.urlsafe_b64decode(cursor + "==").decode()
    assert json.loads(read) == ["entries", "2026-11-20", Center.objects.get(center_id="center_01").pk, "1"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"date_from": "2026-11-20", "date_to": "2026-11-19"}, "date_to"),
        ({"date_from": "today"}, "date_from"),
        ({"center": "center_1"}, "center"),
        ({"status": "private"}, "status"),
        ({"service_code": "x" * 41}, "service_code"),
        ({"limit": "0"}, "limit"),
        ({"center": ["center_01"] * 501}, "center"),
        ({"center": ["center_01"] * 1001}, "query"),
        ({"cursor": "WyJlbnRyaWVzIiwiMjAyNi0xMy0yMCIsMSxudWxsXQ"}, "cursor"),
    ],
)
def test_bad_input(query: dict[str, Any], field: str, landed: ExtractionRun, analyst: User) -> None:
    assert fields_of(caller(analyst).send("GET", "/entries", query)) == [field]


@pytest.mark.parametrize("body", [{"text": "x" * 101}, {"text": "\ud800"}, {"txt": "a"}, {"center": "center_01"}])
def test_bad_search(body: dict[str, str], landed: ExtractionRun, analyst: User) -> None:
    assert fields_of(caller(analyst).post("/entries/search", body)) == [next(iter(body))]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_three_queries_or_six(
    count: int, landed: ExtractionRun, analyst: User, django_assert_num_queries: QueryCount
) -> None:
    first = ChartEntry.objects.order_by("pk")[0]
    for number in range(count):
        ChartEntry.objects.create(
            center=Center.objects.get(center_id="center_02"),
            business_date=first.business_date,
            position=number + 1,
            source_row_id=str(number),
            patient_id="1",
            insurance_status="GKV",
        )
    asking = caller(analyst, Right.READ_ENTRIES)
    cursor = asking.get("/entries", limit=1)["next_cursor"]
    # The token, the roles, the regions, the entries.
    with django_assert_num_queries(4):
        assert len(asking.get("/entries")["items"]) == 2 + count
    # The rest of a slice, the rest of its day, and the days after it.
    with django_assert_num_queries(6):
        assert len(asking.get("/entries", cursor=cursor)["items"]) == 1 + count
