"""Guessing passwords: how often, for whom it counts, and what it costs others."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory

from dentalhub import client_address
from dentalhub.models import AuditEvent
from dentalhub.sign_in.limited_attempts import MOST_A_MINUTE, note_limited
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.frame.frame_urls")]
WRONG = "not-that-one"
LOGIN = "/accounts/login/"
TOO_MANY = "Too many failed attempts. Please try again in a few minutes."


@pytest.fixture(autouse=True)
def no_counted_attempts() -> Iterator[None]:
    """Names and addresses come again from test to test, and so would their counts."""
    cache.clear()
    yield
    cache.clear()


def attempt(name: str, password: str = WRONG, address: str = "203.0.113.7") -> str:
    answer = Client(REMOTE_ADDR=address).post(LOGIN, {"login": name, "password": password})
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_the_sixth_attempt_for_a_name_is_refused_even_with_the_right_password(analyst: User) -> None:
    pages = [attempt("analyst", address=f"203.0.113.{number}") for number in range(5)]
    assert not any(TOO_MANY in page for page in pages)
    assert TOO_MANY in attempt("analyst", PASSWORD, "203.0.113.99")


def test_names_that_do_not_exist_are_counted_like_others(db: None) -> None:
    for number in range(5):
        assert TOO_MANY not in attempt("nobody", address=f"203.0.113.{number}")
    assert TOO_MANY in attempt("nobody", address="203.0.113.99")


def test_an_address_that_tries_many_names_is_refused_and_others_are_not(analyst: User) -> None:
    for number in range(10):
        attempt(f"name{number}")
    assert TOO_MANY in attempt("analyst", PASSWORD)
    assert attempt("analyst", PASSWORD, "198.51.100.1") == "in"


def limited() -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(action="person.sign_in_limited").order_by("sequence")
    return [(event.target, event.details["address"]) for event in events]


def test_refused_attempts_are_recorded_once_in_a_while_for_a_person(analyst: User) -> None:
    for number in range(9):
        attempt("analyst", address=f"203.0.113.{number}")
    assert limited() == [("auth.user:analyst", "203.0.113.5")]


def test_refused_attempts_of_an_address_are_recorded_without_what_was_typed(db: None) -> None:
    for number in range(14):
        attempt(f"my-password-{number}")
    assert limited() == [("auth.user:unknown", "203.0.113.7")]
    assert "my-password" not in str(list(AuditEvent.objects.values_list("target", "details")))


def test_refused_attempts_from_everywhere_fill_no_table(
    db: None, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dentalhub.rate_limit.time.time", lambda: 1_800_000_000.0)
    for number in range(MOST_A_MINUTE + 5):
        note_limited(rf.post(LOGIN, REMOTE_ADDR=f"198.51.100.{number}"), {"username": "nobody"})
    assert len(limited()) == MOST_A_MINUTE


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(analyst: User) -> None:
    pages = [attempt("analyst"), attempt("nobody"), attempt("nobody@example.org")]
    messages = [page.split('role="alert"')[1].split("</div>")[0] for page in pages]
    assert messages[0] == messages[1] == messages[2]


def test_a_made_up_forwarded_address_does_not_help(analyst: User) -> None:
    for number in range(10):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        Client(REMOTE_ADDR="203.0.113.7").post(LOGIN, {"login": f"n{number}", "password": "x"}, headers=headers)
    assert TOO_MANY in attempt("analyst", PASSWORD)


def test_people_behind_a_trusted_proxy_are_counted_apart(analyst: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = client_address.networks(["203.0.113.7"])
    for number in range(10):
        headers = {"X-Forwarded-For": "198.51.100.1"}
        Client(REMOTE_ADDR="203.0.113.7").post(LOGIN, {"login": f"n{number}", "password": "x"}, headers=headers)
    headers = {"X-Forwarded-For": "198.51.100.2"}
    answer = Client(REMOTE_ADDR="203.0.113.7").post(LOGIN, {"login": "analyst", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 302


def test_sign_in_by_the_e_mail_address(analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(email="anna@example.org")
    assert attempt("Anna@Example.org", PASSWORD) == "in"


def test_an_inactive_person_does_not_get_in(analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    answer = Client().post(LOGIN, {"login": "analyst", "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/inactive/"
    assert "This account is switched off" in Client().get("/accounts/inactive/").content.decode()


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/set/", "confirm-email/", "2fa/"])
def test_pages_of_allauth_that_nobody_needs_do_not_exist(path: str, analyst: User) -> None:
    client = Client()
    client.force_login(analyst)
    assert client.get(f"/accounts/{path}").status_code == 404
