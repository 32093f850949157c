"""Failed permission checks in the audit trail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client

from centers.models import Center, DatabaseServer, Region
from dentalhub.access import Right
from dentalhub.audit_models import AuditEvent
from dentalhub.audit_refusals import MOST_A_MINUTE, note_refusal
from dentalhub.tokens import issue, revoke
from tests.scopes import sees

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """One minute, however long the test takes."""
    cache.clear()
    monkeypatch.setattr("dentalhub.rate_limit.time.time", lambda: 1_000_000_000.0)


def refusals() -> list[tuple[str, str, str, object]]:
    events = AuditEvent.objects.filter(kind="refusal").order_by("sequence")
    return [(event.action, event.actor_name, event.target, event.details) for event in events]


def test_refused_page_is_recorded_by_its_route(analyst: User, client_of: ClientOf) -> None:
    assert client_of(analyst).get("/centers/id/Meier-1970/edit/?q=Meier").status_code == 403
    assert refusals() == [("access.refused", "analyst", "route:centers:center_update", {"method": "GET"})]


def test_the_same_refusal_is_recorded_once_a_minute(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    for _attempt in range(3):
        client.get("/centers/new/")
    client.post("/centers/new/")
    assert [details for *_others, details in refusals()] == [{"method": "GET"}, {"method": "POST"}]


def test_somebody_who_tries_everything_fills_no_table(analyst: User) -> None:
    for number in range(MOST_A_MINUTE + 30):
        note_refusal(analyst, f"route_{number}", "GET")
    found = [action for action, *_others in refusals()]
    assert found == ["access.refused"] * MOST_A_MINUTE + ["access.refused_often"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/centers/id/north/", [("route:centers:center_detail", {"method": "GET", "other_region": True})]),
        ("/centers/servers/north/tls/", [("route:centers:server_tls", {"method": "GET", "other_region": True})]),
        ("/centers/id/nobody/", []),
        ("/centers/id/south/", []),
    ],
)
def test_what_is_of_another_region_is_recorded_and_what_is_not_there_is_not(
    path: str, expected: list[object], analyst: User, client_of: ClientOf
) -> None:
    for name in ("north", "south"):
        region = Region.objects.create(code=name, name=name)
        server = DatabaseServer.objects.create(code=name, region=region, host="localhost", user="x")
        Center.objects.create(center_id=name, name=name, server=server, database="d")
    sees(analyst, Region.objects.get(code="south"))
    answer = client_of(analyst).get(path)
    assert answer.status_code == (200 if path == "/centers/id/south/" else 404)
    assert [(target, details) for _action, _actor, target, details in refusals()] == expected


def test_token_that_does_not_count_is_recorded_by_its_address(analyst: User) -> None:
    made = issue(analyst, "old", [Right.READ_CENTERS], timedelta(days=1))
    revoke(made.token, analyst)
    for text in (made.text, made.text, "dh_00000000_guessed"):
        answer = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/centers")
        assert answer.status_code == 401
    assert Client(headers={"Authorization": "Bearer dh_1"}).get("/api/v1/runs").status_code == 401
    assert Client().get("/api/v1/slices").status_code == 401
    found = [(who, details) for _action, who, _target, details in refusals()]
    assert found == [
        ("system", {"method": "GET", "token": "revoked", "address": "127.0.0.1"}),
        ("system", {"method": "GET", "token": "invalid", "address": "127.0.0.1"}),
    ]


def test_strangers_and_allowed_people_are_not_recorded(admin: User, client_of: ClientOf) -> None:
    assert Client().get("/centers/new/").status_code == 302
    assert client_of(admin).get("/centers/").status_code == 200
    assert refusals() == []


def test_refusal_that_cannot_be_recorded_is_one_all_the_same(
    analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_details: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("dentalhub.audit_refusals.record", fail)
    assert client_of(analyst).get("/centers/new/").status_code == 403
