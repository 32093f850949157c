"""`list_breakers` and `reset_breaker`."""

import json
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from dentalhub.models import AuditEvent
from extraction.breaker_models import Breaker
from extraction.breakers import Gate
from tests.extraction.breaker_tasks import centers_on, fails, server, tasks_of


@pytest.fixture
def shut(db: None) -> None:
    """A server whose login is refused, a center that is not readable, and a server that failed once."""
    first, second, third = (centers_on(server(number), [number])[0] for number in (1, 2, 3))
    gate = Gate.of(tasks_of([first, second, third]))
    gate.note([fails(first, "login_failed"), *[fails(second, "permission_denied")] * 3, fails(third, "refused")])


def _call(name: str, *arguments: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command(name, *arguments, stdout=output)
    except CommandError as error:
        return error.returncode, output.getvalue() + str(error)
    return 0, output.getvalue()


def test_list_shows_what_is_left_alone(shut: None) -> None:
    code, text = _call("list_breakers")
    head, *rows = text.splitlines()
    assert code == 0
    assert head.split()[:3] == ["KEY", "STATE", "FAILURES"]
    assert [row.split()[:3] for row in rows] == [["server:server-1", "open", "1"], ["center:center_02", "open", "3"]]
    assert rows[0].endswith("login failed")


def test_list_as_json(shut: None) -> None:
    found = json.loads(_call("list_breakers", "--json")[1])
    row = Breaker.objects.get(server__code="server-1")
    assert row.opened_at is not None
    assert row.next_probe_at is not None
    assert found[0] == {
        "key": "server:server-1",
        "scope": "server",
        "state": "open",
        "failures": 1,
        "since": row.opened_at.isoformat(),
        "next_try": row.next_probe_at.isoformat(),
        "cause": "login_failed",
        "message": "It failed: login_failed.",
    }
    assert [item["key"] for item in found] == ["server:server-1", "center:center_02"]


def test_list_of_nothing_says_so(db: None) -> None:
    assert _call("list_breakers") == (0, "No server and no center is left alone.\n")
    assert json.loads(_call("list_breakers", "--json")[1]) == []


def test_reset_closes_one_and_is_audited(shut: None, admin: User) -> None:
    code, text = _call("reset_breaker", "server:server-1", "--as", "admin")
    assert (code, text) == (0, "The next run tries server:server-1 again.\n")
    assert [row.name for row in Breaker.objects.exclude(opened_at=None)] == ["center:center_02"]
    event = AuditEvent.objects.get(action="breaker.reset")
    assert (event.actor, event.details) == (admin, {"cause": "login_failed", "failures": 1})
    assert event.target.startswith("centers.databaseserver:server-1")


def test_reset_of_a_center_names_the_system_without_a_person(shut: None) -> None:
    assert _call("reset_breaker", "center:center_02")[0] == 0
    event = AuditEvent.objects.get(action="breaker.reset")
    assert (event.actor, event.actor_name, event.target) == (None, "system", "centers.center:center_02 Praxis 2")


def test_reset_of_all(shut: None) -> None:
    assert _call("reset_breaker", "--all") == (0, "The next run tries 2 servers and centers again.\n")
    assert AuditEvent.objects.filter(action="breaker.reset").count() == 2
    # What only failed once is not open: its count stays.
    assert [(row.name, row.failures) for row in Breaker.objects.all()] == [("server:server-3", 1)]


def test_reset_of_a_closed_one_says_so(shut: None) -> None:
    assert _call("reset_breaker", "server:server-3") == (0, "server:server-3 was not left alone.\n")
    assert not AuditEvent.objects.filter(action="breaker.reset").exists()


@pytest.mark.parametrize("key", ["server:nothing", "center:nothing", "center_02", "region:germany", ""])
def test_reset_of_an_unknown_key_is_bad_usage(shut: None, key: str) -> None:
    code, text = _call("reset_breaker", key)
    assert code == 2
    assert "server:CODE" in text


@pytest.mark.parametrize("arguments", [(), ("server:server-1", "--all")])
def test_reset_needs_a_key_or_all(shut: None, arguments: tuple[str, ...]) -> None:
    assert _call("reset_breaker", *arguments)[0] != 0
    assert Breaker.objects.exclude(opened_at=None).count() == 2


def test_reset_by_an_unknown_person_is_bad_usage(shut: None) -> None:
    assert _call("reset_breaker", "--all", "--as", "nobody")[0] == 2
    assert Breaker.objects.exclude(opened_at=None).count() == 2
