"""Audit events."""

from django.contrib.auth.models import AnonymousUser, User

from dentalhub.audit import record
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
    admin.delete()
    event.refresh_from_db()
    assert (event.actor, event.actor_name) == (None, "admin")
