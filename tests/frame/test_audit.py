"""Audit events."""

import pytest
from django.contrib.auth.models import AnonymousUser, User

from dentalhub.audit import Note, record, record_each
from dentalhub.audit_verification import verify
from dentalhub.logs import about
from dentalhub.models import AuditEvent


def test_record_names_person_and_object(admin: User) -> None:
    record(admin, "user.created", admin, rows=3)
    event = AuditEvent.objects.get()
    assert (event.actor, event.actor_name, event.action, event.target, event.details) == (
        admin,
        "admin",
        "user.created",
        "auth.user:admin",
        {"rows": 3},
    )


def test_record_without_person_is_the_system(db: None) -> None:
    for nobody in (None, AnonymousUser()):
        event = record(nobody, "run.finished", "run 1")
        assert (event.actor, event.actor_name, event.target) == (None, "system", "run 1")


def test_record_outlives_the_person(admin: User) -> None:
    event = record(admin, "run.requested", "run 1")
    key = admin.pk
    admin.delete()
    event.refresh_from_db()
    assert (event.actor_id, event.actor_name) == (key, "admin")


def test_record_names_the_request(admin: User) -> None:
    with about(request_id="0123456789abcdef"):
        assert record(admin, "run.requested", "run 1").origin == "request 0123456789abcdef"


def test_record_names_the_command(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/srv/manage.py", "import_centers", "centers.yml"])
    assert record(None, "run.requested", "run 1").origin == "command import_centers"
    monkeypatch.setattr("sys.argv", ["gunicorn", "dentalhub.wsgi"])
    assert record(None, "run.requested", "run 1").origin == ""


def test_record_each_keeps_the_order(admin: User) -> None:
    made = record_each(admin, [Note("run.requested", f"run {number}", {"n": number}) for number in range(3)])
    stored = AuditEvent.objects.filter(action="run.requested").order_by("sequence")
    assert [event.target for event in stored] == ["run 0", "run 1", "run 2"]
    assert [event.sequence for event in made] == [event.sequence for event in stored]
    assert (record_each(admin, []), verify().finding) == ([], None)
