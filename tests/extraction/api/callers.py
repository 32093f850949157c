"""A client of the API with a token, and the operations that every test of them goes through."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from dentalhub.access import Right, may
from dentalhub.tokens import issue

V1 = "/api/v1"
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests with the text of a token."""

    text: str

    def send(
        self, method: str, path: str, query: Mapping[str, Any] | None = None, body: object = None, **headers: Any
    ) -> Any:
        """The answer to one request; `headers` have `_` for `-`."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.text:
            names.setdefault("Authorization", f"Bearer {self.text}")
        return Client(headers=names).generic(
            method,
            V1 + path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            query_params=query,
        )

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a page that must work."""
        answer = self.send("GET", path, query)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def post(self, path: str, body: object, **headers: Any) -> Any:
        """The answer to a POST."""
        return self.send("POST", path, body=body, **headers)


def caller(user: User, *rights: Right) -> Caller:
    """A caller with a token of `rights`; without any: all that the user has."""
    wanted = rights or tuple(right for right in Right if may(user, right))
    return Caller(issue(user, uuid.uuid4().hex, wanted, DAY).text)


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a problem, whose form is checked."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    problem = json.loads(answer.content)
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"/api/docs/#{problem['code']}"
    return answer.status_code, problem["code"]


def fields_of(answer: Any) -> list[str]:
    """The fields that a request has wrong."""
    assert code_of(answer) == (422, "invalid")
    return [error["field"] for error in json.loads(answer.content)["errors"]]
