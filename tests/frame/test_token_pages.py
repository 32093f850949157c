"""The pages of API tokens: made here, shown once, ended here."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dentalhub.access import Right
from dentalhub.models import ApiToken
from dentalhub.tokens import Refusal, issue, judge

ClientOf = Callable[[User], Client]
QueryCount = Callable[[int], AbstractContextManager[object]]
LIST, NEW = "/accounts/tokens/", "/accounts/tokens/new/"
MONTH = dt.timedelta(days=30)
FORM = {"name": "night report", "scopes": ["read:centers", "read:runs"], "days": "30"}


def _text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def _token(user: User, name: str = "night report") -> ApiToken:
    return issue(user, name, [Right.READ_RUNS], MONTH).token


def test_token_is_shown_once_and_then_never(reviewer: User, client_of: ClientOf) -> None:
    client = client_of(reviewer)
    answer = client.post(NEW, FORM)
    (text,) = re.findall(r'value="(dh_[^"]+)"', _text(answer))
    assert answer.headers["Cache-Control"] == "no-store"
    token = judge(text)
    assert isinstance(token, ApiToken)
    assert (token.user, token.name, token.scopes) == (reviewer, "night report", "read:centers read:runs")
    assert abs(token.expires_at - timezone.now() - MONTH) < dt.timedelta(minutes=1)
    for address in (LIST, NEW, "/"):
        assert text[12:] not in _text(client.get(address))
    assert text[12:] not in str(list(client.session.items()))


def test_form_sent_twice_makes_one_token(reviewer: User, client_of: ClientOf) -> None:
    client = client_of(reviewer)
    client.post(NEW, FORM)
    again = client.post(NEW, FORM)
    assert again.status_code == 422
    assert "You have a token of this name already." in _text(again)
    assert ApiToken.objects.count() == 1


def test_only_rights_of_the_person_are_offered_and_taken(
    reviewer: User, analyst: User, client_of: ClientOf, settings: Any
) -> None:
    assert "read:entries" not in _text(client_of(reviewer).get(NEW))
    assert client_of(reviewer).post(NEW, FORM | {"scopes": ["read:entries"]}).status_code == 422
    assert 'value="reveal:patients"' in _text(client_of(analyst).get(NEW))
    settings.REVEAL_ROLES = ["admin"]
    assert "reveal:patients" not in _text(client_of(analyst).get(NEW))
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": "x" * 61}, {"scopes": []}, {"scopes": ["all"]}, {"days": "3650"}, {"days": ""}]
)
def test_bad_form(change: dict[str, Any], reviewer: User, client_of: ClientOf) -> None:
    answer = client_of(reviewer).post(NEW, FORM | change)
    assert answer.status_code == 422
    assert 'role="alert"' in _text(answer)
    assert not ApiToken.objects.exists()


def test_list_shows_ones_own_with_their_states(analyst: User, admin: User, client_of: ClientOf) -> None:
    _token(admin, "of the admin")
    for name, spoiled in (
        ("valid one", {}),
        ("old one", {"expires_at": timezone.now()}),
        ("ended one", {"revoked_at": timezone.now()}),
    ):
        ApiToken.objects.filter(pk=_token(analyst, name).pk).update(**spoiled)
    text = _text(client_of(analyst).get(LIST))
    assert re.findall(r'<th scope="row">([^<]+)</th>', text) == ["ended one", "old one", "valid one"]
    states = re.findall(r"badge-state--\w+.*?</span>", text, re.DOTALL)
    assert ["revoked" in states[0], "expired" in states[1], "valid" in states[2]] == [True, True, True]
    assert text.count("Revoke for ever") == 2
    assert "of the admin" not in _text(client_of(analyst).get(f"{LIST}?all=1"))


def test_admin_sees_and_ends_those_of_all_people(analyst: User, admin: User, client_of: ClientOf) -> None:
    made = issue(analyst, "night report", [Right.READ_RUNS], MONTH)
    client = client_of(admin)
    assert "night report" not in _text(client.get(LIST))
    text = _text(client.get(f"{LIST}?all=1"))
    assert "night report" in text
    assert "<td>analyst</td>" in text
    answer = client.post(f"{LIST}{made.token.pk}/revoke/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?all=1")
    assert judge(made.text) is Refusal.REVOKED


def test_person_ends_ones_own_only(analyst: User, reviewer: User, client_of: ClientOf) -> None:
    token = _token(analyst)
    address = f"{LIST}{token.pk}/revoke/"
    assert client_of(reviewer).post(address).status_code == 404
    client = client_of(analyst)
    assert "counts no more" in _text(client.post(address, follow=True))
    assert "had been revoked already" in _text(client.post(address, follow=True))


def test_tokens_of_an_inactive_person_say_so(analyst: User, admin: User, client_of: ClientOf) -> None:
    _token(analyst)
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert "its person is not active" in _text(client_of(admin).get(f"{LIST}?all=1"))


def test_htmx_gets_the_table_only(analyst: User, client_of: ClientOf) -> None:
    text = _text(client_of(analyst).get(LIST, headers={"HX-Request": "true"}))
    assert text.lstrip().startswith('<div id="token-table">')


@pytest.mark.parametrize("address", [LIST, NEW])
def test_who_may_see_the_pages(address: str, client: Client, db: None, client_of: ClientOf) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert client_of(User.objects.create_user("nobody")).get(address).status_code == 403


def test_methods_and_unknown_tokens(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert client.post(LIST).status_code == 405
    assert client.put(NEW).status_code == 405
    assert client.get(f"{LIST}1/revoke/").status_code == 405
    assert client.post(f"{LIST}1/revoke/").status_code == 404


def test_menu_leads_to_the_tokens(analyst: User, client_of: ClientOf) -> None:
    assert f'href="{LIST}"' in _text(client_of(analyst).get(NEW))


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_a_constant_number_of_queries(
    count: int, admin: User, client_of: ClientOf, django_assert_num_queries: QueryCount
) -> None:
    for number in range(count):
        _token(admin, f"number {number}")
    client = client_of(admin)
    # Session, person with roles, the regions of the navigation, the count and the tokens.
    with django_assert_num_queries(5):
        assert _text(client.get(f"{LIST}?all=1")).count("number ") >= count
