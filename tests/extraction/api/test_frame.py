"""What every operation has around it: limits, languages, and errors that say nothing they should not."""

import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centers.models import Center
from dentalhub.models import ApiToken
from dentalhub.problems import PROBLEM_KINDS, ProblemCode
from extraction.api import center_operations, entry_operations
from tests.extraction.api.callers import V1, caller, code_of

PATIENT = "Erika Mustermann"
QueryCount = Callable[[int], AbstractContextManager[object]]


def test_too_many_requests_wait_for_the_next_minute(
    centers: list[Center], admin: User, analyst: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    now = [1_000_000_000.0 - 1_000_000_000 % 60 + 20.5]
    monkeypatch.setattr("dentalhub.rate_limit.time.time", lambda: now[0])
    asking = caller(admin)
    assert [asking.send("GET", "/centers").status_code for _time in range(2)] == [200, 200]
    answer = asking.send("GET", "/centers")
    assert (code_of(answer), answer.headers["Retry-After"]) == ((429, "too_many_requests"), "40")
    assert caller(analyst).send("GET", "/centers").status_code == 200
    now[0] += 39
    assert asking.send("GET", "/centers").status_code == 429
    now[0] += 1
    assert asking.send("GET", "/centers").status_code == 200


def test_requests_with_a_wrong_scope_are_counted_too(centers: list[Center], reviewer: User, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    asking = caller(reviewer)
    assert [asking.send("GET", "/entries").status_code for _time in range(2)] == [403, 429]


def test_use_is_noted(centers: list[Center], admin: User) -> None:
    caller(admin).get("/centers")
    assert ApiToken.objects.get().last_used_at is not None


def test_error_of_ours_says_nothing_of_a_patient(
    centers: list[Center], admin: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError(PATIENT)

    monkeypatch.setattr(entry_operations, "stable_page", broken)
    for debug in (False, True):
        settings.DEBUG = debug
        with caplog.at_level(logging.ERROR):
            answer = caller(admin).post("/entries/search", {"text": "Mustermann"})
        assert code_of(answer) == (500, "internal")
        assert set(json.loads(answer.content)) == {"type", "title", "status", "code"}
    assert "RuntimeError" in caplog.text
    assert "in broken" in caplog.text
    assert "Mustermann" not in caplog.text + answer.content.decode()


def test_answer_that_breaks_its_own_schema_is_not_logged_with_its_values(
    centers: list[Center], admin: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    facts = center_operations._facts
    monkeypatch.setattr(center_operations, "_facts", lambda center: facts(center) | {"name": [PATIENT]})
    assert code_of(caller(admin).send("GET", "/centers")) == (500, "internal")
    assert "ValidationError" in caplog.text
    assert "Mustermann" not in caplog.text


def test_body_that_is_too_large(centers: list[Center], admin: User, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert code_of(caller(admin).post("/entries/search", {"text": "x" * 100})) == (413, "too_large")


def test_titles_are_in_the_language_of_the_client(db: None) -> None:
    texts = {
        language: json.loads(Client(headers={"Accept-Language": language}).get(f"{V1}/centers").content)["title"]
        for language in ("en", "de")
    }
    assert texts["en"] == "The request has no token."
    assert texts["de"] != texts["en"]


def test_every_code_has_a_kind() -> None:
    assert set(PROBLEM_KINDS) == set(ProblemCode)


def test_document_is_public_and_complete(db: None, client: Client, django_assert_num_queries: QueryCount) -> None:
    with django_assert_num_queries(0):
        answer = client.get(f"{V1}/openapi.json")
    document = json.loads(answer.content)
    assert (answer.status_code, document["openapi"], document["info"]["title"]) == (200, "3.1.0", "dentalhub")
    codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert codes == [code.value for code in ProblemCode]
    assert document["components"]["securitySchemes"] == {"BearerToken": {"type": "http", "scheme": "bearer"}}
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["security"] == [{"BearerToken": []}]
            assert operation["description"]
            assert {"401", "403", "429", "500"} <= set(operation["responses"])
            assert not any("anyOf" in parameter["schema"] for parameter in operation["parameters"])


def test_document_says_which_operations_conflict(client: Client, db: None) -> None:
    paths = json.loads(client.get(f"{V1}/openapi.json").content)["paths"]
    having = {path for path, methods in paths.items() for found in methods.values() if "409" in found["responses"]}
    assert having == {f"{V1}/runs", f"{V1}/runs/{{run_id}}/cancel", f"{V1}/exports"}


@pytest.mark.django_db
def test_unprotected_request_is_refused_and_not_redirected(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/centers/").status_code == 301
    assert code_of(client.get("/api/v1/centers")) == (403, "https_missing")
    assert code_of(client.get("/api/v1/nowhere")) == (403, "https_missing")
    assert code_of(client.get("/api/v1/centers", secure=True)) == (401, "token_missing")
