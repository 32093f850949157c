"""Every operation: works, and refuses who has no token, an old one, or one that may not."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from dentalhub.access import ROLES_WITH, Right, Role
from dentalhub.audit_models import AuditEvent
from dentalhub.models import ApiToken
from dentalhub.tokens import issue
from extraction.api.urls import api
from extraction.models import Export, ExtractionRun
from tests.extraction.api.callers import DAY, V1, Caller, caller, code_of

SLICE = "/slices/center_01/2026-11-20"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `{run}` in its path is the key of the run that is there."""

    method: str
    path: str
    right: Right
    body: Mapping[str, object] | None = None
    headers: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    content_type: str = "application/json; charset=utf-8"

    def called_by(self, caller: Caller) -> Any:
        """The answer."""
        answer = caller.send(self.method, address(self), body=self.body, **self.headers)
        if answer.streaming:
            # Read to its end, or its file stays open.
            b"".join(answer.streaming_content)
        return answer


def address(operation: Operation) -> str:
    """Where it is, with the keys of what is there."""
    keys = {"run": ExtractionRun.objects.earliest("pk").pk, "export": Export.objects.earliest("pk").pk}
    return operation.path.format(**keys)


START = {"date_from": "2026-11-19", "centers": ["center_02"]}
OPERATIONS = [
    Operation("GET", "/centers", Right.READ_CENTERS),
    Operation("GET", "/centers/center_01", Right.READ_CENTERS),
    Operation("GET", "/runs", Right.READ_RUNS),
    Operation("POST", "/runs", Right.WRITE_RUNS, START, {"Idempotency_Key": "night-0001"}, 201),
    Operation("GET", "/runs/{run}", Right.READ_RUNS),
    Operation("GET", "/runs/{run}/centers", Right.READ_RUNS),
    Operation("POST", "/runs/{run}/cancel", Right.WRITE_RUNS),
    Operation("GET", "/slices", Right.READ_SLICES),
    Operation("GET", SLICE, Right.READ_SLICES),
    Operation("GET", "/entries", Right.READ_ENTRIES),
    Operation("POST", "/entries/search", Right.READ_ENTRIES, {"text": "füllung"}),
    Operation("GET", "/exports", Right.EXPORT_ENTRIES),
    Operation("POST", "/exports", Right.EXPORT_ENTRIES, {"format": "xlsx"}, {"Idempotency_Key": "night-0001"}, 201),
    Operation("GET", "/exports/{export}", Right.EXPORT_ENTRIES),
    Operation("GET", "/exports/{export}/file", Right.EXPORT_ENTRIES, content_type="text/csv; charset=utf-8"),
]
each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")


def _spoil(**values: object) -> Callable[[ApiToken], object]:
    return lambda token: ApiToken.objects.filter(pk=token.pk).update(**values)


def test_every_operation_of_the_document_is_in_this_table() -> None:
    documented = {
        (method.upper(), path.removeprefix(V1), operation["x-scope"])
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    }
    names = {"{run}": "{run_id}", "{export}": "{export_id}", "center_01": "{center_id}", "2026-11-20": "{day}"}
    known = set()
    for operation in OPERATIONS:
        path = operation.path
        for value, name in names.items():
            path = path.replace(value, name)
        known.add((operation.method, path, operation.right.value))
    assert documented == known


@each
def test_works(operation: Operation, everything: ExtractionRun, admin: User) -> None:
    answer = operation.called_by(caller(admin, operation.right))
    assert (answer.status_code, answer.headers["Content-Type"]) == (operation.status, operation.content_type)
    assert answer.headers["Cache-Control"] == "no-store"


@each
@pytest.mark.parametrize("text", ["", "dh_00000000_unknown", "x" * 5000, "dh_", "ü"])
def test_without_a_token_that_exists(operation: Operation, text: str, everything: ExtractionRun) -> None:
    answer = operation.called_by(Caller(text))
    assert code_of(answer) == (401, "token_invalid" if text else "token_missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@each
def test_other_secret_of_a_token_that_exists(operation: Operation, everything: ExtractionRun, admin: User) -> None:
    text = issue(admin, "real", list(Right), DAY).text
    assert code_of(operation.called_by(Caller(text[:-1] + ("A" if text[-1] != "A" else "B")))) == (401, "token_invalid")


@each
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_spoil(expires_at=timezone.now() - dt.timedelta(seconds=1)), "token_expired"),
        (_spoil(revoked_at=timezone.now()), "token_revoked"),
        (lambda _token: User.objects.update(is_active=False), "user_inactive"),
    ],
    ids=["expired", "revoked", "inactive"],
)
def test_token_that_counts_no_more(
    operation: Operation, spoil: Callable[[ApiToken], object], code: str, everything: ExtractionRun, admin: User
) -> None:
    made = issue(admin, "old", list(Right), DAY)
    spoil(made.token)
    assert code_of(operation.called_by(Caller(made.text))) == (401, code)


@each
def test_every_other_scope_is_not_enough(operation: Operation, everything: ExtractionRun, admin: User) -> None:
    others = [right for right in Right if right is not operation.right]
    assert code_of(operation.called_by(caller(admin, *others))) == (403, "scope_missing")


@each
@pytest.mark.parametrize("role", [*Role, None])
def test_token_can_what_its_person_can_at_this_moment(
    operation: Operation, role: Role | None, everything: ExtractionRun, admin: User
) -> None:
    made = caller(admin, operation.right)
    admin.groups.set(Group.objects.filter(name=role.value) if role else [])
    answer = operation.called_by(made)
    if role in ROLES_WITH[operation.right]:
        assert answer.status_code == operation.status
    else:
        assert code_of(answer) == (403, "role_missing")


@each
def test_other_method(operation: Operation, everything: ExtractionRun, admin: User) -> None:
    answer = caller(admin).send("DELETE", address(operation))
    assert code_of(answer) == (405, "method_not_allowed")
    assert operation.method in answer.headers["Allow"]


@each
def test_session_is_no_token(
    operation: Operation, everything: ExtractionRun, admin: User, client_of: Callable[[User], Client]
) -> None:
    path = V1 + address(operation)
    answer = client_of(admin).generic(operation.method, path, content_type="application/json")
    assert code_of(answer) == (401, "token_missing")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("POST", "/centers/"),
        ("GET", "/centers/nowhere"),
        ("GET", "/centers/%00"),
        ("GET", "/runs/0"),
        ("GET", f"/runs/{10**30}"),
        ("GET", "/runs/one"),
        ("GET", "/runs/0/centers"),
        ("POST", "/runs/0/cancel"),
        ("GET", "/slices/nowhere/2026-11-20"),
        ("GET", "/exports/0"),
        ("GET", f"/exports/{10**30}"),
        ("GET", "/exports/0/file"),
    ],
)
def test_unknown_address(method: str, path: str, everything: ExtractionRun, admin: User) -> None:
    assert code_of(caller(admin).send(method, path)) == (404, "not_found")


def test_refused_token_is_recorded(analyst: User) -> None:
    cache.clear()
    assert code_of(caller(analyst, Right.READ_RUNS).send("GET", "/centers", {})) == (403, "scope_missing")
    event = AuditEvent.objects.get(kind="refusal")
    assert (event.actor_name, event.action, event.details) == ("analyst", "access.refused", {"method": "GET"})
