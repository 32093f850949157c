"""Every step from every status: what it leads to, and what forbids it."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from mappings.approval import approve, reject, submit
from mappings.enums import MappingStatus
from mappings.exceptions import TransitionError
from mappings.models import Mapping
from mappings.transitions import OPEN, SEALED, Step, allowed, may_become, sources_of
from mappings.versions import edit, propose_for, restore
from tests.mappings.people import a_reviewer, with_code

DRAFT, IN_REVIEW, APPROVED, REJECTED, SUPERSEDED = MappingStatus
# What a version becomes by a step; what is not named here is forbidden.
LEADS_TO = {
    (DRAFT, Step.EDIT): DRAFT,
    (IN_REVIEW, Step.EDIT): DRAFT,
    (DRAFT, Step.SUBMIT): IN_REVIEW,
    (DRAFT, Step.APPROVE): APPROVED,
    (IN_REVIEW, Step.APPROVE): APPROVED,
    (DRAFT, Step.REJECT): REJECTED,
    (IN_REVIEW, Step.REJECT): REJECTED,
    (DRAFT, Step.SUPERSEDE): SUPERSEDED,
    (IN_REVIEW, Step.SUPERSEDE): SUPERSEDED,
    (APPROVED, Step.SUPERSEDE): SUPERSEDED,
}
REFUSAL = {
    Step.EDIT: "Version 1 is decided and cannot be edited.",
    Step.SUBMIT: "only a draft can be submitted",
    Step.APPROVE: "Version 1 is already",
    Step.REJECT: "Version 1 is already",
}
BY_PEOPLE = (Step.EDIT, Step.SUBMIT, Step.APPROVE, Step.REJECT)


def put(mapping: Mapping, status: MappingStatus, reviewer: User) -> Mapping:
    """`mapping` with that status, decided by `reviewer` where that is a decision."""
    decision = {} if status in OPEN else {"reviewer": reviewer, "reason": "seen", "decided_at": timezone.now()}
    Mapping.objects.update(status=status, **decision)
    return Mapping.objects.get(pk=mapping.pk)


def take(step: Step, mapping: Mapping, person: User) -> Mapping:
    if step is Step.EDIT:
        return edit(mapping, with_code(mapping, "Q"), person)
    if step is Step.SUBMIT:
        return submit(mapping, person)
    if step is Step.APPROVE:
        return approve(mapping, person, all_looked_at=True)
    return reject(mapping, person, "no")


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("status", MappingStatus)
def test_rule_allows_what_the_table_says(step: Step, status: MappingStatus) -> None:
    assert allowed(step, status) == ((status, step) in LEADS_TO)


@pytest.mark.parametrize("new", MappingStatus)
@pytest.mark.parametrize("old", MappingStatus)
def test_status_follows_only_by_a_step(old: MappingStatus, new: MappingStatus) -> None:
    by_step = {target for (status, _step), target in LEADS_TO.items() if status == old}
    assert may_become(old, new) == (new in {old, *by_step})
    assert (old in sources_of(new)) == may_become(old, new)


def test_every_status_is_open_or_sealed() -> None:
    assert sorted([*OPEN, *SEALED]) == sorted(MappingStatus)


@pytest.mark.parametrize("step", BY_PEOPLE)
@pytest.mark.parametrize("status", MappingStatus)
def test_step_leads_where_the_table_says_or_nowhere(
    step: Step, status: MappingStatus, proposal: Mapping, reviewer: User
) -> None:
    mapping = put(proposal, status, reviewer)
    before = Mapping.objects.values().get()
    target = LEADS_TO.get((status, step))
    if target is None:
        with pytest.raises(TransitionError, match=REFUSAL[step]):
            take(step, mapping, a_reviewer("second"))
        assert Mapping.objects.values().get() == before
        return
    assert take(step, mapping, a_reviewer("second")).status == target
    assert Mapping.objects.get().status == target


@pytest.mark.parametrize("step", BY_PEOPLE)
@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_step_needs_its_role(
    step: Step, role: str, proposal: Mapping, reviewer: User, request: pytest.FixtureRequest
) -> None:
    person: User = request.getfixturevalue(role)
    if role == "admin" and step in {Step.EDIT, Step.SUBMIT}:
        assert take(step, proposal, person).pk == proposal.pk
        return
    with pytest.raises(TransitionError, match="Only a reviewer"):
        take(step, proposal, person)
    assert Mapping.objects.get().status == DRAFT


@pytest.mark.parametrize("status", SEALED)
def test_decided_version_is_restored_as_a_draft(status: MappingStatus, proposal: Mapping, reviewer: User) -> None:
    restored = restore(put(proposal, status, reviewer), a_reviewer("second"))
    assert (restored.version, restored.status, restored.content_hash) == (2, DRAFT, proposal.content_hash)
    assert (restored.reviewer, restored.reason, restored.decided_at, restored.four_eyes_waived) == (
        None,
        "",
        None,
        False,
    )


@pytest.mark.parametrize("status", OPEN)
def test_newest_open_version_is_not_restored(status: MappingStatus, proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(TransitionError, match="Version 1 is the newest one and still open"):
        restore(put(proposal, status, reviewer), reviewer)
    assert Mapping.objects.count() == 1


def test_restoring_twice_makes_one_draft(proposal: Mapping, reviewer: User) -> None:
    mapping = put(proposal, REJECTED, reviewer)
    first = restore(mapping, reviewer)
    assert restore(mapping, a_reviewer("second")) == first
    assert list(Mapping.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    edit(first, with_code(first, "Q"), reviewer)
    assert restore(mapping, reviewer).version == 3


def test_restoring_needs_a_role(proposal: Mapping, reviewer: User, analyst: User) -> None:
    mapping = put(proposal, REJECTED, reviewer)
    with pytest.raises(TransitionError, match="Only a reviewer or an admin"):
        restore(mapping, analyst)


@pytest.mark.parametrize("status", SEALED)
def test_proposal_never_touches_a_decided_version(status: MappingStatus, proposal: Mapping, reviewer: User) -> None:
    mapping = put(proposal, status, reviewer)
    before = Mapping.objects.filter(pk=mapping.pk).values().get()
    propose_for(mapping.center, mapping.snapshot)
    assert Mapping.objects.filter(pk=mapping.pk).values().get() == before
