"""Exports through the API: the same jobs, ledger and rights as on the pages."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from dentalhub.access import Right
from dentalhub.models import AuditEvent
from extraction.api import export_operations
from extraction.export_files import forget
from extraction.export_jobs import MOST_OPEN, write
from extraction.models import Export, ExtractionRun
from extraction.pseudonyms import pseudonym_of
from extraction.reveal_reasons import Why
from tests.extraction.api.callers import Caller, caller, code_of, fields_of
from tests.scopes import sees_all_regions

QueryCount = Callable[[int], AbstractContextManager[object]]
KEY = "weekly-2026-47"
WEEK = {"date_from": "2026-11-16", "date_to": "2026-11-20"}


@pytest.fixture
def dispatched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exports that were handed to the queue."""
    keys: list[int] = []
    monkeypatch.setattr(export_operations, "dispatch_export", lambda export: keys.append(export.pk))
    return keys


def _start(asking: Caller, key: str = KEY, **body: Any) -> Any:
    answer = asking.post("/exports", body, Idempotency_Key=key)
    assert answer.status_code in {200, 201}, answer.content
    return json.loads(answer.content)


def _file(asking: Caller, export: Any) -> Any:
    return asking.send("GET", f"/exports/{export['id']}/file")


def _bytes(answer: Any) -> bytes:
    pieces: Iterator[bytes] = answer.streaming_content
    return b"".join(pieces)


def test_start_follow_and_download(landed: ExtractionRun, analyst: User, files: Path, dispatched: list[int]) -> None:
    asking = caller(analyst)
    started = _start(asking, **WEEK)
    assert (started["state"], started["file"], dispatched) == ("queued", None, [started["id"]])
    assert code_of(_file(asking, started)) == (404, "not_found")
    assert write(started["id"])
    done = asking.get(f"/exports/{started['id']}")
    assert (done["state"], done["rows"], done["file"]) == ("complete", 2, f"/api/v1/exports/{started['id']}/file")
    answer = _file(asking, done)
    assert answer.headers["Content-Disposition"] == ('attachment; filename="chart_entries_2026-11-16_2026-11-20.csv"')
    data = _bytes(answer)
    assert len(data) == done["bytes"] == int(answer.headers["Content-Length"])
    assert str(pseudonym_of("center_01", "8")).encode() in data
    assert Export.objects.get().requested_by == analyst
    assert AuditEvent.objects.filter(action="export.downloaded", actor=analyst).count() == 1


def test_same_request_again_is_the_same_export(
    landed: ExtractionRun, analyst: User, files: Path, dispatched: list[int]
) -> None:
    asking = caller(analyst)
    assert _start(asking, **WEEK)["id"] == _start(asking, **WEEK)["id"]
    assert len(dispatched) == 1
    for other in ({}, {**WEEK, "format": "xlsx"}, {**WEEK, "reveal": True, "reason": "billing"}):
        assert code_of(asking.post("/exports", other, Idempotency_Key=KEY)) == (409, "key_used")


def test_patient_ids_need_their_own_scope(
    landed: ExtractionRun, analyst: User, files: Path, dispatched: list[int]
) -> None:
    full, without = caller(analyst), caller(analyst, Right.EXPORT_ENTRIES)
    assert code_of(without.post("/exports", {"reveal": True}, Idempotency_Key=KEY)) == (403, "scope_missing")
    started = _start(full, reveal=True, reason="billing", note="Q3")
    assert (started["reason"], started["note"], Export.objects.get().why) == ("billing", "Q3", Why("billing", "Q3"))
    assert (started["shows_patients"], write(started["id"])) == (True, True)
    assert code_of(_file(without, started)) == (403, "scope_missing")
    assert b",8," in _bytes(_file(full, started))


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 422, "reason_missing", "reason"),
        ({"reason": None}, 422, "reason_missing", "reason"),
        ({"reason": "other", "note": " "}, 422, "reason_missing", "note"),
        ({"reason": "curiosity"}, 422, "invalid", "reason"),
        ({"reason": "operation"}, 422, "invalid", "reason"),
        ({"reason": "billing", "note": "x" * 201}, 422, "invalid", "note"),
    ],
)
def test_patient_ids_need_a_reason(
    body: dict[str, Any], status: int, code: str, field: str, landed: ExtractionRun, analyst: User, files: Path
) -> None:
    answer = caller(analyst).post("/exports", {"reveal": True, **body}, Idempotency_Key=KEY)
    assert code_of(answer) == (status, code)
    assert [error["field"] for error in json.loads(answer.content)["errors"]] == [field]
    assert not Export.objects.exists()


def test_reason_belongs_to_the_request_of_a_key(
    landed: ExtractionRun, analyst: User, files: Path, dispatched: list[int]
) -> None:
    asking = caller(analyst)
    first, again = (_start(asking, reveal=True, reason="billing")["id"] for _time in range(2))
    assert first == again
    other = {"reveal": True, "reason": "quality"}
    assert code_of(asking.post("/exports", other, Idempotency_Key=KEY)) == (409, "key_used")


def test_person_sees_ones_own_and_an_admin_all_but_takes_none(
    landed: ExtractionRun, analyst: User, admin: User, files: Path, dispatched: list[int]
) -> None:
    started = _start(caller(analyst))
    assert write(started["id"])
    other = User.objects.create_user("other")
    other.groups.set(analyst.groups.all())
    sees_all_regions(other)
    assert caller(other).get("/exports")["items"] == []
    assert code_of(caller(other).send("GET", f"/exports/{started['id']}")) == (404, "not_found")
    (seen,) = caller(admin).get("/exports")["items"]
    assert (seen["requested_by"], seen["file"]) == ("analyst", None)
    assert code_of(_file(caller(admin), started)) == (404, "not_found")


def test_file_that_is_gone(landed: ExtractionRun, analyst: User, files: Path, dispatched: list[int]) -> None:
    asking = caller(analyst)
    started = _start(asking)
    assert write(started["id"])
    forget(Export.objects.get().stored_name)
    assert code_of(_file(asking, started)) == (404, "not_found")


def test_too_many_at_once(landed: ExtractionRun, analyst: User, files: Path, dispatched: list[int]) -> None:
    asking = caller(analyst)
    for number in range(MOST_OPEN):
        _start(asking, f"{KEY}-{number}")
    assert code_of(asking.post("/exports", {}, Idempotency_Key=KEY)) == (422, "export_refused")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"format": "pdf"}, "format"),
        ({"text": "Füllung"}, "text"),
        ({"patient": "center_01.AAAAAAAAAA"}, "patient"),
        ({"center": ["center_1"]}, "center"),
        ({"date_from": "2026-11-20", "date_to": "2026-11-19"}, "date_to"),
    ],
)
def test_bad_body(body: dict[str, Any], field: str, landed: ExtractionRun, analyst: User, files: Path) -> None:
    assert fields_of(caller(analyst).post("/exports", body, Idempotency_Key=KEY)) == [field]
    assert not Export.objects.exists()


def test_pages_and_states(landed: ExtractionRun, analyst: User, files: Path, dispatched: list[int]) -> None:
    asking = caller(analyst)
    keys = [_start(asking, f"{KEY}-{number}")["id"] for number in range(3)]
    first = asking.get("/exports", limit=2)
    last = asking.get("/exports", limit=2, cursor=first["next_cursor"])
    assert [item["id"] for item in first["items"] + last["items"]] == keys[::-1]
    assert last["next_cursor"] is None
    assert asking.get("/exports", state="complete")["items"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_any_number(
    count: int,
    landed: ExtractionRun,
    analyst: User,
    files: Path,
    dispatched: list[int],
    django_assert_num_queries: QueryCount,
) -> None:
    asking = caller(analyst, Right.EXPORT_ENTRIES)
    for number in range(count):
        _start(asking, f"{KEY}-{number}")
    # The token, the roles, the exports, their centers' regions.
    with django_assert_num_queries(4):
        assert len(asking.get("/exports")["items"]) == count
