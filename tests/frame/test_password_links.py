"""One-time links: chosen with, once, by whoever has them, while they count."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dentalhub.link_models import PasswordLink
from dentalhub.models import AuditEvent
from dentalhub.password_links import DeadLinkError, NewLink, issue, judge, revoke, use
from dentalhub.session_ending import BATCH, end_sessions
from tests.conftest import PASSWORD

SignIn = Callable[[User], Client]
CHOOSE = "/accounts/choose-password/"
CHOSEN = "a quiet brook in winter"
FORM = {"new_password1": CHOSEN, "new_password2": CHOSEN}


@pytest.fixture
def made(analyst: User) -> NewLink:
    return issue(analyst)


def _older(link: PasswordLink, hours: int) -> None:
    PasswordLink.objects.filter(pk=link.pk).update(expires_at=link.expires_at - dt.timedelta(hours=hours))


def test_secret_is_returned_once_and_stored_nowhere(made: NewLink) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made.secret)
    assert made.path == f"/accounts/link/?key={made.secret}"
    for row in (*PasswordLink.objects.values(), *AuditEvent.objects.values()):
        assert made.secret not in str(row)
    assert judge(made.secret) == made.link


def test_link_counts_for_the_hours_of_the_setting(analyst: User, settings: Any) -> None:
    settings.PASSWORD_LINK_HOURS = 3
    left = issue(analyst).link.expires_at - timezone.now()
    assert abs(left - dt.timedelta(hours=3)) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("secret", ["", "x", "ä" * 43, "x" * 101, "x" * 1_000_000])
def test_wrong_secret_is_no_link(made: NewLink, secret: str) -> None:
    assert judge(secret) is None


def test_new_link_ends_the_earlier_one(made: NewLink, analyst: User) -> None:
    newer = issue(analyst)
    assert (judge(made.secret), judge(newer.secret)) == (None, newer.link)


def test_link_of_somebody_else_is_left_alone(made: NewLink, reviewer: User) -> None:
    issue(reviewer)
    assert judge(made.secret) == made.link


def test_link_dies_with_its_time_its_person_or_when_revoked(made: NewLink, analyst: User) -> None:
    _older(made.link, 49)
    assert judge(made.secret) is None
    _older(made.link, -49)
    assert judge(made.secret) == made.link
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert judge(made.secret) is None
    User.objects.filter(pk=analyst.pk).update(is_active=True)
    assert (revoke(analyst), revoke(analyst)) == (True, False)
    assert judge(made.secret) is None


def test_link_is_used_once(made: NewLink, analyst: User) -> None:
    assert use(made.link, CHOSEN) == analyst
    with pytest.raises(DeadLinkError):
        use(made.link, "another one that is long")
    assert authenticate(username="analyst", password=CHOSEN) == analyst
    events = AuditEvent.objects.values_list("action", "actor_name", "target", "details")
    assert list(events) == [("person.password_chosen", "analyst", "auth.user:analyst", {})]


def test_first_visit_takes_the_secret_out_of_the_address(made: NewLink, client: Client) -> None:
    answer = client.get(made.path)
    assert (answer.status_code, answer.headers["Location"]) == (302, CHOOSE)
    assert "no-store" in answer.headers["Cache-Control"]
    assert made.secret not in str(list(client.session.items()))
    page = client.get(CHOOSE)
    assert "no-store" in page.headers["Cache-Control"]
    assert made.secret not in page.content.decode()
    # Looking used nothing up.
    assert judge(made.secret) == made.link


def test_person_chooses_a_password_and_signs_in(made: NewLink, client: Client, analyst: User) -> None:
    client.get(made.path)
    answer = client.post(CHOOSE, FORM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")
    assert "_auth_user_id" not in client.session
    assert "Your password is set." in client.get("/accounts/login/").content.decode()
    assert client.login(username="analyst", password=CHOSEN)
    for again in (client.get(made.path), client.get(CHOOSE), client.post(CHOOSE, FORM)):
        assert again.status_code == 410
        assert "This link counts no more" in again.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"new_password1": "short", "new_password2": "short"},
        {"new_password1": "analyst", "new_password2": "analyst"},
        {"new_password2": "a quiet brook in summer"},
        {"new_password1": "", "new_password2": ""},
        {"new_password1": "1234567890123", "new_password2": "password1234"},
    ],
)
def test_password_that_cannot_be_taken_leaves_the_link(made: NewLink, client: Client, change: dict[str, str]) -> None:
    client.get(made.path)
    answer = client.post(CHOOSE, FORM | change)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert judge(made.secret) == made.link
    assert authenticate(username="analyst", password=PASSWORD) is not None


def test_without_a_link_there_is_nothing_to_choose(client: Client, db: None) -> None:
    for answer in (client.get("/accounts/link/"), client.get("/accounts/link/?key=x"), client.post(CHOOSE, FORM)):
        assert answer.status_code == 410
    assert client.post("/accounts/link/").status_code == 405
    assert client.put(CHOOSE).status_code == 405


def test_link_that_died_while_the_form_was_open_is_refused(made: NewLink, client: Client, analyst: User) -> None:
    client.get(made.path)
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert client.post(CHOOSE, FORM).status_code == 410
    User.objects.filter(pk=analyst.pk).update(is_active=True)
    assert authenticate(username="analyst", password=PASSWORD) == analyst


def test_link_of_one_person_sets_no_password_of_another(made: NewLink, client: Client, reviewer: User) -> None:
    client.get(made.path)
    client.post(CHOOSE, FORM | {"user": str(reviewer.pk), "username": "reviewer", "pk": str(reviewer.pk)})
    assert authenticate(username="reviewer", password=CHOSEN) is None
    assert authenticate(username="analyst", password=CHOSEN) is not None


def test_whoever_was_signed_in_is_signed_out(made: NewLink, client_of: SignIn, admin: User, analyst: User) -> None:
    theirs, here = client_of(analyst), client_of(admin)
    here.get(made.path)
    here.post(CHOOSE, FORM)
    for client in (theirs, here):
        assert client.get("/").status_code == 302


def test_sessions_of_one_person_end_and_no_others(
    client_of: SignIn, admin: User, analyst: User, reviewer: User
) -> None:
    first, second, other = client_of(analyst), client_of(analyst), client_of(reviewer)
    assert end_sessions(admin) == 0
    assert end_sessions(analyst) == 2
    assert [client.get("/").status_code for client in (first, second, other)] == [302, 302, 200]


def test_sessions_are_found_beyond_the_first_batch(
    client_of: SignIn, analyst: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BATCH > 1
    monkeypatch.setattr("dentalhub.session_ending.BATCH", 2)
    clients = [client_of(user) for user in (analyst, reviewer, analyst, reviewer, analyst)]
    assert end_sessions(analyst) == 3
    assert [client.get("/").status_code for client in clients] == [302, 200, 302, 200, 302]
