"""Every view for something far-reaching asks for a recent sign-in, and other roles are refused all the same."""

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dentalhub.reauthentication import SESSION_KEY

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
GET_AND_POST = [
    "/accounts/tokens/new/",
    "/results/export/",
    "/results/exports/saved/new/",
    "/results/exports/saved/1/",
    "/centers/servers/new/",
    "/centers/servers/anything/edit/",
    "/centers/regions/new/",
    "/centers/regions/anything/edit/",
    "/centers/regions/anything/privacy/",
    "/centers/new/",
    "/centers/id/anything/edit/",
    "/centers/id/anything/privacy/",
    "/centers/import/",
    "/people/new/",
    "/people/1/edit/",
    "/results/patients/erase/",
    "/results/patients/record/",
    "/results/patients/1/lift/",
    "/alerts/channels/new/",
    "/alerts/channels/1/",
    "/alerts/channels/1/delete/",
]
GET_ONLY = ["/results/exports/1/file/"]
POST_ONLY = [
    "/results/exports/saved/1/run/",
    "/accounts/sessions/end/",
    "/accounts/sessions/1/end/",
    *(f"/people/1/{action}/" for action in ("deactivate", "reactivate", "sign-out", "second-factor", "link")),
    *(f"/centers/servers/anything/tls/{action}/" for action in ("pin", "verify", "trust", "trust/1/approve")),
]
FAR_REACHING = [
    *((method, address) for address in GET_AND_POST for method in ("get", "post")),
    *(("get", address) for address in GET_ONLY),
    *(("post", address) for address in POST_ONLY),
]


def long_ago(client: Client) -> Client:
    session = client.session
    session[SESSION_KEY] = int(time.time()) - 3600
    session.save()
    return client


@pytest.mark.parametrize(("method", "address"), FAR_REACHING)
def test_it_asks_again_who_is_there(client_of: SignIn, admin: User, method: str, address: str) -> None:
    answer = getattr(long_ago(client_of(admin)), method)(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")


@pytest.mark.parametrize(("method", "address"), [pair for pair in FAR_REACHING if not pair[1].startswith("/accounts/")])
def test_another_role_is_refused_and_not_asked(client_of: SignIn, reviewer: User, method: str, address: str) -> None:
    assert getattr(long_ago(client_of(reviewer)), method)(address).status_code == 403


@pytest.mark.parametrize("address", [*GET_ONLY, *POST_ONLY])
def test_another_method_is_refused_and_not_asked(client_of: SignIn, admin: User, address: str) -> None:
    method = "post" if address in GET_ONLY else "get"
    assert getattr(long_ago(client_of(admin)), method)(address).status_code == 405


@pytest.mark.parametrize("action", ["fetch", "trust/1/refuse"])
def test_what_opens_nothing_asks_nobody(client_of: SignIn, admin: User, action: str) -> None:
    assert long_ago(client_of(admin)).post(f"/centers/servers/anything/tls/{action}/").status_code == 404
