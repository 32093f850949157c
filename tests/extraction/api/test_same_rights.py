"""The pages and the API ask the same table who may do what."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from centers.models import Center
from dentalhub.access import ROLES_WITH, Right, Role
from tests.scopes import sees_all_regions

PAGES = [
    (Right.READ_CENTERS, "/centers/"),
    (Right.READ_CENTERS, "/centers/id/center_01/"),
    (Right.READ_RUNS, "/runs/"),
    (Right.WRITE_RUNS, "/runs/start/"),
    (Right.READ_SLICES, "/results/matrix/"),
    (Right.READ_SLICES, "/results/slices/center_01/2026-11-20/"),
    (Right.READ_ENTRIES, "/results/"),
    (Right.EXPORT_ENTRIES, "/results/export/"),
]


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize(("right", "page"), PAGES)
def test_page_is_for_those_whose_token_may_have_the_scope(
    right: Right, page: str, role: Role | None, centers: list[Center], client_of: Callable[[User], Client]
) -> None:
    person = User.objects.create_user("somebody")
    person.groups.set(Group.objects.filter(name=role.value) if role else [])
    sees_all_regions(person)
    expected = 200 if role in ROLES_WITH[right] else 403
    assert client_of(person).get(page).status_code == expected
