"""The review page of the largest center asks the database no more than that of the smallest."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mappings.models import Mapping
from mappings.versions import new_version
from tests.mappings.large_center import large_mapping
from tests.mappings.people import with_code

pytestmark = pytest.mark.django_db
# session, user, version, roles, editors, newest snapshot, newest dry run, approved version, policy, what was said about
# fields, comments, what waits
QUERIES = 12


@pytest.mark.parametrize("versions", [1, 10])
@pytest.mark.parametrize("tables", [5, 150])
def test_queries_are_the_same_for_every_center(
    tables: int,
    versions: int,
    reviewer: User,
    client_of: Callable[[User], Client],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mapping = large_mapping(tables)
    for number in range(1, versions):
        mapping = new_version(
            mapping.center, mapping.snapshot, with_code(mapping, f"Q{number}"), author=None, generated=True
        )
    assert (mapping.snapshot.table_count, Mapping.objects.count()) == (tables, versions)
    client = client_of(reviewer)
    with django_assert_num_queries(QUERIES):
        assert client.get(mapping.get_absolute_url()).status_code == 200
