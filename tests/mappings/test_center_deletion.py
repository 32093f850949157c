"""A center whose versions say what was read from it is not deleted, and whoever tries is told so."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError
from django.test import Client

from centers.models import Center
from mappings.models import Mapping

SignIn = Callable[[User], Client]


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root")


def test_center_with_a_version_is_protected(proposal: Mapping) -> None:
    with pytest.raises(ProtectedError):
        proposal.center.delete()
    assert Mapping.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_site_says_what_stands_in_the_way(
    method: str, proposal: Mapping, superuser: User, client_of: SignIn
) -> None:
    browser, address = client_of(superuser), f"/admin/centers/center/{proposal.center_id}/delete/"
    response = browser.post(address, {"post": "yes"}) if method == "post" else browser.get(address)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Cannot delete center" in text
    assert "Mapping: center_01 v1" in text
    assert Center.objects.count() == 1


def test_admin_sites_list_says_so_too(proposal: Mapping, superuser: User, client_of: SignIn) -> None:
    posted = {"action": "delete_selected", "_selected_action": str(proposal.center_id), "post": "yes"}
    response = client_of(superuser).post("/admin/centers/center/", posted)
    assert (response.status_code, "Cannot delete" in response.content.decode()) == (200, True)
    assert Center.objects.count() == 1


def test_center_that_was_never_discovered_is_deleted(center: Center, superuser: User, client_of: SignIn) -> None:
    response = client_of(superuser).post(f"/admin/centers/center/{center.pk}/delete/", {"post": "yes"})
    assert (response.status_code, Center.objects.count()) == (302, 0)
