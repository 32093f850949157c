"""The page that explains the API, made of its OpenAPI document."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from dentalhub.access import Right
from dentalhub.problems import PROBLEM_KINDS, ProblemCode
from extraction.api.reference import kind_of
from tests.extraction.api.test_ladder import OPERATIONS

PAGE = "/api/docs/"
ClientOf = Callable[[User], Client]
QueryCount = Callable[[int], AbstractContextManager[object]]


def _text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def test_page_has_every_operation_schema_and_code(reviewer: User, client_of: ClientOf) -> None:
    text = _text(client_of(reviewer).get(PAGE))
    assert len(re.findall(r'<section id="\w+" ', text)) == len(OPERATIONS) + 1
    for code in ProblemCode:
        assert f'<tr id="{code.value}">' in text
    for scope in {operation.right.value for operation in OPERATIONS}:
        assert scope in text
    assert "Idempotency-Key" in text


def test_every_link_within_the_page_leads_somewhere(reviewer: User, client_of: ClientOf) -> None:
    text = _text(client_of(reviewer).get(PAGE))
    ids = re.findall(r' id="([^"]+)"', text)
    assert sorted(set(ids)) == sorted(ids)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_page_loads_nothing_from_elsewhere(reviewer: User, client_of: ClientOf) -> None:
    answer = client_of(reviewer).get(PAGE)
    sources = re.findall(r'(?:src|href)="([^"]+)"', _text(answer))
    assert [source for source in sources if not source.startswith(("/", "#", "data:"))] == []
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_who_may_see_it(client: Client, db: None, client_of: ClientOf) -> None:
    assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"
    assert client_of(User.objects.create_user("nobody")).get(PAGE).status_code == 403
    assert client_of(User.objects.create_superuser("root")).post(PAGE).status_code == 405


def test_page_takes_three_queries(admin: User, client_of: ClientOf, django_assert_num_queries: QueryCount) -> None:
    client = client_of(admin)
    # Session, person with roles, regions.
    with django_assert_num_queries(3):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "integer 1 to 9"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/RunOut"}}, "list of RunOut"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({}, "any"),
    ],
)
def test_kind_in_words(schema: dict[str, Any], words: str) -> None:
    assert kind_of(schema) == words


def test_guide_of_errors_has_every_code_with_its_status() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "errors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", text, re.MULTILINE)
    assert [(code, int(status)) for code, status in rows] == [
        (code.value, PROBLEM_KINDS[code].status.value) for code in ProblemCode
    ]


def test_guide_has_every_scope() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z]+:[a-z]+)` \|", text, re.MULTILINE) == [right.value for right in Right]
