"""The command that brings in the first admin."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from dentalhub.models import AuditEvent
from tests.centers.people_makers import make_person, regions, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_regions() -> None:
    """Germany and Austria."""
    regions()


def _run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_person", *arguments, stdout=out)
    return out.getvalue()


def _typing(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    answers: Iterator[str] = iter(texts)
    monkeypatch.setattr("centers.management.commands.create_person.getpass", lambda _prompt: next(answers))


def test_link_lets_the_first_admin_in(settings: Any) -> None:
    settings.PUBLIC_URL = "https://dentalhub.example.org"
    printed = _run("boss", "--role", "admin", "--all-regions", "--email", "Boss@example.org")
    (path,) = re.findall(r"^https://dentalhub\.example\.org(/accounts/link/\?key=\S+)$", printed, re.MULTILINE)
    boss = User.objects.get()
    assert state_of(boss) == (True, False, False, ["admin"], ["*"])
    assert boss.email == "boss@example.org"
    client = Client()
    client.get(path)
    chosen = "a quiet brook in winter"
    client.post("/accounts/choose-password/", {"new_password1": chosen, "new_password2": chosen})
    assert authenticate(username="boss", password=chosen) == boss
    events = AuditEvent.objects.order_by("pk").values_list("action", "actor_name")
    assert list(events) == [
        ("person.created", "system"),
        ("person.link_made", "system"),
        ("person.password_chosen", "boss"),
    ]


def test_several_roles_and_regions() -> None:
    _run("anna", "--role", "analyst", "--role", "reviewer", "--region", "germany", "--region", "austria")
    assert state_of(User.objects.get())[3:] == (["reviewer", "analyst"], ["austria", "germany"])


def test_password_is_asked_for_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    _typing(monkeypatch, "a quiet brook in winter", "a quiet brook in winter")
    printed = _run("boss", "--role", "admin", "--all-regions", "--ask-password")
    assert printed == "boss was created and may sign in.\n"
    assert authenticate(username="boss", password="a quiet brook in winter") is not None
    assert not User.objects.get().password_links.filter(used_at=None).exists()


@pytest.mark.parametrize("typed", [("short", "short"), ("a quiet brook in winter", "a quiet brook in summer")])
def test_password_that_cannot_be_taken_creates_nobody(typed: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    _typing(monkeypatch, *typed)
    with pytest.raises(CommandError) as caught:
        _run("boss", "--role", "admin", "--all-regions", "--ask-password")
    assert caught.value.returncode == 2
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bert", "--role", "admin", "--region", "atlantis"), "Regions: Select a valid choice."),
        (("Bert Müller", "--role", "admin", "--all-regions"), "Username: Use small letters"),
        (("ANNA", "--role", "admin", "--all-regions"), "Somebody has this name already."),
        (
            ("bert", "--role", "admin", "--all-regions", "--email", "ANNA@example.org"),
            "Somebody else has this address.",
        ),
        (("bert", "--role", "admin", "--all-regions", "--email", "x"), "E-mail address: Enter a valid email"),
        (("bert", "--role", "king", "--all-regions"), "invalid choice"),
        (("bert", "--role", "admin"), "required"),
        (("bert", "--all-regions"), "required"),
    ],
)
def test_bad_arguments(arguments: tuple[str, ...], message: str) -> None:
    make_person("anna", email="anna@example.org")
    with pytest.raises(CommandError, match=re.escape(message)) as caught:
        _run(*arguments)
    assert caught.value.returncode in {1, 2}
    assert User.objects.count() == 1
