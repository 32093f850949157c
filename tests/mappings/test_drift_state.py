from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from centers.catalog import Catalog
from centers.models import Center
from dentalhub.models import AuditEvent
from mappings.approval import approve
from mappings.discovery import store_catalog
from mappings.drift_state import center_drift, previous_for, remember_drift, waiting_for_review
from mappings.enums import DriftState, MappingStatus
from mappings.models import Mapping
from mappings.versions import propose_for
from tests.mappings.catalogs import catalog, standard, table, with_column
from tests.mappings.plain_mappings import plain_draft


def renamed() -> Catalog:
    """The standard source with a new affix on one mapped column."""
    return with_column(standard(), "KARTEI", "BEMERKUNG", "BEMERKUNG_Z9Z")


def widened() -> Catalog:
    """The standard source with a longer name of insurers, which breaks nothing."""
    return with_column(standard(), "KASSEN", "NAME", "NAME", "nvarchar", 200)


@pytest.fixture
def approved(center: Center, reviewer: User) -> Mapping:
    """Version 1, approved for the standard source."""
    return approve(plain_draft(center), reviewer, all_looked_at=True)


@pytest.mark.parametrize(
    ("new", "state"),
    [
        (standard(), DriftState.NONE),
        (standard(extra=[table("LABOR", 5, "ID int, NAME varchar:10")]), DriftState.NONE),
        (widened(), DriftState.DRIFT),
        (renamed(), DriftState.BREAKING),
        (catalog(), DriftState.BREAKING),
    ],
)
def test_discovery_remembers_the_drift(new: Catalog, state: DriftState, approved: Mapping, center: Center) -> None:
    store_catalog(center, new)
    assert Mapping.objects.get().drift == state


def test_drift_ends_when_the_old_schema_is_seen_again(approved: Mapping, center: Center) -> None:
    store_catalog(center, renamed())
    store_catalog(center, standard())
    assert Mapping.objects.get().drift == DriftState.NONE
    assert center_drift(center) is None


def test_known_schema_is_asked_for_without_reading_catalogs(
    approved: Mapping, center: Center, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3) as queries:
        assert remember_drift(center) == DriftState.NONE
    assert not any('"content"' in query["sql"] for query in queries.captured_queries)


def test_center_without_approval_has_no_drift(center: Center) -> None:
    plain_draft(center)
    store_catalog(center, renamed())
    assert center_drift(center) is None
    assert Mapping.objects.get().drift == DriftState.NONE


def test_previous_for_follows_the_rename(approved: Mapping, center: Center) -> None:
    assert previous_for(center, approved.snapshot) == approved.document()
    found = previous_for(center, store_catalog(center, renamed()).snapshot)
    assert found is not None
    assert found.table("KARTEI").column("BEMERKUNG") == "BEMERKUNG_Z9Z"


def test_previous_for_is_nothing_before_the_first_approval(center: Center) -> None:
    assert previous_for(center, store_catalog(center, standard()).snapshot) is None


def test_new_proposal_shows_the_old_decision(approved: Mapping, center: Center, reviewer: User) -> None:
    snapshot = store_catalog(center, renamed()).snapshot
    draft = propose_for(center, snapshot)
    field = next(item for item in draft.document().table("KARTEI").fields if item.name == "BEMERKUNG")
    assert (draft.version, draft.status, field.column) == (2, MappingStatus.DRAFT, "BEMERKUNG_Z9Z")
    assert dict(field.evidence[0].detail) == {"name": "BEMERKUNG"}
    assert waiting_for_review(center, snapshot) == draft
    # A pair of eyes settles it.
    approve(draft, reviewer, all_looked_at=True)
    assert center_drift(center) is None
    assert [mapping.drift for mapping in Mapping.objects.filter(status=MappingStatus.APPROVED)] == [DriftState.NONE]


def test_drift_that_breaks_nothing_is_settled_by_a_version_that_says_the_same(
    approved: Mapping, center: Center
) -> None:
    snapshot = store_catalog(center, widened()).snapshot
    draft = propose_for(center, snapshot)
    assert (draft.version, draft.content_hash) == (2, approved.content_hash)
    assert propose_for(center, snapshot).version == 2


def test_approved_version_without_drift_gets_no_successor(approved: Mapping, center: Center) -> None:
    unused = replace(standard(), tables=(*standard().tables, table("LABOR", 5, "ID int, NAME varchar:10")))
    assert propose_for(center, store_catalog(center, unused).snapshot).version == 1


def test_mapping_of_another_center_stays_as_it_was(approved: Mapping, center: Center) -> None:
    assert AuditEvent.objects.filter(action="mapping.approved").count() == 1
    other = Center.objects.create(center_id="other", name="Other", server=center.server, database="Other")
    store_catalog(other, renamed())
    assert Mapping.objects.get().drift == DriftState.NONE
