"""What surrounds every page: header, navigation, switches, sign-in, error pages, htmx settings."""

import html
import json
import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.test.utils import override_settings

from dentalhub.access import Role
from tests.scopes import sees_all_regions

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.frame.frame_urls")]
PASSWORD = "frame-test-pass"


def person(*roles: Role, is_staff: bool = False, is_superuser: bool = False) -> Client:
    user = User(username="anna", first_name="Anna", is_staff=is_staff, is_superuser=is_superuser)
    user.set_password(PASSWORD)
    user.save()
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    sees_all_regions(user)
    client = Client()
    client.force_login(user)
    return client


def navigation(page: str) -> list[tuple[str, bool]]:
    items = re.search(r'<nav class="site-nav".*?</nav>', page, re.DOTALL)
    if items is None:
        return []
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', items.group())
    return [(address, bool(current)) for address, current in links]


def test_sign_in_page_is_open_to_anonymous_and_has_no_navigation(client: Client) -> None:
    response = client.get("/accounts/login/")
    page = response.content.decode()
    assert response.status_code == 200
    assert navigation(page) == []
    assert page.count("<h1>") == 1
    assert page.count('name="csrfmiddlewaretoken"') == 3  # name and password, passkey, language switch
    assert 'autocomplete="current-password"' in page


def test_sign_in_keeps_the_address_that_was_asked_for(client: Client) -> None:
    User.objects.create_user("anna", password=PASSWORD)
    page = client.get("/accounts/login/?next=/runs/").content.decode()
    assert '<input type="hidden" name="next" value="/runs/">' in page
    credentials = {"login": "anna", "password": PASSWORD, "next": "/runs/"}
    assert client.post("/accounts/login/", credentials).headers["Location"] == "/runs/"


def test_sign_in_with_wrong_password_says_so_in_an_alert(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "anna", "password": "not-that-one"}).content.decode()
    alert = re.search(r'<div class="notice notice--danger" role="alert".*?</div>\s*</div>', page, re.DOTALL)
    assert alert is not None
    assert "The name or the password is not right." in alert.group()
    assert "not-that-one" not in page


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", "/"),
        ("/centers/", "/centers/"),
        ("/mappings/", "/mappings/"),
        ("/runs/", "/runs/"),
        ("/results/", "/results/"),
    ],
)
def test_navigation_marks_the_current_page_only(address: str, current: str) -> None:
    items = navigation(person(Role.ANALYST).get(address).content.decode())
    assert items == [(each, each == current) for each in ("/", "/centers/", "/mappings/", "/runs/", "/results/")]


def test_navigation_of_a_person_without_role_has_the_dashboard_only() -> None:
    assert navigation(person().get("/").content.decode()) == [("/", True)]


def test_administration_link_is_not_for_staff() -> None:
    assert "/admin/" not in person(Role.ADMIN, is_staff=True).get("/").content.decode()


def test_administration_link_is_shown_to_superusers() -> None:
    assert 'href="/admin/"' in person(is_superuser=True).get("/").content.decode()


def test_language_switch_works_before_sign_in_and_returns_to_the_page(client: Client) -> None:
    page = client.get("/accounts/login/?next=/runs/").content.decode()
    assert 'name="next" value="/accounts/login/?next=/runs/"' in page
    answer = client.post("/i18n/setlang/", {"language": "de", "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="de">' in page
    assert re.findall(r'value="(\w\w)" lang="\w\w" aria-current="true"', page) == ["de"]


def test_sign_out_is_a_form_that_posts() -> None:
    client = person(Role.ANALYST)
    assert re.search(
        r'<form method="post" action="/accounts/logout/"><input type="hidden" name="csrf',
        client.get("/").content.decode(),
    )
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_htmx_runs_without_eval_scripts_or_history_cache() -> None:
    page = person(Role.ANALYST).get("/").content.decode()
    meta = re.search(r"<meta name=\"htmx-config\" content='([^']+)'>", page)
    assert meta is not None
    settings = json.loads(html.unescape(meta.group(1)))
    safe = {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "selfRequestsOnly": True,
    }
    assert {name: settings[name] for name in safe} == safe


@pytest.mark.parametrize(
    ("status", "swap"),
    [
        (200, True),
        (204, False),
        (286, True),
        (302, True),
        (403, False),
        (404, False),
        (409, True),
        (422, True),
        (500, False),
    ],
)
def test_htmx_swaps_the_answers_that_have_something_to_show(status: int, swap: bool) -> None:
    page = person(Role.ANALYST).get("/").content.decode()
    settings = json.loads(re.findall(r"htmx-config\" content='([^']+)'", page)[0])
    rule = next(rule for rule in settings["responseHandling"] if re.search(rule["code"], str(status)))
    assert rule["swap"] == swap


def test_unknown_address_shows_the_page_for_404() -> None:
    response = person(Role.ANALYST).get("/nothing-here/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
    assert navigation(response.content.decode())[0] == ("/", False)


def test_missing_right_shows_the_page_for_403() -> None:
    response = person(Role.ANALYST).get("/forbidden/")
    assert response.status_code == 403
    assert "Your role does not allow this" in response.content.decode()


def test_fault_shows_the_page_for_500_without_its_cause(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "Error 500" in response.content.decode()
    assert "broken on purpose" not in response.content.decode()


def test_missing_token_shows_the_page_for_an_expired_form() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "anna"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


@override_settings(ALLOWED_HOSTS=["dentalhub.example"])
def test_foreign_host_shows_the_page_for_400(client: Client) -> None:
    response = client.get("/accounts/login/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "Error 400" in response.content.decode()


def test_style_guide_shows_the_errors_of_the_form_on_demand() -> None:
    client = person(Role.ANALYST)
    assert 'class="field__error"' not in client.get("/styleguide/").content.decode()
    assert client.get("/styleguide/?errors=1").content.decode().count('class="field__error"') == 2


def test_results_are_offered_only_to_who_may_see_them() -> None:
    addresses = {role: [address for address, _current in navigation(page_of(role))] for role in Role}
    assert [role for role in Role if "/results/" in addresses[role]] == [Role.ADMIN, Role.ANALYST]


def page_of(role: Role) -> str:
    user = User.objects.create_user(role.value)
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    sees_all_regions(user)
    client = Client()
    client.force_login(user)
    return client.get("/").content.decode()
