from dataclasses import replace

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import Settings

from centers.catalog import Catalog, Column
from centers.models import Center
from dentalhub.models import AuditEvent
from mappings import approval
from mappings.approval import approve, reject, submit
from mappings.checks import Check
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.exceptions import StaleError, TransitionError
from mappings.models import Mapping, SchemaSnapshot
from mappings.versions import edit, restore
from tests.scopes import sees_all_regions


@pytest.fixture
def second_reviewer(db: None) -> User:
    person = User.objects.create_user("second")
    person.groups.add(Group.objects.get(name="reviewer"))
    sees_all_regions(person)
    return person


def edited_by(mapping: Mapping, person: User) -> Mapping:
    return edit(mapping, replace(mapping.document(), insurance_codes=(("P", "PKV"), ("G", "GKV"))), person)


def test_approved_version_is_the_only_one(proposal: Mapping, reviewer: User, second_reviewer: User) -> None:
    approve(proposal, reviewer, reason="checked", expected_hash=proposal.content_hash, all_looked_at=True)
    newer = restore(proposal, reviewer)
    approve(newer, second_reviewer, all_looked_at=True)
    proposal.refresh_from_db()
    newer.refresh_from_db()
    assert [proposal.status, newer.status] == [MappingStatus.SUPERSEDED, MappingStatus.APPROVED]
    assert (proposal.reviewer, proposal.reason) == (reviewer, "checked")
    assert newer.decided_at is not None
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", "actor_name"))
    assert ("mapping.approved", "reviewer") in actions
    assert actions[-1] == ("mapping.approved", "second")


def test_submitted_version_can_be_approved(proposal: Mapping, reviewer: User, admin: User) -> None:
    assert submit(proposal, admin).status == MappingStatus.IN_REVIEW
    assert approve(proposal, reviewer, all_looked_at=True).status == MappingStatus.APPROVED


@pytest.mark.parametrize(
    "status", [MappingStatus.IN_REVIEW, MappingStatus.APPROVED, MappingStatus.REJECTED, MappingStatus.SUPERSEDED]
)
def test_only_a_draft_can_be_submitted(proposal: Mapping, admin: User, status: MappingStatus) -> None:
    Mapping.objects.update(status=status)
    with pytest.raises(TransitionError, match="only a draft can be submitted"):
        submit(proposal, admin)


@pytest.mark.parametrize("status", [MappingStatus.APPROVED, MappingStatus.REJECTED, MappingStatus.SUPERSEDED])
def test_decided_version_stays_decided(proposal: Mapping, reviewer: User, status: MappingStatus) -> None:
    Mapping.objects.update(status=status)
    with pytest.raises(TransitionError, match="already"):
        approve(proposal, reviewer, all_looked_at=True)
    with pytest.raises(TransitionError, match="already"):
        reject(proposal, reviewer, "no")
    proposal.refresh_from_db()
    assert proposal.status == status


def test_of_two_reviewers_one_wins(proposal: Mapping, reviewer: User, second_reviewer: User) -> None:
    mine, theirs = Mapping.objects.get(), Mapping.objects.get()
    approve(mine, reviewer, expected_hash=mine.content_hash, all_looked_at=True)
    with pytest.raises(TransitionError, match="Version 1 is already approved, by reviewer"):
        approve(theirs, second_reviewer, expected_hash=theirs.content_hash, all_looked_at=True)
    assert Mapping.objects.filter(status=MappingStatus.APPROVED).count() == 1


def test_update_that_comes_too_late_changes_nothing(
    proposal: Mapping, reviewer: User, second_reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no row is locked: the other decision lands between our look and our write."""
    checks_of = approval.checks_of

    def slow(mapping: Mapping, newest: SchemaSnapshot | None) -> list[Check]:
        Mapping.objects.update(status=MappingStatus.REJECTED, reviewer=second_reviewer)
        return checks_of(mapping, newest)

    monkeypatch.setattr(approval, "checks_of", slow)
    with pytest.raises(TransitionError, match="Version 1 is already rejected, by second"):
        approve(proposal, reviewer, all_looked_at=True)
    assert Mapping.objects.filter(status=MappingStatus.APPROVED).count() == 0


def test_edit_that_lands_between_look_and_write_is_not_approved(
    proposal: Mapping, reviewer: User, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no row is locked: the version is still open, and says something else."""
    checks_of = approval.checks_of

    def slow(mapping: Mapping, newest: SchemaSnapshot | None) -> list[Check]:
        edited_by(mapping, admin)
        return checks_of(mapping, newest)

    monkeypatch.setattr(approval, "checks_of", slow)
    with pytest.raises(TransitionError, match="Somebody else was faster"):
        approve(proposal, reviewer, expected_hash=proposal.content_hash, all_looked_at=True)
    assert Mapping.objects.filter(status=MappingStatus.APPROVED).count() == 0


def test_own_work_needs_a_second_person(proposal: Mapping, reviewer: User, second_reviewer: User) -> None:
    mapping = edited_by(proposal, reviewer)
    with pytest.raises(TransitionError, match="a second person must approve it"):
        approve(mapping, reviewer, all_looked_at=True)
    assert approve(mapping, second_reviewer, all_looked_at=True).status == MappingStatus.APPROVED


def test_own_work_needs_a_reason_without_four_eyes(proposal: Mapping, reviewer: User, settings: Settings) -> None:
    settings.FOUR_EYES = False
    mapping = edited_by(proposal, reviewer)
    with pytest.raises(TransitionError, match="say why you approve it alone"):
        approve(mapping, reviewer, all_looked_at=True)
    assert approve(mapping, reviewer, reason="I am alone.", all_looked_at=True).reason == "I am alone."


def test_own_work_can_be_rejected(proposal: Mapping, reviewer: User) -> None:
    assert reject(edited_by(proposal, reviewer), reviewer, "wrong").status == MappingStatus.REJECTED


def test_content_that_nobody_saw_is_not_approved(proposal: Mapping, reviewer: User, admin: User) -> None:
    seen = proposal.content_hash
    edited_by(proposal, admin)
    with pytest.raises(StaleError, match="was changed after you opened it"):
        approve(proposal, reviewer, expected_hash=seen, all_looked_at=True)
    with pytest.raises(StaleError):
        reject(proposal, reviewer, "no", expected_hash=seen)
    with pytest.raises(StaleError):
        submit(proposal, admin, expected_hash=seen)


@pytest.mark.parametrize("role", ["admin", "analyst"])
def test_only_a_reviewer_decides(proposal: Mapping, role: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(role)
    with pytest.raises(TransitionError, match="Only a reviewer"):
        approve(proposal, person, all_looked_at=True)
    with pytest.raises(TransitionError, match="Only a reviewer"):
        reject(proposal, person, "no")


def test_rejection_needs_a_reason(proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(TransitionError, match="Say why"):
        reject(proposal, reviewer, "  ")
    assert reject(proposal, reviewer, "The wrong table.").reason == "The wrong table."


def test_failed_check_forbids_the_approval(proposal: Mapping, reviewer: User, admin: User) -> None:
    document = proposal.document()
    tables = tuple(replace(table, date_format=None) for table in document.tables)
    mapping = edit(proposal, replace(document, tables=tables), admin)
    with pytest.raises(TransitionError, match=r"KARTEI\.DATUM: choose the form"):
        approve(mapping, reviewer, all_looked_at=True)


def test_newer_schema_of_a_mapped_table_makes_the_approval_stale(
    proposal: Mapping, center: Center, catalog: Catalog, reviewer: User
) -> None:
    """Also for a caller that saw no snapshot."""
    chart = proposal.document().table("KARTEI").table
    grown = tuple(
        replace(item, columns=(*item.columns, Column("NEU", "int", None, True, 99))) if item.name == chart else item
        for item in catalog.tables
    )
    store_catalog(center, replace(catalog, tables=grown))
    with pytest.raises(TransitionError, match="Save the version once to check it anew"):
        approve(proposal, reviewer, all_looked_at=True)
    edit(proposal, proposal.document(), reviewer)
    assert approve(proposal, reviewer, all_looked_at=True).status == MappingStatus.APPROVED
