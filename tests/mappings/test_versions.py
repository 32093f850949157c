from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from centers.catalog import Catalog
from centers.models import Center
from mappings.discovery import store_catalog
from mappings.document import MappingDocument
from mappings.enums import MappingStatus
from mappings.exceptions import StaleError, TransitionError
from mappings.models import Mapping, SchemaSnapshot
from mappings.queries import approved_mapping, mapping_version, newest_mapping, newest_snapshot
from mappings.versions import edit, propose_for, restore
from tests.mappings.catalogs import standard

CODES = (("P", "PKV"), ("1", "GKV"))


def other(mapping: Mapping) -> MappingDocument:
    return replace(mapping.document(), insurance_codes=CODES)


def test_proposal_is_a_draft_of_nobody(proposal: Mapping, snapshot: SchemaSnapshot) -> None:
    assert (proposal.version, proposal.status, proposal.author) == (1, MappingStatus.DRAFT, None)
    assert (proposal.generated, proposal.snapshot) == (True, snapshot)


def test_equal_proposal_is_kept(proposal: Mapping, center: Center, snapshot: SchemaSnapshot) -> None:
    assert propose_for(center, snapshot) == proposal
    assert Mapping.objects.count() == 1


def test_equal_proposal_moves_to_the_newer_snapshot(proposal: Mapping, center: Center, catalog: Catalog) -> None:
    smaller = replace(catalog, tables=tuple(item for item in catalog.tables if not item.name.startswith("TERMIN")))
    newer = store_catalog(center, smaller).snapshot
    assert propose_for(center, newer).snapshot == newer
    assert Mapping.objects.count() == 1


def test_other_proposal_replaces_an_untouched_one(proposal: Mapping, center: Center) -> None:
    second = propose_for(center, store_catalog(center, standard()).snapshot)
    proposal.refresh_from_db()
    assert (second.version, second.status) == (2, MappingStatus.DRAFT)
    assert proposal.status == MappingStatus.SUPERSEDED


def test_other_proposal_leaves_a_persons_draft(proposal: Mapping, center: Center, reviewer: User) -> None:
    edit(proposal, other(proposal), reviewer)
    propose_for(center, store_catalog(center, standard()).snapshot)
    proposal.refresh_from_db()
    assert proposal.status == MappingStatus.DRAFT


def test_edit_makes_the_person_its_author(proposal: Mapping, reviewer: User) -> None:
    edited = edit(proposal, other(proposal), reviewer, expected_hash=proposal.content_hash)
    assert (edited.pk, edited.author, edited.generated) == (proposal.pk, reviewer, False)
    assert edited.document().insurance_codes == CODES


def test_edit_that_changes_nothing_has_no_author(proposal: Mapping, reviewer: User) -> None:
    edited = edit(proposal, proposal.document(), reviewer)
    assert (edited.author, edited.generated) == (None, True)


def test_edit_takes_a_version_back_from_review(proposal: Mapping, reviewer: User) -> None:
    Mapping.objects.update(status=MappingStatus.IN_REVIEW)
    assert edit(proposal, other(proposal), reviewer).status == MappingStatus.DRAFT


def test_edit_of_content_that_moved_on_is_refused(proposal: Mapping, reviewer: User, admin: User) -> None:
    seen = proposal.content_hash
    edit(proposal, other(proposal), admin, expected_hash=seen)
    with pytest.raises(StaleError):
        edit(proposal, proposal.document(), reviewer, expected_hash=seen)


@pytest.mark.parametrize("status", [MappingStatus.APPROVED, MappingStatus.REJECTED, MappingStatus.SUPERSEDED])
def test_decided_version_cannot_be_edited(proposal: Mapping, reviewer: User, status: MappingStatus) -> None:
    Mapping.objects.update(status=status)
    with pytest.raises(TransitionError, match="Version 1 is decided"):
        edit(proposal, other(proposal), reviewer)


def test_restored_version_is_a_new_draft(proposal: Mapping, center: Center, reviewer: User) -> None:
    Mapping.objects.update(status=MappingStatus.REJECTED)
    restored = restore(proposal, reviewer)
    assert (restored.version, restored.status, restored.author) == (2, MappingStatus.DRAFT, reviewer)
    assert restored.content_hash == proposal.content_hash
    assert restored.snapshot == newest_snapshot(center)


def test_version_without_a_number_is_the_approved_one(proposal: Mapping, center: Center, reviewer: User) -> None:
    assert (approved_mapping(center), mapping_version(center, None)) == (None, proposal)
    Mapping.objects.update(status=MappingStatus.APPROVED)
    newer = restore(proposal, reviewer)
    assert (approved_mapping(center), mapping_version(center, None)) == (proposal, proposal)
    assert (newest_mapping(center), mapping_version(center, 2), mapping_version(center, 9)) == (newer, newer, None)
