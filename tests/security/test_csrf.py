"""No other site makes a signed-in browser do anything: each address that changes something asks for a token."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centers.models import Region
from tests.security.routes import all_routes

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FORM = "/centers/regions/new/"
REGION = {"code": "tyrol", "name": "Tyrol", "time_zone": "Europe/Vienna"}


def strict(user: User) -> Client:
    """A browser of `user`, whom the server asks for tokens as it does outside of tests."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def token_in(page: str) -> str:
    """What htmx sends along, from the page's body element."""
    found = re.search(r'hx-headers=\'\{"X-CSRFToken": "(\w+)"\}\'', page)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize("token", ["", "a" * 64], ids=["no token", "a token of nobody"])
def test_every_address_refuses_a_form_without_its_token(superuser: User, headers: dict[str, str], token: str) -> None:
    client = strict(superuser)
    form = {"csrfmiddlewaretoken": token} if token else {}
    answers = {
        route.address: client.post(route.address, form, headers=headers).status_code
        for route in all_routes()
        if not route.is_api
    }
    assert {address: status for address, status in answers.items() if status != 403} == {}


def test_the_api_believes_no_cookie(superuser: User) -> None:
    client = strict(superuser)
    for route in all_routes():
        if route.is_api and route.name != "api:openapi-json":
            assert client.post(route.address, {}, content_type="application/json").status_code in {401, 404, 405}


def test_only_the_api_is_exempt() -> None:
    exempt = {route.address for route in all_routes() if getattr(route.view, "csrf_exempt", False)}
    assert {address for address in exempt if not address.startswith("/api/v1/")} == set()


def test_fragment_gets_the_token_of_its_page(admin: User) -> None:
    client = strict(admin)
    page = client.get(FORM)
    token = token_in(page.content.decode())
    answer = client.post(FORM, REGION, headers={"HX-Request": "true", "X-CSRFToken": token})
    assert (answer.status_code, Region.objects.filter(code="tyrol").exists()) == (302, True)


def test_page_from_before_a_new_sign_in_is_refused_and_works_again_when_it_is_loaded_anew(admin: User) -> None:
    client = strict(admin)
    old = token_in(client.get(FORM).content.decode())
    client.logout()
    client.cookies.clear()
    client.force_login(admin)
    new = token_in(client.get(FORM).content.decode())
    refused = client.post(FORM, REGION, headers={"HX-Request": "true", "X-CSRFToken": old})
    assert (refused.status_code, "This form has expired" in refused.content.decode()) == (403, True)
    assert Region.objects.filter(code="tyrol").exists() is False
    assert client.post(FORM, REGION, headers={"X-CSRFToken": new}).status_code == 302


def test_strangers_origin_is_refused_even_with_the_token(admin: User) -> None:
    client = strict(admin)
    token = token_in(client.get(FORM).content.decode())
    headers = {"X-CSRFToken": token, "Origin": "https://elsewhere.example"}
    assert client.post(FORM, REGION, headers=headers).status_code == 403
