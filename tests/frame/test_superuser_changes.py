"""Nobody becomes a superuser without an event."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from dentalhub.audit_models import AuditEvent

pytestmark = pytest.mark.django_db


def events() -> list[tuple[str, str, str]]:
    found = AuditEvent.objects.filter(action__startswith="person.superuser").order_by("sequence")
    return [(event.action, event.actor_name, event.target) for event in found]


def test_command_that_makes_one_is_recorded() -> None:
    call_command("createsuperuser", username="root", email="", interactive=False)
    assert events() == [("person.superuser_made", "system", "auth.user:root")]


def test_change_of_the_flag_is_recorded_once_each_way(analyst: User) -> None:
    for wanted in (True, True, False):
        analyst.is_superuser = wanted
        analyst.save()
    assert [action for action, *_others in events()] == ["person.superuser_made", "person.superuser_ended"]


def test_other_changes_are_none(analyst: User) -> None:
    analyst.first_name = "Anna"
    analyst.save()
    analyst.is_superuser = True
    analyst.save(update_fields=["first_name"])
    assert events() == []
    assert User.objects.get().is_superuser is False
