"""Proposals for many centers at once."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from dentalhub import batches, processor_pool
from dentalhub.models import AuditEvent
from mappings import proposing
from mappings.approval import approve
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.learned_names import Vocabularies, current_vocabulary, forget
from mappings.models import ImportedName, Mapping
from mappings.profiling import profile_of
from mappings.proposing import ProposalOutcome, propose_many
from mappings.version_content import ProposalTask, VersionContent, proposed_from_texts
from mappings.version_digests import digest_of
from mappings.versions import edit, propose_for
from tests.mappings.catalogs import standard, with_column
from tests.mappings.conftest import make_center
from tests.mappings.people import with_code
from tests.mappings.sampled import samples_for

RENAMED = with_column(standard(), "KARTEI", "BEMERKUNG", "BEMERKUNG_Z9Z")


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor_pool, "WORTH_PROCESSES", 2)
    monkeypatch.setattr(processor_pool, "available_cores", lambda: 2)
    monkeypatch.setattr(batches, "GATHERING", 30.0)


def discovered(number: int) -> Center:
    center = make_center(number)
    source = standard(affix=number % 2 == 0)
    store_catalog(center, source, profile_of(source, samples_for(source)) if number % 3 else None)
    return center


def by_center(outcomes: list[ProposalOutcome]) -> dict[str, ProposalOutcome]:
    return {outcome.center.center_id: outcome for outcome in outcomes}


@pytest.mark.usefixtures("in_processes")
@pytest.mark.django_db
def test_many_proposals_are_those_of_single_centers(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    alone = [discovered(number) for number in range(1, 7)]
    many = [discovered(number) for number in range(7, 13)]
    expected = [propose_for(center, center.snapshots.get()) for center in alone]
    with django_assert_max_num_queries(40):
        found = by_center(list(propose_many(many)))
    for center, version in zip(many, expected, strict=True):
        # Every sixth source is the same, down to its profile.
        made = found[center.center_id].mapping
        assert made is not None
        made.refresh_from_db()
        assert (made.content, made.content_hash) == (version.content, version.content_hash)
        assert (made.version, made.status, made.author, made.generated) == (1, MappingStatus.DRAFT, None, True)
        assert digest_of(made) == digest_of(version)
    assert AuditEvent.objects.filter(action="mapping.proposed").count() == 12


@pytest.mark.usefixtures("in_processes")
def test_center_without_a_snapshot_is_undiscovered(center: Center) -> None:
    others = [discovered(number) for number in range(2, 5)]
    found = by_center(list(propose_many([center, *others])))
    assert {name for name, outcome in found.items() if outcome.is_undiscovered} == {"center_01"}
    assert {name for name, outcome in found.items() if outcome.mapping is not None} == {
        "center_02",
        "center_03",
        "center_04",
    }


@pytest.mark.django_db
def test_failed_proposal_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(task: ProposalTask) -> VersionContent:
        if '"DentalDB_02"' in task.catalog:
            raise RuntimeError
        return proposed_from_texts(task)

    centers = [make_center(number) for number in range(1, 4)]
    for center in centers:
        store_catalog(center, replace(standard(), database=center.database))
    monkeypatch.setattr(proposing, "proposed_from_texts", made)
    found = by_center(list(propose_many(centers)))
    assert {name for name, outcome in found.items() if outcome.failed} == {"center_02"}
    assert Mapping.objects.count() == 2


@pytest.mark.django_db
def test_same_content_is_kept_and_a_draft_gives_way_to_another(admin: User) -> None:
    kept, superseded, edited = (discovered(number) for number in (1, 2, 3))
    centers = [kept, superseded, edited]
    first = by_center(list(propose_many(centers)))
    store_catalog(superseded, RENAMED)
    last = first[edited.center_id].mapping
    assert last is not None
    last.refresh_from_db()
    edit(last, with_code(last, "Z"), admin)
    again = by_center(list(propose_many(centers)))
    assert again[kept.center_id].mapping == first[kept.center_id].mapping
    versions = Mapping.objects.order_by("center__center_id", "version").values_list("center__center_id", "status")
    assert list(versions) == [
        ("center_01", MappingStatus.DRAFT),
        ("center_02", MappingStatus.SUPERSEDED),
        ("center_02", MappingStatus.DRAFT),
        # A person's own draft is never set aside.
        ("center_03", MappingStatus.DRAFT),
        ("center_03", MappingStatus.DRAFT),
    ]


@pytest.mark.django_db
def test_approved_center_is_proposed_with_what_it_decided(reviewer: User) -> None:
    center = make_center()
    approve(
        propose_for(center, store_catalog(center, standard()).snapshot), reviewer, reason="seen", all_looked_at=True
    )
    newer = store_catalog(center, RENAMED).snapshot
    (outcome,) = propose_many([center])
    twin = propose_for(center, newer)
    assert outcome.mapping == twin
    assert outcome.mapping is not None
    assert outcome.mapping.version == 2


@pytest.mark.django_db
def test_vocabularies_are_those_of_each_center(admin: User, reviewer: User) -> None:
    centers = [make_center(number) for number in range(1, 4)]
    for center in centers[:2]:
        source = with_column(standard(), "KARTEI", "BEMERKUNG", "KARTEITEXT")
        approve(
            propose_for(center, store_catalog(center, source).snapshot), reviewer, reason="seen", all_looked_at=True
        )
    ImportedName.objects.create(canonical="KARTEI.DATUM", name_key="TAG", confirmed=3, rejected=1)
    for _state in ("learned", "forgotten"):
        found = Vocabularies()
        assert [found.without(center) for center in centers] == [current_vocabulary(center) for center in centers]
        assert found.without(centers[2]).entries
        forget("KARTEI.BEMERKUNG", "KARTEITEXT", admin)
