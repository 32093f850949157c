"""The pages on which admins manage people."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from dentalhub.access import Right, Role
from dentalhub.models import AuditEvent
from dentalhub.password_links import judge
from dentalhub.reauthentication import SESSION_KEY
from dentalhub.tokens import Refusal, issue
from dentalhub.tokens import judge as judge_token
from tests.centers.people_makers import (
    factors_of,
    form_of,
    give_second_factor,
    make_person,
    make_provider,
    new_form,
    regions,
    state_of,
)

SignIn = Callable[[User], Client]
QueryCount = Callable[[int], AbstractContextManager[object]]
LIST, NEW = "/people/", "/people/new/"
ACTIONS = ("deactivate", "reactivate", "sign-out", "second-factor", "link")


@pytest.fixture
def boss(admin: User) -> User:
    """An admin of all regions."""
    regions()
    return admin


@pytest.fixture
def as_boss(client_of: SignIn, boss: User) -> Client:
    return client_of(boss)


@pytest.fixture
def anna(boss: User) -> User:
    """An analyst of Germany."""
    return make_person("anna", Role.ANALYST, first_name="Anna", last_name="Müller", email="anna@example.org")


def _text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def _names(response: Any) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/people/\d+/">([^<]+)</a>', _text(response))


# --- the ladder ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "new/", "{pk}/", "{pk}/edit/"])
def test_pages_are_for_admins(path: str, anna: User, reviewer: User, auditor: User, client_of: SignIn) -> None:
    address = LIST + path.format(pk=anna.pk)
    assert client_of(User.objects.get(username="admin")).get(address).status_code == 200
    assert Client().get(address).status_code == 302
    for other in (anna, reviewer, auditor):
        assert client_of(other).get(address).status_code == 403


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_are_for_admins_and_by_post(action: str, anna: User, reviewer: User, client_of: SignIn) -> None:
    address = f"/people/{anna.pk}/{action}/"
    assert client_of(reviewer).post(address, {"reason": "seen in person"}).status_code == 403
    assert Client().post(address).status_code == 302
    admin = client_of(User.objects.get(username="admin"))
    assert admin.get(address).status_code == 405
    assert admin.post(f"/people/999999/{action}/", {"reason": "seen in person"}).status_code == 404
    assert not AuditEvent.objects.filter(action__startswith="person.").exists()


@pytest.mark.parametrize("path", ["999999/", "999999/edit/", "x/", "-1/"])
def test_unknown_person(path: str, as_boss: Client) -> None:
    assert as_boss.get(LIST + path).status_code == 404


@pytest.mark.parametrize("path", ["new/", "{pk}/edit/", *(f"{{pk}}/{action}/" for action in ACTIONS)])
def test_what_changes_people_asks_for_a_recent_sign_in(path: str, as_boss: Client, anna: User) -> None:
    session = as_boss.session
    session[SESSION_KEY] = 0
    session.save()
    before = state_of(anna)
    answer = as_boss.post(LIST + path.format(pk=anna.pk), form_of(anna, roles=["admin"]) | {"username": "new"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert state_of(anna) == before
    assert User.objects.count() == 2


# --- the list --------------------------------------------------------------------------------------------------


def test_list_shows_what_matters(as_boss: Client, anna: User) -> None:
    give_second_factor(anna)
    page = _text(as_boss.get(LIST))
    row = re.search(r"<tr>\s*<th scope=\"row\"><a[^>]*>anna</a>.*?</tr>", page, re.DOTALL)
    assert row is not None
    words = re.sub(r"<[^>]+>|\s+", " ", row.group())
    assert words.split() == [
        "anna",
        "Anna",
        "Müller",
        "anna@example.org",
        "Analyst",
        "Germany",
        "yes",
        "never",
        "active",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(
    count: int, as_boss: Client, django_assert_num_queries: QueryCount
) -> None:
    for number in range(count - 1):
        make_person(f"person{number}", Role.ANALYST, in_regions=("germany", "austria"))
    as_boss.get(LIST)
    # Session, person with roles; oneself, groups, regions; names; rows, groups, regions; filter's regions, own views.
    with django_assert_num_queries(11):
        assert len(_names(as_boss.get(LIST))) == count


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["admin", "anna", "bert", "root"]),
        ("q=mueller", ["anna"]),
        ("q=MÜLLER+an", ["anna"]),
        ("q=example.org", ["anna"]),
        ("q=nobody", []),
        ("role=admin", ["admin"]),
        ("role=reviewer&q=b", ["bert"]),
        ("region=germany", ["admin", "anna"]),
        ("region=austria", ["admin", "bert"]),
        ("state=inactive", ["bert"]),
        ("state=active", ["admin", "anna", "root"]),
        ("second_factor=yes", ["anna"]),
        ("second_factor=no&role=analyst", []),
        ("role=king", []),
        ("region=atlantis", []),
    ],
)
def test_list_is_narrowed(query: str, names: list[str], as_boss: Client, anna: User) -> None:
    give_second_factor(anna)
    make_person("bert", Role.REVIEWER, in_regions=("austria",), is_active=False)
    User.objects.create_superuser("root")
    assert _names(as_boss.get(f"{LIST}?{query}")) == names


def test_list_of_htmx_is_the_table_alone(as_boss: Client) -> None:
    page = _text(as_boss.get(LIST, headers={"HX-Request": "true"}))
    assert page.startswith('<div id="person-table">')


def test_admin_of_a_region_sees_people_of_that_region_only(client_of: SignIn, anna: User) -> None:
    make_person("bert", Role.ANALYST, in_regions=("austria",))
    make_person("both", Role.ANALYST, in_regions=("germany", "austria"))
    make_person("nowhere", Role.ANALYST, in_regions=())
    User.objects.create_superuser("root")
    german = make_person("german", Role.ADMIN)
    client = client_of(german)
    assert _names(client.get(LIST)) == ["anna", "german", "nowhere"]
    assert "Austria" not in _text(client.get(LIST))
    assert "Austria" not in _text(client.get(NEW))
    assert 'name="all_regions"' not in _text(client.get(NEW))


# --- bringing in -----------------------------------------------------------------------------------------------


def test_new_person_gets_a_link_that_is_shown_once(as_boss: Client) -> None:
    answer = as_boss.post(NEW, new_form())
    (secret,) = re.findall(r"/accounts/link/\?key=([A-Za-z0-9_-]{43})", _text(answer))
    assert answer.headers["Cache-Control"] == "no-store"
    link = judge(secret)
    assert link is not None
    anna = link.user
    assert (anna.username, anna.get_full_name(), anna.email) == ("anna", "Anna Müller", "anna@example.org")
    assert state_of(anna) == (True, False, False, ["analyst"], ["germany"])
    assert not anna.has_usable_password()
    events = AuditEvent.objects.order_by("pk").values_list("action", "actor_name", "target")
    assert list(events) == [
        ("person.created", "admin", "auth.user:anna"),
        ("person.link_made", "admin", "auth.user:anna"),
    ]
    changes = AuditEvent.objects.get(action="person.created").details["changes"]
    assert (changes["roles"], changes["regions"]) == ([None, "analyst"], [None, "germany"])
    for address in (LIST, f"/people/{anna.pk}/", NEW):
        assert secret not in _text(as_boss.get(address))
    assert secret not in str(list(AuditEvent.objects.values()))


def test_form_sent_twice_makes_one_person(as_boss: Client) -> None:
    as_boss.post(NEW, new_form())
    again = as_boss.post(NEW, new_form())
    assert again.status_code == 422
    assert "Somebody has this name already." in _text(again)
    assert User.objects.filter(username="anna").count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"username": ""}, "This field is required."),
        ({"username": "anna@example.org"}, "Use small letters, digits"),
        ({"username": "аnna"}, "Use small letters, digits"),  # the first letter is Cyrillic
        ({"username": "system"}, "Use small letters, digits"),
        ({"username": "ADMIN"}, "Somebody has this name already."),
        ({"email": "boss@EXAMPLE.org"}, "Somebody else has this address."),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"roles": []}, "This field is required."),
        ({"roles": ["king"]}, "Select a valid choice."),
        ({"regions": []}, "Choose at least one region."),
        ({"regions": ["atlantis"]}, "Select a valid choice."),
    ],
)
def test_bad_new_person(change: dict[str, Any], message: str, as_boss: Client, boss: User) -> None:
    User.objects.filter(pk=boss.pk).update(email="Boss@example.org")
    answer = as_boss.post(NEW, new_form(**change))
    assert answer.status_code == 422
    assert message in _text(answer)
    assert User.objects.count() == 1


def test_link_goes_by_email_where_that_is_on(as_boss: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://dentalhub.example.org"
    assert "by_email" not in _text(as_boss.get(NEW))
    settings.PEOPLE_EMAILS = True
    answer = as_boss.post(NEW, new_form(by_email="1"))
    anna = User.objects.get(username="anna")
    assert answer.headers["Location"] == f"/people/{anna.pk}/"
    (message,) = mail.outbox
    assert message.to == ["anna@example.org"]
    (secret,) = re.findall(r"https://dentalhub\.example\.org/accounts/link/\?key=(\S+)", str(message.body))
    assert judge(secret) is not None
    assert secret not in _text(as_boss.get(f"/people/{anna.pk}/"))
    assert as_boss.post(NEW, new_form(username="bert", email="", by_email="1")).status_code == 422


def test_link_that_could_not_be_sent_is_shown(as_boss: Client, settings: Any) -> None:
    settings.PEOPLE_EMAILS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = _text(as_boss.post(NEW, new_form(by_email="1")))
    assert "The e-mail could not be sent." in page
    assert "/accounts/link/?key=" in page


# --- changing --------------------------------------------------------------------------------------------------


def test_change_is_recorded_with_before_and_after(as_boss: Client, anna: User) -> None:
    change = form_of(anna, roles=["reviewer", "analyst"], regions=["austria", "germany"], email="A@example.org")
    answer = as_boss.post(f"/people/{anna.pk}/edit/", change)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/people/{anna.pk}/")
    assert state_of(anna) == (True, False, False, ["reviewer", "analyst"], ["austria", "germany"])
    event = AuditEvent.objects.get(action="person.changed")
    assert event.details == {
        "changes": {
            "email": ["anna@example.org", "a@example.org"],
            "roles": ["analyst", "reviewer, analyst"],
            "regions": ["germany", "austria, germany"],
        }
    }
    page = _text(as_boss.get(f"/people/{anna.pk}/"))
    assert "Regions: germany → austria, germany" in page


def test_all_regions_are_given_and_taken(as_boss: Client, anna: User) -> None:
    as_boss.post(f"/people/{anna.pk}/edit/", form_of(anna, all_regions="on"))
    assert state_of(anna)[4] == ["*"]
    change = form_of(anna, regions=["austria"])
    del change["all_regions"]
    as_boss.post(f"/people/{anna.pk}/edit/", change)
    assert state_of(anna)[4] == ["austria"]


def test_nothing_changed_is_not_recorded(as_boss: Client, anna: User) -> None:
    answer = as_boss.post(f"/people/{anna.pk}/edit/", form_of(anna), follow=True)
    assert "Nothing was changed." in _text(answer)
    assert not AuditEvent.objects.exists()


def test_second_of_two_admins_sees_what_changed(as_boss: Client, anna: User, client_of: SignIn) -> None:
    make_person("other", Role.ADMIN, in_regions=("*",))
    other = client_of(User.objects.get(username="other"))
    mine = form_of(anna, roles=["analyst", "auditor"])
    other.post(f"/people/{anna.pk}/edit/", form_of(anna, roles=["reviewer"], regions=["austria"]))
    answer = as_boss.post(f"/people/{anna.pk}/edit/", mine)
    page = _text(answer)
    assert answer.status_code == 409
    assert "Changed by other on" in page
    assert "Roles: was “Analyst”, is now “Reviewer”." in page
    assert "Regions: was “germany”, is now “austria”." in page
    assert state_of(anna)[3:] == (["reviewer"], ["austria"])
    # What was entered is still there, and sending it again is a decision that knows.
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page)
    again = as_boss.post(f"/people/{anna.pk}/edit/", mine | {"seen": seen.replace("&quot;", '"')})
    assert again.status_code == 302
    assert state_of(anna)[3:] == (["analyst", "auditor"], ["germany"])


def test_oneself_changes_name_and_address_only(as_boss: Client, boss: User) -> None:
    page = _text(as_boss.get(f"/people/{boss.pk}/edit/"))
    assert 'name="first_name"' in page
    assert 'name="roles"' not in page
    as_boss.post(f"/people/{boss.pk}/edit/", form_of(boss, first_name="Ada"))
    assert User.objects.get(pk=boss.pk).first_name == "Ada"


def test_changed_address_ends_the_link_that_went_to_the_old_one(as_boss: Client, anna: User) -> None:
    (secret,) = re.findall(r"key=([A-Za-z0-9_-]{43})", _text(as_boss.post(f"/people/{anna.pk}/link/")))
    as_boss.post(f"/people/{anna.pk}/edit/", form_of(anna, email="new@example.org"))
    assert judge(secret) is None


# --- buttons ---------------------------------------------------------------------------------------------------


def test_deactivation_ends_everything_at_once(as_boss: Client, anna: User, client_of: SignIn) -> None:
    theirs = client_of(anna)
    token = issue(anna, "night", [Right.READ_RUNS], dt.timedelta(days=1)).text
    (secret,) = re.findall(r"key=([A-Za-z0-9_-]{43})", _text(as_boss.post(f"/people/{anna.pk}/link/")))
    as_boss.post(f"/people/{anna.pk}/deactivate/")
    assert theirs.get("/").status_code == 302
    assert judge_token(token) == Refusal.REVOKED
    assert judge(secret) is None
    event = AuditEvent.objects.get(action="person.deactivated")
    assert event.details == {"changes": {"active": [True, False]}, "sessions": 1, "tokens": 1}
    # Nothing of it comes back.
    as_boss.post(f"/people/{anna.pk}/reactivate/")
    assert state_of(anna)[0] is True
    assert theirs.get("/").status_code == 302
    assert judge_token(token) == Refusal.REVOKED
    assert judge(secret) is None


def test_deactivating_twice_is_recorded_once(as_boss: Client, anna: User) -> None:
    for _ in range(2):
        as_boss.post(f"/people/{anna.pk}/deactivate/")
    assert AuditEvent.objects.filter(action="person.deactivated").count() == 1
    page = _text(as_boss.get(f"/people/{anna.pk}/"))
    assert "Let in again" in page
    assert "let them in again first" in page


def test_sign_out_everywhere(as_boss: Client, anna: User, client_of: SignIn) -> None:
    first, second = client_of(anna), client_of(anna)
    answer = as_boss.post(f"/people/{anna.pk}/sign-out/", follow=True)
    assert "2 sessions of anna have ended." in _text(answer)
    assert [client.get("/").status_code for client in (first, second)] == [302, 302]
    assert AuditEvent.objects.get().details == {"sessions": 2}


def test_second_factor_is_taken_away_with_a_reason(
    as_boss: Client, anna: User, client_of: SignIn, settings: Any
) -> None:
    give_second_factor(anna)
    theirs = client_of(anna)
    address = f"/people/{anna.pk}/second-factor/"
    for reason in ("", "lost", "lost\nher phone, and more"):
        assert as_boss.post(address, {"reason": reason}).status_code == 422
    assert factors_of(anna) == 2
    settings.PEOPLE_EMAILS = True
    as_boss.post(address, {"reason": "Lost her phone, called back"})
    assert factors_of(anna) == 0
    assert theirs.get("/").status_code == 302
    details = AuditEvent.objects.get().details
    assert details == {"kinds": ["recovery_codes", "totp"], "reason": "Lost her phone, called back", "sessions": 1}
    assert mail.outbox[0].to == ["anna@example.org"]
    assert "has no second factor" in _text(as_boss.post(address, {"reason": "Lost it once more"}, follow=True))


def test_new_link_ends_the_earlier_one_and_keeps_the_password(as_boss: Client, anna: User) -> None:
    old, new = (
        re.findall(r"key=([A-Za-z0-9_-]{43})", _text(as_boss.post(f"/people/{anna.pk}/link/")))[0] for _ in range(2)
    )
    assert (judge(old), judge(new) is not None) == (None, True)
    assert Client().login(username="anna", password="correct horse battery staple")


# --- single sign-on --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manages", ["roles", "regions"])
def test_what_the_single_sign_on_says_is_shown_and_not_changed(
    manages: str, as_boss: Client, anna: User, settings: Any
) -> None:
    settings.OIDC_PROVIDERS = {"clinic": make_provider(manages)}
    SocialAccount.objects.create(user=anna, provider="clinic", uid="1")
    assert "at each sign-in anew" in _text(as_boss.get(f"/people/{anna.pk}/"))
    page = _text(as_boss.get(f"/people/{anna.pk}/edit/"))
    assert [f'name="{name}"' in page for name in ("roles", "regions")] == [manages != "roles", manages != "regions"]
    assert f"says this person's {manages}, at each sign-in anew; they cannot be changed here." in unescape(page)
    as_boss.post(f"/people/{anna.pk}/edit/", form_of(anna, roles=["admin"], all_regions="on"))
    expected = (["analyst"], ["*"]) if manages == "roles" else (["admin"], ["germany"])
    assert state_of(anna)[3:] == expected
    assert (as_boss.post(f"/people/{anna.pk}/link/").status_code == 200) == (manages == "regions")


def test_other_accounts_of_a_provider_are_changed_as_ever(as_boss: Client, anna: User, settings: Any) -> None:
    settings.OIDC_PROVIDERS = {"clinic": make_provider("roles")}
    as_boss.post(f"/people/{anna.pk}/edit/", form_of(anna, roles=["reviewer"]))
    assert state_of(anna)[3] == ["reviewer"]
    assert "cannot be changed here" not in _text(as_boss.get(f"/people/{anna.pk}/edit/"))
