"""Sign-in through a real OpenID Connect provider: who comes in, with which roles, and who is asked again."""

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from environ import Env

from dentalhub.access import Role, roles_of
from dentalhub.models import AuditEvent
from dentalhub.reauthentication import SESSION_KEY
from dentalhub.sign_in.allauth_settings import providers as allauth_providers
from dentalhub.sign_in.provider_grants import regions_claimed
from dentalhub.sign_in.providers import read_providers
from tests.conftest import PASSWORD
from tests.frame.oidc_provider import RunningProvider, parameters, running_provider

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.frame.frame_urls")]
VARIABLES = {
    "NAME": "Practice network",
    "CLIENT_ID": "dentalhub",
    "CLIENT_SECRET": "a secret",
    "ROLES": "dental-admins=admin; dental-staff=analyst+reviewer",
    "CREATES_PEOPLE": "1",
}
STAFF = {"email": "anna@example.org", "email_verified": True, "preferred_username": "anna", "groups": ["dental-staff"]}


@pytest.fixture(autouse=True)
def roles_of_migrations(db: None) -> None:
    """The groups, which tests that empty the database take along; and no counts of the test before."""
    for role in Role:
        Group.objects.get_or_create(name=role.value)
    cache.clear()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[RunningProvider]:
    with running_provider(monkeypatch) as running:
        configure(monkeypatch, settings, ISSUER=running.url)
        yield running


def configure(monkeypatch: pytest.MonkeyPatch, settings: Any, *, local_accounts: bool = True, **changes: str) -> None:
    """The settings as these environment variables make them."""
    for name, value in (VARIABLES | changes).items():
        monkeypatch.setenv(f"DENTALHUB_OIDC_MOCK_{name}", value)
    settings.OIDC_PROVIDERS = read_providers(Env(), ["mock"])
    settings.LOCAL_ACCOUNTS = local_accounts
    for name, value in allauth_providers(settings.OIDC_PROVIDERS, local_accounts=local_accounts).items():
        setattr(settings, name, value)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk")[0]


def test_the_sign_in_page_offers_the_provider(provider: RunningProvider) -> None:
    page = Client().get("/accounts/login/?next=/runs/").content.decode()
    assert "Sign in with Practice network" in page
    link = re.search(r'href="(/accounts/oidc/mock/login/[^"]*)"', page)
    assert link is not None
    assert parameters(html.unescape(link.group(1))) == {"next": "/runs/"}


def test_the_way_there_carries_state_and_a_code_challenge(provider: RunningProvider) -> None:
    sent = parameters(Client().get("/accounts/oidc/mock/login/").headers["Location"])
    assert (sent["client_id"], sent["response_type"]) == ("dentalhub", "code")
    assert sorted(sent["scope"].split()) == ["email", "openid", "profile"]
    assert sent["redirect_uri"] == "http://testserver/accounts/oidc/mock/callback/"
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["state"]) >= 16


def test_a_new_person_comes_in_with_the_roles_of_their_groups(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    client = Client()
    answer = provider.sign_in(client, "1234", "/accounts/oidc/mock/login/?next=/runs/")
    assert answer.headers["Location"] == "/runs/"
    assert client.get("/runs/").status_code == 200
    person = User.objects.get()
    assert (person.username, person.email, person.has_usable_password()) == ("anna", "anna@example.org", False)
    assert (person.is_staff, person.is_superuser) == (False, False)
    assert roles_of(person) == {Role.ANALYST, Role.REVIEWER}
    events = AuditEvent.objects.order_by("pk")
    assert [event.action for event in events] == ["person.created", "person.roles", "person.signed_in"]
    assert events[1].details == {"roles": ["analyst", "reviewer"], "before": [], "source": "provider mock"}
    assert events[2].details["methods"] == ["provider mock"]


def test_nothing_of_the_claims_is_kept_but_who_it_is(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    provider.sign_in(Client(), "1234")
    provider.sign_in(Client(), "1234")
    assert [(one.uid, one.extra_data) for one in SocialAccount.objects.all()] == [("1234", {})]
    assert not SocialToken.objects.exists()


def test_roles_follow_the_groups_at_each_sign_in(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    provider.sign_in(Client(), "1234")
    User.objects.get().groups.add(Group.objects.get_or_create(name="something of ours")[0])
    provider.knows("1234", **STAFF | {"groups": ["dental-admins"]})
    provider.sign_in(Client(), "1234")
    person = User.objects.get()
    assert roles_of(person) == {Role.ADMIN}
    assert person.groups.filter(name="something of ours").exists()
    changes = AuditEvent.objects.filter(action="person.roles").order_by("-pk")[0].details
    assert (changes["before"], changes["roles"]) == (["analyst", "reviewer"], ["admin"])


def test_who_lost_all_groups_loses_the_roles_and_is_refused(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    provider.sign_in(Client(), "1234")
    provider.knows("1234", **STAFF | {"groups": []})
    client = Client()
    answer = provider.sign_in(client, "1234")
    assert answer.status_code == 403
    assert "none of the groups that have a role" in answer.content.decode()
    assert roles_of(User.objects.get()) == frozenset()
    assert client.get("/").status_code == 302
    assert last_event().details["reason"] == "no_role"


@pytest.mark.parametrize(("groups", "creates"), [(["strangers"], "1"), (["dental-staff"], "0")])
def test_a_stranger_is_not_created(
    provider: RunningProvider, monkeypatch: pytest.MonkeyPatch, settings: Any, groups: list[str], creates: str
) -> None:
    configure(monkeypatch, settings, ISSUER=provider.url, CREATES_PEOPLE=creates)
    provider.knows("1234", **STAFF | {"groups": groups})
    assert provider.sign_in(Client(), "1234").status_code == 403
    assert not User.objects.exists()
    event = last_event()
    assert (event.action, event.target, event.details["reason"]) == (
        "person.sign_in_failed",
        "auth.user:unknown",
        "unknown_person",
    )


@pytest.mark.parametrize(
    ("links", "verified", "status"), [("1", True, 302), ("1", False, 403), ("1", "true", 403), ("0", True, 403)]
)
def test_an_account_is_linked_only_by_a_verified_address_and_a_setting(
    provider: RunningProvider,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    analyst: User,
    links: str,
    verified: Any,
    status: int,
) -> None:
    User.objects.update(email="anna@example.org")
    configure(monkeypatch, settings, ISSUER=provider.url, LINKS_BY_EMAIL=links)
    provider.knows("1234", **STAFF | {"email_verified": verified, "preferred_username": "analyst"})
    assert provider.sign_in(Client(), "1234").status_code == status
    assert User.objects.count() == 1
    assert SocialAccount.objects.count() == (1 if status == 302 else 0)


def test_the_same_name_is_no_reason_to_become_somebody(provider: RunningProvider, analyst: User) -> None:
    provider.knows("1234", **STAFF | {"preferred_username": "analyst"})
    provider.sign_in(Client(), "1234")
    assert User.objects.count() == 2
    assert SocialAccount.objects.get().user != analyst


def test_an_inactive_person_stays_out(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    provider.sign_in(Client(), "1234")
    User.objects.update(is_active=False)
    client = Client()
    assert provider.sign_in(client, "1234").headers["Location"] == "/accounts/inactive/"
    assert client.get("/").status_code == 302


def test_regions_go_out_to_who_keeps_them(
    provider: RunningProvider, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    heard: list[tuple[str, list[str]]] = []

    def hear(user: User, grants: Any, **_: Any) -> None:
        heard.append((user.username, sorted(grants.regions)))

    configure(monkeypatch, settings, ISSUER=provider.url, REGIONS="dental-staff=germany+austria")
    regions_claimed.connect(hear)
    provider.knows("1234", **STAFF)
    provider.sign_in(Client(), "1234")
    regions_claimed.disconnect(hear)
    assert heard == [("anna", ["austria", "germany"])]


@pytest.mark.parametrize(("age", "is_confirmed"), [(5, True), (3600, False), (-3600, False)])
def test_a_sign_in_confirms_only_when_the_person_typed_something_there(
    provider: RunningProvider, age: int, is_confirmed: bool
) -> None:
    provider.knows("1234", **STAFF)
    provider.says_when(int(time.time()) - age)
    client = Client()
    provider.sign_in(client, "1234")
    assert (SESSION_KEY in client.session) == is_confirmed
    assert client.get("/guarded/").status_code == (200 if is_confirmed else 302)


def test_a_provider_that_never_says_when_confirms_by_a_setting(
    provider: RunningProvider, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    configure(monkeypatch, settings, ISSUER=provider.url, AUTH_TIME="0")
    provider.knows("1234", **STAFF)
    provider.says_when(int(time.time()) - 3600)
    client = Client()
    provider.sign_in(client, "1234")
    assert client.get("/guarded/").status_code == 200


def test_something_far_reaching_leads_to_the_provider_which_asks_again(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    provider.says_when(int(time.time()) - 3600)
    client = Client()
    provider.sign_in(client, "1234")
    key = client.session.session_key
    question = client.get("/guarded/").headers["Location"]
    assert question == "/accounts/oidc/reauthenticate/?next=%2Fguarded%2F"
    sent = parameters(client.get(question).headers["Location"])
    assert (sent["prompt"], sent["max_age"]) == ("login", "0")
    # Whoever takes that out of the address is found out by the time in the answer.
    assert provider.sign_in(client, "1234", question).status_code == 403
    assert client.get("/guarded/").status_code == 302
    provider.says_when(int(time.time()))
    assert provider.sign_in(client, "1234", question).headers["Location"] == "/guarded/"
    assert client.get("/guarded/").status_code == 200
    assert client.session.session_key == key


def test_nobody_becomes_somebody_else_while_signed_in(provider: RunningProvider, analyst: User) -> None:
    provider.knows("1234", **STAFF)
    provider.knows("5678", **STAFF | {"email": "b@example.org", "preferred_username": "bert"})
    client = Client()
    provider.sign_in(client, "1234")
    assert provider.sign_in(client, "5678").status_code == 403
    mine = Client()
    mine.force_login(analyst)
    # "connect" would take on the other's account.
    assert provider.sign_in(mine, "5678", "/accounts/oidc/mock/login/?process=connect").status_code == 403
    assert SocialAccount.objects.count() == 1


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    away = Client().get("/accounts/oidc/mock/login/").headers["Location"]
    answer = Client().get(provider.approve(away, "1234"))
    assert answer.status_code == 401
    assert "did not work, or took too long" in answer.content.decode()
    assert not User.objects.exists()


def test_an_answer_counts_once(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    client = Client()
    back = provider.approve(client.get("/accounts/oidc/mock/login/").headers["Location"], "1234")
    assert client.get(back).status_code == 302
    client.post("/accounts/logout/")
    assert client.get(back).status_code == 401


def test_a_cancelled_sign_in_says_so(provider: RunningProvider) -> None:
    client = Client()
    state = parameters(client.get("/accounts/oidc/mock/login/").headers["Location"])["state"]
    answer = client.get(f"/accounts/oidc/mock/callback/?error=access_denied&state={state}", follow=True)
    assert "You have cancelled the sign-in" in answer.content.decode()


def test_an_unknown_provider_does_not_exist(provider: RunningProvider) -> None:
    assert Client().get("/accounts/oidc/other/login/").status_code == 404


def test_the_next_address_stays_within_dentalhub(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    answer = provider.sign_in(Client(), "1234", "/accounts/oidc/mock/login/?next=https://evil.example/")
    assert answer.headers["Location"] == "/"


def test_the_language_stays(provider: RunningProvider) -> None:
    provider.knows("1234", **STAFF)
    client = Client()
    client.post("/i18n/setlang/", {"language": "de", "next": "/accounts/login/"})
    provider.sign_in(client, "1234")
    assert '<html lang="de">' in client.get("/runs/").content.decode()


def test_a_provider_that_asks_for_a_second_factor_is_enough(
    provider: RunningProvider, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = ["analyst"]
    provider.knows("1234", **STAFF)
    client = Client()
    provider.sign_in(client, "1234")
    assert client.get("/runs/").headers["Location"] == "/accounts/"
    configure(monkeypatch, settings, ISSUER=provider.url, SECOND_FACTOR="1")
    client = Client()
    provider.sign_in(client, "1234")
    assert client.get("/runs/").status_code == 200


def test_without_local_accounts_no_password_counts(
    provider: RunningProvider, monkeypatch: pytest.MonkeyPatch, settings: Any, analyst: User
) -> None:
    configure(monkeypatch, settings, ISSUER=provider.url, local_accounts=False)
    page = Client().get("/accounts/login/").content.decode()
    assert "Sign in with Practice network" in page
    assert 'name="password"' not in page
    assert Client().post("/accounts/login/", {"login": "analyst", "password": PASSWORD}).status_code == 403
