"""Requests that make no sense: none is answered with a fault of ours, shows a trace or leaves something behind."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.db import connection, transaction
from django.test import Client, RequestFactory
from pytest_django import Settings

from dentalhub.access import Right
from dentalhub.wsgi import application
from tests.extraction.api.callers import caller
from tests.security.bad_requests import BadRequest, bad_requests, every_name
from tests.security.routes import all_routes

_WRITE = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# What an answer of any kind may note: the session, counts of attempts, the use of a token, that something was refused.
NOTED = re.compile(r"django_session|usersessions_|cache|dentalhub_apitoken|dentalhub_auditevent|dentalhub_audit")


@contextmanager
def written() -> Iterator[list[str]]:
    """The tables that were written to and not rolled back."""
    tables: list[str] = []
    marks: list[int] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SAVEPOINT"):
            marks.append(len(tables))
        elif sql.startswith("ROLLBACK TO"):
            del tables[marks.pop() :]
        elif sql.startswith("RELEASE") and marks:
            marks.pop()
        elif found := _WRITE.match(sql):
            tables.append(found.group(1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables


def answer_to(client: Client, request: BadRequest) -> tuple[Any, list[str]]:
    """The answer, and what it wrote; afterwards everything is as it was."""
    with transaction.atomic(), written() as tables:
        try:
            answer = client.generic(
                request.method,
                request.address,
                request.body,
                content_type=request.content_type,
                headers=request.headers,
            )
        except SuspiciousOperation:
            # No request could be made of it: test_what_is_no_request_is_answered_before_django.
            return (400, b""), []
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        answer.close()
        found = [table for table in tables if not NOTED.search(table)]
        transaction.set_rollback(True)
    return (answer.status_code, body), found


def faults(count: int, seed: int, superuser: User, settings: Settings) -> tuple[list[str], Counter[int]]:
    """What went wrong in `count` requests of somebody who may do everything."""
    settings.API_REQUESTS_PER_MINUTE = 10 * count
    token = {"Authorization": f"Bearer {caller(superuser, *Right).text}"}
    client, api = Client(raise_request_exception=False), Client(headers=token, raise_request_exception=False)
    client.force_login(superuser)
    names = every_name(client.get("/api/v1/openapi.json").json())
    routes = tuple(route for route in all_routes() if not route.address.startswith("/admin/"))
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    session = dict(client.cookies)
    for number, request in enumerate(bad_requests(routes, names, count, seed)):
        client.cookies.clear()
        client.cookies.update(session)
        (status, body), tables = answer_to(api if request.route.is_api else client, request)
        statuses[status] += 1
        if status == 500 or b"Traceback" in body or (status >= 400 and tables):
            wrong.append(f"{number} {status} {request.method} {request.route.name} {request.address[:90]} {tables[:3]}")
    return wrong, statuses


@pytest.mark.django_db
def test_some_bad_requests_are_answered(superuser: User, something_everywhere: None, settings: Settings) -> None:
    wrong, statuses = faults(600, 7, superuser, settings)
    assert wrong == []
    assert {200, 400, 404, 405, 422} - set(statuses) == set()


@pytest.mark.django_db
def test_what_is_no_request_is_answered_before_django() -> None:
    """A charset makes Django look at the parameters while it makes the request, where nothing catches their number."""
    environ = RequestFactory().get("/").environ | {
        "QUERY_STRING": "&".join(["a=1"] * 1_500),
        "CONTENT_TYPE": "text/plain; charset=latin-1",
    }
    begun: list[tuple[str, dict[str, str]]] = []
    body = application(environ, lambda status, headers: begun.append((status, dict(headers))))

    ((status, headers),) = begun
    assert (status, b"".join(body)) == ("400 Bad Request", b"Bad request\n")
    assert headers["Cache-Control"] == "no-store"
    assert "Permissions-Policy" in headers


@pytest.mark.storm
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_bad_requests_are_answered(
    seed: int, superuser: User, something_everywhere: None, settings: Settings
) -> None:
    wrong, statuses = faults(1_000, seed, superuser, settings)
    assert (wrong, sum(statuses.values())) == ([], 1_000)
