"""Who has signed in a while ago shows anew that it is them before something far-reaching."""

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.test.utils import override_settings

from dentalhub.reauthentication import SESSION_KEY
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.frame.frame_urls")]
SignIn = Callable[[User], Client]
ASK = "/accounts/reauthenticate/?next=%2Fguarded%2F"


def signed_in(user: User, seconds_ago: int) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = int(time.time()) - seconds_ago
    session.save()
    return client


def test_a_sign_in_is_a_confirmation(client_of: SignIn, analyst: User) -> None:
    assert client_of(analyst).get("/guarded/").content == b"in"


@pytest.mark.parametrize(("seconds", "status"), [(590, 200), (610, 302)])
def test_a_page_asks_after_the_set_time(analyst: User, seconds: int, status: int) -> None:
    assert signed_in(analyst, seconds).get("/guarded/").status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(890, 200), (910, 302)])
def test_a_form_that_was_opened_in_time_may_be_sent_a_little_later(analyst: User, seconds: int, status: int) -> None:
    assert signed_in(analyst, seconds).post("/guarded/", {"secret": "x"}).status_code == status


def test_a_session_without_a_confirmation_asks(client_of: SignIn, analyst: User) -> None:
    client = client_of(analyst)
    session = client.session
    del session[SESSION_KEY]
    session.save()
    assert client.get("/guarded/").headers["Location"] == ASK


def test_a_confirmation_of_the_future_does_not_count(analyst: User) -> None:
    assert signed_in(analyst, -60).get("/guarded/").status_code == 302


@override_settings(REAUTHENTICATION_SECONDS=60)
def test_the_time_is_a_setting(analyst: User) -> None:
    assert signed_in(analyst, 70).get("/guarded/").status_code == 302


def test_the_password_leads_back_to_the_page(analyst: User) -> None:
    client = signed_in(analyst, 3600)
    page = client.get(client.get("/guarded/?center=1").headers["Location"])
    assert '<input type="hidden" name="next" value="/guarded/?center=1">' in page.content.decode()
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/guarded/?center=1"})
    assert answer.headers["Location"] == "/guarded/?center=1"
    assert client.get("/guarded/").status_code == 200


def test_a_wrong_password_confirms_nothing(analyst: User) -> None:
    client = signed_in(analyst, 3600)
    answer = client.post("/accounts/reauthenticate/", {"password": "not-that-one", "next": "/guarded/"})
    assert answer.status_code == 200
    assert 'class="notice notice--danger" role="alert"' in answer.content.decode()
    assert client.get("/guarded/").status_code == 302


def test_what_a_refused_form_sent_is_kept_nowhere(analyst: User) -> None:
    client = signed_in(analyst, 3600)
    answer = client.post("/guarded/", {"secret": "x"}, headers={"referer": "http://testserver/guarded/"})
    assert answer.headers["Location"] == ASK
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Nothing has been done yet: please confirm that it is you, and send the form again."
    ]
    assert "secret" not in str(dict(client.session.items()))


@pytest.mark.parametrize("page", ["https://evil.example/guarded/", "", "http://testserver.evil.example/"])
def test_a_form_of_nowhere_leads_back_to_the_dashboard(analyst: User, page: str) -> None:
    answer = signed_in(analyst, 3600).post("/guarded/", headers={"referer": page})
    assert answer.headers["Location"] == "/accounts/reauthenticate/?next=%2F"


@pytest.mark.parametrize("method", ["get", "post"])
def test_htmx_is_sent_to_the_question_as_a_whole(analyst: User, method: str) -> None:
    client = signed_in(analyst, 3600)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/runs/?page=2"}
    answer = getattr(client, method)("/guarded/", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/accounts/reauthenticate/?next=%2Fruns%2F%3Fpage%3D2"


def test_anonymous_is_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get("/guarded/").headers["Location"] == "/accounts/login/?next=/guarded/"


def test_the_question_is_for_signed_in_people(client: Client) -> None:
    assert client.get("/accounts/reauthenticate/").headers["Location"].startswith("/accounts/login/")
