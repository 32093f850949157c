"""The content of events goes when its time is over, and the chain still verifies."""

import datetime as dt
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from dentalhub.audit import record
from dentalhub.audit_chain import ERASED
from dentalhub.audit_kinds import Kind
from dentalhub.audit_models import AuditCheck, AuditErasure, AuditEvent
from dentalhub.audit_problems import Finding, Problem
from dentalhub.audit_retention import due, erase
from dentalhub.audit_triggers import create_statements, drop_statements
from dentalhub.audit_upkeep import erase_what_is_over, verify_on
from dentalhub.audit_verification import verify
from dentalhub.checks import audit_retention_names_kinds
from tests.frame.audit_forgery import sql

NOW = timezone.now()


@pytest.fixture
def old_trail(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two years: a sign-in, a run and a decision every hundred days, with the triggers of the database."""
    cache.clear()
    with connection.cursor() as cursor:
        for statement in create_statements("sqlite"):
            cursor.execute(statement)
    for days in range(700, -1, -100):
        moment = NOW - dt.timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        for action in ("person.signed_in", "run.requested", "mapping.approved"):
            record(None, action, f"object {days}", n=days)
    monkeypatch.undo()
    yield
    with connection.cursor() as cursor:
        for statement in drop_statements("sqlite"):
            cursor.execute(statement)


def test_due_says_what_is_over(old_trail: None) -> None:
    assert [(item.kind, item.count) for item in due(NOW)] == [(Kind.SIGN_IN, 4)]
    with override_settings(AUDIT_RETENTION_DAYS={"sign_in": 0, "run": 150}):
        assert [(item.kind, item.count) for item in due(NOW)] == [(Kind.RUN, 6)]


def test_erased_content_leaves_a_chain_that_verifies(old_trail: None) -> None:
    (item,) = due(NOW)
    assert erase(item) == 4
    gone = list(AuditEvent.objects.filter(erased=True).order_by("sequence"))
    assert [event.sequence for event in gone] == [1, 4, 7, 10]
    assert {(event.content == ERASED, bytes(event.salt), event.action) for event in gone} == {
        (True, b"", "person.signed_in")
    }
    claim = AuditEvent.objects.order_by("-sequence").first()
    assert claim is not None
    assert (claim.action, claim.details["kind"], claim.details["events"]) == ("trail.erased", "sign_in", 4)
    assert verify().finding is None
    assert due(NOW) == []


def test_longer_retention_later_changes_nothing(old_trail: None) -> None:
    erase(due(NOW)[0])
    with override_settings(AUDIT_RETENTION_DAYS={"sign_in": 3650}):
        assert (verify().finding, due(NOW)) == (None, [])


def test_content_that_was_emptied_by_hand_is_found(old_trail: None) -> None:
    """The row that the triggers ask for can be written by anybody who may write; the event of the trail cannot."""
    erase(due(NOW)[0])
    AuditErasure.objects.update_or_create(kind="run", defaults={"before": NOW})
    sql(
        "UPDATE dentalhub_audit_event SET erased = 1, actor_id = NULL, actor_name = '', target = '', origin = '',"
        " details = '{}', salt = X'' WHERE sequence = 5"
    )
    assert verify().finding == Finding(5, Problem.ERASED)


def test_forged_claim_proves_nothing(old_trail: None) -> None:
    erase(due(NOW)[0])
    with connection.cursor() as cursor:
        for statement in drop_statements("sqlite"):
            cursor.execute(statement)
    sql("""UPDATE dentalhub_audit_event SET details = '{"before":"2999-01-01T00:00:00.000000Z","events":4,"kind":"run"}'
        WHERE action = 'trail.erased'""")
    assert verify().finding == Finding(1, Problem.ERASED)


def test_command_says_and_erases(old_trail: None) -> None:
    output = StringIO()
    call_command("erase_audit", "--dry-run", stdout=output)
    assert output.getvalue().startswith("sign-ins: 4 from before ")
    assert not AuditEvent.objects.filter(erased=True).exists()
    call_command("erase_audit", stdout=output)
    assert AuditEvent.objects.filter(erased=True).count() == 4
    output = StringIO()
    call_command("erase_audit", stdout=output)
    assert output.getvalue() == "Nothing to erase.\n"


def test_workers_erase_once_a_day(old_trail: None) -> None:
    assert (erase_what_is_over(), erase_what_is_over()) == (4, 0)


def test_workers_verify_piece_by_piece(
    old_trail: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dentalhub.audit_upkeep.EVENTS_AT_ONCE", 10)
    monkeypatch.setattr("dentalhub.audit_verification.AT_ONCE", 10)
    places = [verify_on() for _number in range(4)]
    assert [place.sequence for place in places] == [10, 20, 24, 24]
    last = places[-1]
    assert (last.verified_to, last.problem) == (24, "")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert '"sequence":24' in caplog.text
    sql("DROP TRIGGER audit_event_no_update")
    sql("UPDATE dentalhub_audit_event SET target = 'x' WHERE sequence = 3")
    # Behind the walk until the next day.
    assert verify_on().problem == ""
    AuditCheck.objects.update(began_at=NOW - dt.timedelta(days=2), verified_at=NOW - dt.timedelta(days=1))
    found = [verify_on(), verify_on()]
    assert [(check.problem, check.problem_at) for check in found] == [("changed", 3)] * 2
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


def test_forged_place_begins_anew(old_trail: None) -> None:
    verify_on()
    AuditCheck.objects.update(sequence=23, hash=b"x" * 32)
    sql("DROP TRIGGER audit_event_no_update")
    sql("UPDATE dentalhub_audit_event SET target = 'x' WHERE sequence = 3")
    assert (verify_on().problem_at, verify_on().sequence) == (3, 2)


def test_misspelled_kind_is_an_error() -> None:
    assert audit_retention_names_kinds() == []
    with override_settings(AUDIT_RETENTION_DAYS={"signin": 1, "run": -1, "export": 5, "chain": 1}):
        assert [error.id for error in audit_retention_names_kinds()] == ["dentalhub.E020"] * 3
