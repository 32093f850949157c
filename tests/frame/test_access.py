"""Roles, the sign-in wall and the headers around every page."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from dentalhub.access import Right, Role, has_role, may, role_required, roles_of

SignIn = Callable[[User], Client]


def test_roles_are_groups(reviewer: User) -> None:
    assert roles_of(reviewer) == {Role.REVIEWER}
    assert has_role(reviewer, Role.ADMIN, Role.REVIEWER)
    assert not has_role(reviewer, Role.ADMIN)


def test_superuser_has_every_role(db: None) -> None:
    assert roles_of(User.objects.create_superuser("root")) == frozenset(Role)


def test_anonymous_has_no_role() -> None:
    assert roles_of(AnonymousUser()) == frozenset()


def test_role_required_lets_the_role_pass_and_refuses_others(admin: User, analyst: User) -> None:
    @role_required(Role.ADMIN)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("in")

    request = RequestFactory().get("/")
    request.user = admin
    assert view(request).status_code == 200
    request.user = analyst
    with pytest.raises(PermissionDenied):
        view(request)


@pytest.mark.parametrize("address", ["/", "/centers/", "/mappings/", "/runs/", "/results/"])
def test_every_page_asks_for_sign_in(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={address}"


def test_htmx_is_sent_to_the_sign_in_page_as_a_whole(client: Client, db: None) -> None:
    response = client.get("/runs/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=/runs/"


def test_auditor_reads_what_holds_no_patient_and_writes_nothing(auditor: User) -> None:
    assert [right for right in Right if may(auditor, right)] == [
        Right.READ_CENTERS,
        Right.READ_RUNS,
        Right.READ_SLICES,
        Right.READ_AUDIT,
    ]
