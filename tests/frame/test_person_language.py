"""The language is a person's: it is there after any sign-in, on any device, and in e-mails."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dentalhub.access import Role
from dentalhub.language_models import PersonLanguage
from dentalhub.link_mail import send_link, tell_second_factor_reset
from dentalhub.password_links import issue
from dentalhub.person_language import language_of
from tests.conftest import PASSWORD
from tests.frame.oidc_provider import RunningProvider, running_provider
from tests.frame.test_oidc import STAFF, configure

pytestmark = pytest.mark.django_db
SWITCH = "/i18n/setlang/"


def language_shown(client: Client, page: str = "/accounts/", browser: str = "en") -> str:
    found = re.search(r'<html lang="(\w+)"', client.get(page, headers={"accept-language": browser}).content.decode())
    assert found
    return found[1]


def choose(client: Client, language: str) -> None:
    assert client.post(SWITCH, {"language": language, "next": "/accounts/"}).status_code == 302


def signed_in(person: User, browser: str = "en") -> Client:
    client = Client(headers={"accept-language": browser})
    answer = client.post("/accounts/login/", {"login": person.get_username(), "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture(autouse=True)
def no_counts() -> None:
    cache.clear()


def test_choice_is_there_on_another_device(analyst: User) -> None:
    choose(signed_in(analyst), "de")
    assert language_shown(signed_in(analyst, "en-GB"), browser="en-GB") == "de"


def test_choice_goes_before_a_cookie_that_somebody_else_left_in_the_browser(analyst: User, reviewer: User) -> None:
    choose(signed_in(analyst), "de")
    shared = signed_in(reviewer)
    choose(shared, "en")
    shared.post("/accounts/logout/")
    shared.post("/accounts/login/", {"login": analyst.get_username(), "password": PASSWORD})
    assert language_shown(shared) == "de"


def test_choice_on_the_sign_in_page_is_kept(analyst: User) -> None:
    choose(signed_in(analyst), "en")
    client = Client()
    choose(client, "de")
    client.post("/accounts/login/", {"login": analyst.get_username(), "password": PASSWORD})
    assert language_shown(client) == "de"
    assert language_shown(signed_in(analyst)) == "de"


def test_who_never_chose_sees_what_each_browser_asks_for(analyst: User) -> None:
    client = signed_in(analyst, "de-AT")
    assert language_shown(client, browser="de-AT") == "de"
    assert language_shown(signed_in(analyst), browser="en") == "en"


def test_last_choice_counts(analyst: User) -> None:
    client = signed_in(analyst)
    choose(client, "de")
    choose(client, "en")
    assert (language_shown(client, browser="de"), language_of(analyst)) == ("en", "en")
    assert PersonLanguage.objects.count() == 1


@pytest.mark.parametrize("language", ["fr", "", "xx", "de" * 100])
def test_language_that_we_do_not_speak_is_not_kept(analyst: User, language: str) -> None:
    client = signed_in(analyst)
    client.post(SWITCH, {"language": language, "next": "/"})
    assert (language_shown(client), language_of(analyst)) == ("en", "en")


def test_address_alone_changes_nothing(analyst: User) -> None:
    client = signed_in(analyst)
    client.get(SWITCH, {"language": "de"})
    assert language_shown(client) == "en"


def test_page_asks_the_database_for_no_language(analyst: User) -> None:
    client = signed_in(analyst)
    choose(client, "de")
    with CaptureQueriesContext(connection) as queries:
        client.get("/help/words/")
    assert [query["sql"] for query in queries if "personlanguage" in query["sql"]] == []


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any, db: None) -> Iterator[RunningProvider]:
    for role in Role:
        Group.objects.get_or_create(name=role.value)
    with running_provider(monkeypatch) as running:
        configure(monkeypatch, settings, ISSUER=running.url)
        yield running


def test_choice_is_there_after_single_sign_on_on_another_device(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    first = Client()
    provider.sign_in(first, "1234")
    choose(first, "de")
    second = Client(headers={"accept-language": "en"})
    provider.sign_in(second, "1234")
    assert language_shown(second) == "de"


def test_choice_before_single_sign_on_is_kept_with_the_person(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    client = Client()
    choose(client, "de")
    provider.sign_in(client, "1234")
    assert language_of(User.objects.get(username="anna")) == "de"


MAILS = {
    "en": ("dentalhub: choose your password", "With this link you choose", "your second factor was reset"),
    "de": ("dentalhub: Wählen Sie Ihr Passwort", "Mit diesem Link", "Ihr zweiter Faktor wurde zurückgesetzt"),
}


@pytest.mark.parametrize("own", ["de", "en"])
@pytest.mark.parametrize("senders", ["de", "en"])
def test_mail_is_written_in_the_language_of_whom_it_reaches(
    analyst: User, settings: Any, own: str, senders: str
) -> None:
    settings.PEOPLE_EMAILS = True
    analyst.email = "anna@example.org"
    analyst.save()
    choose(signed_in(analyst), own)
    with translation.override(senders):
        send_link(issue(analyst), "https://dentalhub.example.org/link")
        tell_second_factor_reset(analyst)
    link, reset = mail.outbox
    subject, text, other = MAILS[own]
    assert link.subject == subject
    assert str(link.body).startswith(text)
    assert reset.subject.endswith(other)


@pytest.mark.parametrize(("configured", "browser"), [("de", "en"), ("en", "de")])
def test_mail_before_the_first_sign_in_is_in_the_language_of_the_installation(
    analyst: User, settings: Any, configured: str, browser: str
) -> None:
    settings.LANGUAGE_CODE = configured
    assert language_of(analyst) == configured
    signed_in(analyst, browser)
    assert language_of(analyst) == browser
