"""The pages of the audit trail."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from centers.models import Region
from centers.scope_changes import set_scope
from dentalhub.access import Role
from dentalhub.audit import record
from dentalhub.audit_filter import EventFilter, page, walk
from dentalhub.audit_models import AuditCheck, AuditEvent
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PAGE = "/audit/"


@pytest.fixture
def auditor() -> User:
    person = User.objects.create_user("auditor", password=PASSWORD)
    person.groups.add(Group.objects.get_or_create(name=Role.AUDITOR.value)[0])
    set_scope(person, all_regions=True)
    return person


@pytest.fixture
def three(auditor: User) -> list[AuditEvent]:
    """After what the fixtures recorded."""
    return [
        record(auditor, "center.paused", "centers.center:c1 Müller", region="nord", changes={"state": ["a", "b"]}),
        record(None, "snapshot.failed", "center:c2", region="sued", reason="login failed"),
        record(None, "server.changed", "server kiel", changes={"credential": "changed"}),
    ]


def shown(response: Any) -> list[int]:
    return [row.event.sequence for row in response.context["rows"]]


def test_auditor_and_admin_see_the_trail(
    three: list[AuditEvent], auditor: User, admin: User, client_of: ClientOf
) -> None:
    for person in (auditor, admin):
        response = client_of(person).get(PAGE)
        assert response.status_code == 200
        assert shown(response)[:3] == [event.sequence for event in reversed(three)]
    assert "center paused" in response.text


def test_ladder(three: list[AuditEvent], reviewer: User, analyst: User, auditor: User, client_of: ClientOf) -> None:
    for address in (PAGE, f"{PAGE}1/"):
        assert Client().get(address).status_code == 302
        assert [client_of(person).get(address).status_code for person in (reviewer, analyst)] == [403, 403]
        assert client_of(auditor).post(address).status_code == 405
    assert client_of(auditor).get(f"{PAGE}export/").status_code == 405
    assert client_of(reviewer).post(f"{PAGE}export/", {"format": "csv"}).status_code == 403
    assert client_of(auditor).get(f"{PAGE}999999/").status_code == 404
    assert client_of(auditor).get(PAGE, {"since": "yesterday"}).status_code == 422
    assert client_of(auditor).get(PAGE, {"before": "x"}).status_code == 200
    assert client_of(auditor).post(f"{PAGE}export/", {"format": "exe"}).status_code == 404
    fragment = client_of(auditor).get(PAGE, headers={"HX-Request": "true"})
    assert fragment.text.startswith('<div id="event-table">')


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(auditor: User, client_of: ClientOf, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        record(None, "run.requested", f"run {number}")
    client = client_of(auditor)
    client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE, {"action": "run.requested"})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "discovery"}, [1]),
        ({"action": "center.paused"}, [0]),
        ({"actor_name": "auditor", "kind": "configuration"}, [0]),
        ({"target": "server kiel"}, [2]),
        ({"region": "sued"}, [1]),
        ({"text": "Müller"}, [0]),
        ({"text": "LOGIN FAILED"}, [1]),
        ({"kind": "configuration", "text": "server"}, [2]),
        ({"until": "2020-01-01"}, []),
        ({"target": "server kiel", "kind": "discovery"}, []),
    ],
)
def test_filter(
    three: list[AuditEvent], auditor: User, client_of: ClientOf, query: dict[str, str], expected: list[int]
) -> None:
    response = client_of(auditor).get(PAGE, query)
    assert shown(response) == [three[place].sequence for place in expected]


def test_days_are_included(three: list[AuditEvent], auditor: User, client_of: ClientOf) -> None:
    day = timezone.localdate()
    query = {"action": "snapshot.failed", "since": day.isoformat(), "until": day.isoformat()}
    assert shown(client_of(auditor).get(PAGE, query)) == [three[1].sequence]
    query["since"] = query["until"] = (day - dt.timedelta(days=1)).isoformat()
    assert shown(client_of(auditor).get(PAGE, query)) == []


def test_person_of_one_region_sees_that_one(three: list[AuditEvent], auditor: User, client_of: ClientOf) -> None:
    region = Region.objects.create(code="nord", name="Nord")
    set_scope(auditor, regions=[region])
    client = client_of(auditor)
    assert shown(client.get(PAGE)) == [three[0].sequence]
    statuses = [client.get(f"{PAGE}{event.sequence}/").status_code for event in three]
    assert statuses == [200, 404, 404]
    lines = client.post(f"{PAGE}export/", {"format": "jsonl"}).getvalue().splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [three[0].sequence]


def test_pages_follow_each_other(auditor: User) -> None:
    made = [record(None, "run.requested", f"run {number}").sequence for number in range(7)]
    wanted = EventFilter(action="run.requested")
    first = page(wanted, None, 3)
    second = page(wanted, None, 3, before=first.older)
    third = page(wanted, None, 3, before=second.older)
    found = [[event.sequence for event in part.events] for part in (first, second, third)]
    assert found == [made[:-4:-1], made[3:0:-1], made[:1]]
    assert third.older == 0
    assert [event.sequence for event in walk(wanted, None, 2)] == made[::-1]


def test_search_stops_after_so_many_events_and_goes_on(auditor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dentalhub.audit_filter.LOOKED_AT", 4)
    made = [record(None, "run.requested", f"run {number}").sequence for number in range(10)]
    wanted = EventFilter(action="run.requested", text="run 3")
    first = page(wanted, None, 3)
    assert (first.events, first.older, first.looked_back_to is None) == ([], made[5], False)
    second = page(wanted, None, 3, before=first.older)
    assert [event.sequence for event in second.events] == [made[3]]
    assert [event.sequence for event in walk(wanted, None)] == [made[3]]


def test_detail_shows_before_and_after(three: list[AuditEvent], auditor: User, client_of: ClientOf) -> None:
    text = client_of(auditor).get(f"{PAGE}{three[0].sequence}/").text
    assert '<td class="mono wrap-text">a</td><td class="mono wrap-text">b</td>' in text
    assert "<h2>What changed</h2>" in text
    secret = client_of(auditor).get(f"{PAGE}{three[2].sequence}/").text
    assert "secret, changed" in secret


def test_objects_are_named_in_words(auditor: User, client_of: ClientOf) -> None:
    region = Region.objects.create(code="tyrol", name="Tyrol", time_zone="Europe/Vienna")
    made = [record(None, "region.created", region), record(None, "run.requested", "run 3")]
    assert str(made[0].target) == f"centers.region:{region}"
    text = client_of(auditor).get(PAGE).text
    assert f'<span class="muted">Region</span> {region}</td>' in text
    assert ">run 3</td>" in text
    detail = client_of(auditor).get(f"{PAGE}{made[0].sequence}/").text
    assert f'?target=centers.region%3A{region}"><span class="muted">Region</span> {region}</a>' in detail


def test_export_is_recorded_first(three: list[AuditEvent], auditor: User, client_of: ClientOf) -> None:
    record(None, "run.requested", "=HYPERLINK(1)")
    response = client_of(auditor).post(f"{PAGE}export/", {"format": "csv", "text": "HYPERLINK"})
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert (len(lines), lines[0].split(";")[:3]) == (2, ["number", "time", "kind"])
    assert "'=HYPERLINK(1)" in lines[1]
    event = AuditEvent.objects.get(action="trail.exported")
    assert event.details == {"format": "csv", "has_text": True, "regions": None}
    assert event.actor_name == "auditor"


def test_page_says_how_far_the_trail_was_verified(auditor: User, client_of: ClientOf) -> None:
    client = client_of(auditor)
    assert "Not verified yet." in client.get(PAGE).text
    AuditCheck.objects.create(id=1, hash=b"", seal=b"", verified_to=7, verified_at=timezone.now())
    assert "Verified up to event 7 at" in client.get(PAGE).text
    AuditCheck.objects.update(problem="changed", problem_at=3)
    assert "Event 3: It is not what was written." in client.get(PAGE).text
