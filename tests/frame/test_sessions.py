"""How long a session lasts, and ending it from elsewhere."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from dentalhub.access import Right
from dentalhub.models import AuditEvent
from dentalhub.reauthentication import SESSION_KEY
from dentalhub.sign_in.session_times import ACTIVE, BEGUN
from dentalhub.tokens import issue, judge
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.frame.frame_urls")]
SignIn = Callable[[User], Client]
LOGIN, ACCOUNT = "/accounts/login/", "/accounts/"
AUTOMATIC = {"HX-Request": "true", "HX-Automatic": "true"}


@pytest.fixture(autouse=True)
def no_counted_attempts() -> None:
    """None of the test before."""
    cache.clear()


def browser(user: User, agent: str = "Firefox") -> Client:
    client = Client(headers={"user-agent": agent})
    assert client.post(LOGIN, {"login": user.username, "password": PASSWORD}).status_code == 302
    return client


def age(client: Client, **seconds_ago: int | None) -> None:
    session = client.session
    for name, seconds in seconds_ago.items():
        if seconds is None:
            del session[name]
        else:
            session[name] = int(time.time()) - seconds
    session.save()


@pytest.mark.parametrize(
    ("clocks", "status"),
    [
        ({ACTIVE: 1790}, 200),
        ({ACTIVE: 1800}, 302),
        ({BEGUN: 43190}, 200),
        ({BEGUN: 43200}, 302),
        ({BEGUN: None}, 302),
        ({ACTIVE: None}, 302),
    ],
)
def test_a_session_ends_when_its_time_is_over(analyst: User, clocks: dict[str, int | None], status: int) -> None:
    client = browser(analyst)
    age(client, **clocks)
    assert client.get("/runs/").status_code == status


def test_the_end_is_said_and_recorded_and_the_session_is_gone(analyst: User) -> None:
    client = browser(analyst)
    key = client.session.session_key
    age(client, **{ACTIVE: 3600})
    page = client.get("/runs/", follow=True)
    assert page.redirect_chain == [("/accounts/login/?next=/runs/", 302)]
    assert "because nothing had happened for a while" in page.content.decode()
    event = AuditEvent.objects.get(action="session.expired")
    assert (event.actor_name, event.target, event.details) == ("system", "auth.user:analyst", {"reason": "idle"})
    assert not UserSession.objects.filter(session_key=key).exists()


def test_work_keeps_a_session_alive_and_is_written_once_a_minute(analyst: User) -> None:
    client = browser(analyst)
    age(client, **{ACTIVE: 1000})
    UserSession.objects.update(last_seen_at=timezone.now() - dt.timedelta(days=1))
    client.get("/runs/")
    written = client.session[ACTIVE]
    assert written >= time.time() - 5
    assert (timezone.now() - UserSession.objects.get().last_seen_at).total_seconds() < 5
    age(client, **{ACTIVE: 30})
    before = client.session[ACTIVE]
    client.get("/runs/")
    assert client.session[ACTIVE] == before


def test_a_page_that_asks_by_itself_keeps_no_session_alive(analyst: User) -> None:
    client = browser(analyst)
    age(client, **{ACTIVE: 1000})
    before = client.session[ACTIVE]
    assert client.get("/runs/", headers=AUTOMATIC).status_code == 200
    assert client.session[ACTIVE] == before
    age(client, **{ACTIVE: 1800})
    answer = client.get("/runs/", headers=AUTOMATIC)
    assert answer.headers["HX-Redirect"].startswith(LOGIN)


def test_a_sign_in_takes_away_sessions_that_are_over(analyst: User, reviewer: User) -> None:
    browser(reviewer)
    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)
    over = timezone.now() - dt.timedelta(hours=13)
    Session.objects.update(expire_date=over)
    UserSession.objects.update(created_at=over)
    browser(analyst)
    assert [one.user for one in UserSession.objects.all()] == [analyst]
    assert Session.objects.count() == 1


def test_the_key_changes_with_the_sign_in(analyst: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.post(LOGIN, {"login": "analyst", "password": PASSWORD})
    assert client.session.session_key != planted


def test_the_cookie_ends_with_the_browser(analyst: User) -> None:
    cookie = browser(analyst).cookies["sessionid"]
    assert (cookie["expires"], cookie["max-age"], cookie["httponly"]) == ("", "", True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_account_lists_sessions(analyst: User, count: int, django_assert_max_num_queries: Any) -> None:
    clients = [browser(analyst, f"Browser {number}") for number in range(count)]
    with django_assert_max_num_queries(11 + 3 * count):  # each session is looked up, as allauth does
        page = clients[-1].get(ACCOUNT).content.decode()
    assert [f"Browser {number}" in page for number in range(count)] == [True] * count
    assert (page.count("<td>this browser</td>"), page.count("/end/")) == (1, count - 1 + (count > 1))


def test_ending_one_session_signs_that_browser_out(analyst: User) -> None:
    here, there = browser(analyst, "here"), browser(analyst, "there")
    other = UserSession.objects.get(user_agent="there")
    assert here.post(f"/accounts/sessions/{other.pk}/end/").headers["Location"] == ACCOUNT
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert AuditEvent.objects.filter(action="session.revoked").count() == 1


def test_ending_all_others_leaves_this_one(analyst: User, reviewer: User) -> None:
    clients = [browser(analyst) for _number in range(3)]
    bystander = browser(reviewer)
    clients[0].post("/accounts/sessions/end/")
    assert [client.get("/").status_code for client in (*clients, bystander)] == [200, 302, 302, 200]
    assert AuditEvent.objects.get(action="session.revoked").details == {"count": 2}


def test_sessions_of_others_and_the_own_one_cannot_be_ended(analyst: User, reviewer: User) -> None:
    here = browser(analyst)
    browser(reviewer)
    for session in UserSession.objects.all():
        assert here.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert here.post("/accounts/sessions/999/end/").status_code == 404


@pytest.mark.parametrize("path", ["sessions/end/", "sessions/1/end/"])
def test_ending_asks_who_is_there_and_is_a_post(analyst: User, path: str) -> None:
    client = browser(analyst)
    assert client.get(f"{ACCOUNT}{path}").status_code == 405
    age(client, **{SESSION_KEY: 3600})
    assert client.post(f"{ACCOUNT}{path}").headers["Location"].startswith("/accounts/reauthenticate/")


def test_a_new_password_ends_other_sessions_and_no_tokens(analyst: User) -> None:
    token = issue(analyst, "night", [Right.READ_CENTERS], dt.timedelta(days=1))
    here, there = browser(analyst), browser(analyst)
    data = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    assert here.post("/accounts/password/", data).status_code == 302
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert AuditEvent.objects.filter(action="person.password_changed").count() == 1
    assert judge(token.text) == token.token


def test_a_new_password_revokes_tokens_when_asked_to(analyst: User) -> None:
    token = issue(analyst, "night", [Right.READ_CENTERS], dt.timedelta(days=1))
    data = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    browser(analyst).post("/accounts/password/", data | {"revoke_tokens": "on"})
    assert judge(token.text) == "revoked"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"oldpassword": "wrong"}, "The password is not right."),
        ({"password2": "something else here"}, "This is not the same password."),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
    ],
)
def test_a_new_password_is_checked(analyst: User, change: dict[str, str], message: str) -> None:
    data = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    page = browser(analyst).post("/accounts/password/", data | change).content.decode()
    assert message in page
    assert User.objects.get(pk=analyst.pk).check_password(PASSWORD)


def test_whoever_has_no_password_here_changes_none(analyst: User, client_of: SignIn) -> None:
    analyst.set_unusable_password()
    analyst.save()
    assert client_of(analyst).get("/accounts/password/").status_code == 404


def test_signing_in_and_out_is_recorded(analyst: User) -> None:
    client = browser(analyst)
    client.post("/accounts/logout/")
    actions = AuditEvent.objects.order_by("pk").values_list("action", "actor_name")
    assert list(actions) == [("person.signed_in", "analyst"), ("person.signed_out", "analyst")]


@pytest.mark.parametrize(
    ("name", "target"),
    [("analyst", "auth.user:analyst"), ("correct horse", "auth.user:unknown"), ("a@b.example", "auth.user:unknown")],
)
def test_a_failed_sign_in_keeps_only_names_that_exist(analyst: User, name: str, target: str) -> None:
    Client().post(LOGIN, {"login": name, "password": "x"})
    event = AuditEvent.objects.get()
    assert (event.action, event.target, event.actor_name) == ("person.sign_in_failed", target, "system")
    assert event.details == {"step": "password", "address": "127.0.0.1"}
