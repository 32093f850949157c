"""The review page of the largest center asks the database no more than that of the smallest."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mappings.discovery import store_catalog
from mappings.models import Mapping
from mappings.review_choices import MOST_OTHERS
from mappings.versions import new_version, propose_for
from tests.mappings.catalogs import table
from tests.mappings.conftest import make_center
from tests.mappings.large_center import large_catalog, large_mapping
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


def test_lists_do_not_grow_with_the_source(reviewer: User, client_of: Callable[[User], Client]) -> None:
    """A column is chosen from its table, a table from the first 200; the search finds the rest."""
    wide = table("ZETTEL", 1, ", ".join(f"SPALTE_{number} int" for number in range(1, 401)))
    center = make_center()
    source = large_catalog(240)
    propose_for(center, store_catalog(center, replace(source, tables=(*source.tables, wide))).snapshot)
    response = client_of(reviewer).get("/mappings/center_01/1/")
    for row in response.context["tables"]:
        assert len(row.options.others) == MOST_OTHERS
        assert row.options.left_out == 241 - MOST_OTHERS - len(row.options.likely)
        assert max(len(field.options.likely) + len(field.options.others) for field in row.fields) <= 10
    part = client_of(reviewer).get("/mappings/center_01/1/tables/KARTEI", {"KARTEI.table": '["ck", "ZETTEL"]'})
    assert {field.options.left_out > 0 for field in part.context["table"].fields} == {True}
    assert "more: search all columns" in response.content.decode()
