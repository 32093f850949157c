"""Connection tests of pages and of the command: how many in a minute, and what the audit trail keeps of them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django import Settings

from centers import asked_tests
from centers.asked_tests import TooManyTestsError, ask_test, count_attempt
from centers.connection_report import ConnectionReport, Outcome, Step, StepResult
from centers.management.commands import test_connection
from centers.server_spec import ServerSpec
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center, make_server

pytestmark = pytest.mark.django_db
FAILED = ConnectionReport(
    (StepResult(Step.DNS, Outcome.OK, 1), StepResult(Step.LOGIN, Outcome.FAILED, 2, "Refused.", "login_failed"))
)


@pytest.fixture(autouse=True)
def climbed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[str]:
    """Hosts that were asked; three tests a minute are allowed, and the minute does not end."""
    cache.clear()
    hosts: list[str] = []

    def climb(spec: ServerSpec, _database: str | None) -> ConnectionReport:
        hosts.append(spec.host)
        return FAILED

    monkeypatch.setattr(asked_tests, "climb", climb)
    monkeypatch.setattr(test_connection, "climb", climb)
    monkeypatch.setattr("dentalhub.rate_limit.time.time", lambda: 1_000_020.0)
    settings.CONNECTION_TESTS_PER_MINUTE = 3
    return hosts


def test_test_is_recorded_with_its_class_and_without_a_secret(admin: User) -> None:
    server = make_server()
    assert ask_test(admin, server, None, server) is FAILED
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.target) == (
        admin,
        "connection.tested",
        "centers.databaseserver:berlin (localhost:1433)",
    )
    assert event.details == {
        "server": "berlin",
        "host": "localhost",
        "port": 1433,
        "result": "login_failed",
        "step": "login",
    }


def test_fourth_test_of_a_person_in_a_minute_sends_nothing(admin: User, reviewer: User, climbed: list[str]) -> None:
    servers = [make_server(f"server-{number}", port=50_000 + number) for number in range(4)]
    for server in servers[:3]:
        ask_test(admin, server, None, server)
    with pytest.raises(TooManyTestsError) as caught:
        ask_test(admin, servers[3], None, servers[3])
    assert str(caught.value) == "Too many connection tests. Try again in 60 seconds."
    assert (len(climbed), AuditEvent.objects.count()) == (3, 3)
    # Somebody else may.
    assert ask_test(reviewer, servers[3], None, servers[3]) is FAILED


def test_fourth_test_of_a_server_in_a_minute_is_refused_for_everybody(
    admin: User, reviewer: User, climbed: list[str]
) -> None:
    server = make_server()
    for person in (admin, admin, reviewer):
        ask_test(person, server, None, server)
    server.host = "LOCALHOST"
    with pytest.raises(TooManyTestsError):
        ask_test(reviewer, server, None, server)
    assert len(climbed) == 3


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_page_says_that_it_was_one_test_too_many(
    client_of: Callable[[User], Client], admin: User, headers: dict[str, str], climbed: list[str]
) -> None:
    center = make_center("c1")
    for _test in range(3):
        count_attempt(admin, center.server)
    client = client_of(admin)
    response = client.post("/centers/id/c1/test/", headers=headers)
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert "Too many connection tests. Try again in 60 seconds." in response.content.decode()
    fields = {"name": "N", "city": "", "server": str(center.server.pk), "database": "DB", "adapter": "ivoris"}
    response = client.post("/centers/id/c1/edit/", {**fields, "action": "test"}, headers=headers)
    assert response.status_code == 429
    assert "Too many connection tests." in response.content.decode()
    assert climbed == []


def test_command_records_each_test_and_is_not_limited(climbed: list[str]) -> None:
    for number in range(5):
        make_center(f"c{number}")
    with pytest.raises(CommandError, match="5 centers failed"):
        call_command("test_connection", "--all")
    assert len(climbed) == 5
    events = AuditEvent.objects.filter(action="connection.tested", actor_name="system").order_by("pk")
    assert [event.target for event in events] == [f"centers.center:c{number} Praxis Müller" for number in range(5)]
