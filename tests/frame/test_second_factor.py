"""Codes of an app, recovery codes, and roles that must have a second factor."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dentalhub.models import AuditEvent
from dentalhub.reauthentication import SESSION_KEY
from dentalhub.sign_in import stored_secrets
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.frame.frame_urls")]
SignIn = Callable[[User], Client]
LOGIN, CODE, SET_UP, CODES = (
    "/accounts/login/",
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/app/",
    "/accounts/2fa/codes/",
)


@pytest.fixture(autouse=True)
def no_counted_attempts() -> None:
    """Neither attempts nor used codes of the test before."""
    cache.clear()


def code_of(secret: str, steps: int = 0) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps)))


def with_app(user: User) -> str:
    secret = str(totp.generate_totp_secret())
    totp.TOTP.activate(user, secret)
    return secret


def by_password(user: User) -> Client:
    client = Client()
    answer = client.post(LOGIN, {"login": user.username, "password": PASSWORD, "next": "/runs/"})
    assert answer.status_code == 302
    return client


def test_set_up_shows_a_key_takes_its_code_and_gives_recovery_codes(client_of: SignIn, analyst: User) -> None:
    client = client_of(analyst)
    page = client.get(SET_UP).content.decode()
    secret = client.session["mfa.totp.secret"]
    assert f'value="{secret}"' in page
    assert client.post(SET_UP, {"code": code_of(secret)}).headers["Location"] == CODES
    codes = client.get(CODES).content.decode()
    assert codes.count("<li>") >= 10
    assert {event.action for event in AuditEvent.objects.all()} == {"person.second_factor_added"}


def test_set_up_refuses_a_wrong_code(client_of: SignIn, analyst: User) -> None:
    client = client_of(analyst)
    client.get(SET_UP)
    page = client.post(SET_UP, {"code": "000000"}).content.decode()
    assert "The code or key is not right" in page
    assert not Authenticator.objects.exists()


def test_set_up_asks_again_who_is_there(client_of: SignIn, analyst: User) -> None:
    client = client_of(analyst)
    session = client.session
    session[SESSION_KEY] = int(time.time()) - 3600
    session.save()
    assert client.get(SET_UP).headers["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Fapp%2F"


@pytest.mark.parametrize("path", ["app/", "app/remove/", "codes/new/", "keys/new/", "keys/1/", "keys/1/remove/"])
def test_what_a_refused_form_sent_is_kept_nowhere(client_of: SignIn, analyst: User, path: str) -> None:
    client = client_of(analyst)
    session = client.session
    session[SESSION_KEY] = int(time.time()) - 3600
    session.save()
    answer = client.post(f"/accounts/2fa/{path}", {"code": "123456"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert "123456" not in str(dict(client.session.items()))


def test_the_secret_is_encrypted_in_the_database(analyst: User) -> None:
    secret = with_app(analyst)
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    assert stored_secrets.decrypt(stored) == secret


def test_secrets_open_after_a_change_of_the_secret_key(settings: Any) -> None:
    stored = stored_secrets.encrypt("abc")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    assert stored_secrets.decrypt(stored) == "abc"


def test_the_password_alone_lets_nobody_in(analyst: User) -> None:
    with_app(analyst)
    client = Client()
    assert client.post(LOGIN, {"login": "analyst", "password": PASSWORD}).headers["Location"] == CODE
    assert client.get("/").status_code == 302


def test_the_code_completes_the_sign_in_once(analyst: User) -> None:
    secret = with_app(analyst)
    client = by_password(analyst)
    code = code_of(secret)
    assert client.post(CODE, {"code": code}).headers["Location"] == "/runs/"
    signed_in = AuditEvent.objects.get(action="person.signed_in")
    assert signed_in.details == {"methods": ["password", "totp"], "address": "127.0.0.1"}
    # Whoever looked over the shoulder comes too late.
    assert by_password(analyst).post(CODE, {"code": code}).status_code == 200


def test_a_recovery_code_counts_once(analyst: User, client_of: SignIn) -> None:
    with_app(analyst)
    mine = client_of(analyst)
    mine.post(f"{CODES}new/")
    code = mine.get(f"{CODES}download/").content.decode().split()[0]
    assert by_password(analyst).post(CODE, {"code": code}).status_code == 302
    assert by_password(analyst).post(CODE, {"code": code}).status_code == 200


def test_guessing_codes_ends_after_five(analyst: User) -> None:
    secret = with_app(analyst)
    client = by_password(analyst)
    for _number in range(5):
        assert "The code or key is not right" in client.post(CODE, {"code": "000000"}).content.decode()
    assert "Too many failed attempts" in client.post(CODE, {"code": code_of(secret)}).content.decode()
    failures = AuditEvent.objects.filter(action="person.sign_in_failed")
    assert [(event.target, event.details["step"]) for event in failures] == [("auth.user:analyst", "totp")] * 5


def test_a_code_confirms_who_is_there(analyst: User, client_of: SignIn) -> None:
    secret = with_app(analyst)
    client = client_of(analyst)
    session = client.session
    del session[SESSION_KEY]
    session.save()
    answer = client.post("/accounts/2fa/reauthenticate/", {"code": code_of(secret), "next": "/guarded/"})
    assert answer.headers["Location"] == "/guarded/"
    assert client.get("/guarded/").status_code == 200


def test_removal_ends_the_question_and_is_recorded(analyst: User, client_of: SignIn) -> None:
    with_app(analyst)
    assert client_of(analyst).post("/accounts/2fa/app/remove/").headers["Location"] == "/accounts/"
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.get().action == "person.second_factor_removed"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_role_that_needs_one_is_led_to_its_set_up(
    analyst: User, client_of: SignIn, settings: Any, method: str
) -> None:
    settings.SECOND_FACTOR_ROLES = ["analyst"]
    client = client_of(analyst)
    assert getattr(client, method)("/runs/").headers["Location"] == "/accounts/"
    assert "Your role needs a second factor." in client.get("/accounts/").content.decode()
    assert getattr(client, method)("/runs/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/accounts/"
    assert client.get(SET_UP).status_code == 200
    with_app(analyst)
    assert getattr(client, method)("/runs/").status_code == 200


def test_other_roles_are_let_through_without_a_query(reviewer: User, client_of: SignIn, settings: Any) -> None:
    client = client_of(reviewer)
    counts = []
    for roles in ([], ["analyst"]):
        settings.SECOND_FACTOR_ROLES = roles
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/runs/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_pages_before_the_sign_in_stay_open(settings: Any, client: Client) -> None:
    settings.SECOND_FACTOR_ROLES = ["analyst", "admin"]
    assert client.get(LOGIN).status_code == 200


@pytest.mark.parametrize("path", ["", "password/", "2fa/app/", "2fa/codes/", "2fa/keys/new/", "2fa/codes/new/"])
def test_the_account_is_for_signed_in_people(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").headers["Location"].startswith(LOGIN)


def test_keys_of_others_do_not_exist(analyst: User, reviewer: User, client_of: SignIn) -> None:
    key = Authenticator.objects.create(user=reviewer, type="webauthn", data={"name": "mine"})
    client = client_of(analyst)
    for path in (f"/accounts/2fa/keys/{key.pk}/", f"/accounts/2fa/keys/{key.pk}/remove/"):
        assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
