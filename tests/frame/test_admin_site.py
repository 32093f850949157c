"""Django's administration is for superusers, behind the one sign-in page."""

import time
from collections.abc import Callable

import pytest
from django.apps import apps as django_apps
from django.contrib import admin as django_admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from dentalhub.reauthentication import SESSION_KEY

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGES = ["/admin/", "/admin/auth/user/", "/admin/centers/region/"]


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("root")


@pytest.mark.parametrize("page", PAGES)
def test_a_superuser_sees_it(client_of: SignIn, superuser: User, page: str) -> None:
    assert client_of(superuser).get(page).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "/admin/login/"])
def test_staff_and_admins_do_not(client_of: SignIn, admin: User, page: str) -> None:
    User.objects.filter(pk=admin.pk).update(is_staff=True)
    assert client_of(admin).get(page, follow=True).status_code == 403


@pytest.mark.parametrize("page", [*PAGES, "/admin/login/"])
def test_anonymous_signs_in_on_the_one_page(client: Client, page: str) -> None:
    answer = client.get(page, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")
    assert client.post("/admin/login/", {"username": "root", "password": "x"}).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_it_asks_again_who_is_there(client_of: SignIn, superuser: User, page: str) -> None:
    superuser.set_password("correct horse battery staple")
    superuser.save()
    client = client_of(superuser)
    session = client.session
    session[SESSION_KEY] = int(time.time()) - 3600
    session.save()
    assert client.get(page).headers["Location"].startswith("/accounts/reauthenticate/?next=%2Fadmin")


def test_providers_tokens_and_addresses_are_not_to_be_edited() -> None:
    names = {model.__name__ for model in django_admin.site._registry}
    assert names.isdisjoint({"SocialApp", "SocialToken", "EmailAddress"})


REGISTERED = sorted(model._meta.label_lower for model in django_admin.site._registry)


@pytest.mark.parametrize("label", REGISTERED)
def test_nothing_is_added_changed_or_deleted_there(client_of: SignIn, superuser: User, label: str) -> None:
    """But a center that was never discovered, which the pages of the app do not delete."""
    app, model = label.split(".")
    client, changed = client_of(superuser), f"/admin/{app}/{model}/"
    is_center = label == "centers.center"
    assert client.get(changed).status_code == 200
    assert client.get(f"{changed}add/").status_code == 403
    assert client.post(f"{changed}add/", {}).status_code == 403
    shown = django_admin.site._registry[django_apps.get_model(label)]
    request = RequestFactory().get("/")
    request.user = superuser
    assert [shown.has_add_permission(request), shown.has_change_permission(request)] == [False, False]
    assert shown.has_delete_permission(request) is is_center
    assert sorted(shown.get_actions(request)) == (["delete_selected"] if is_center else [])


def test_a_forged_change_of_rights_is_refused(client_of: SignIn, superuser: User, admin: User) -> None:
    address = f"/admin/auth/user/{admin.pk}/change/"
    assert client_of(superuser).post(address, {"username": "admin", "is_superuser": "on"}).status_code == 403
    assert not User.objects.get(pk=admin.pk).is_superuser


def test_sessions_and_second_factors_are_not_shown() -> None:
    assert {"mfa.authenticator", "usersessions.usersession", "sessions.session"}.isdisjoint(REGISTERED)
