"""What a rehearsal says about a version, and when it forbids the approval."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from dentalhub.models import AuditEvent
from mappings.approval import approve
from mappings.document import MappingDocument, TableMapping
from mappings.dry_run_gate import dry_run_check, newest_dry_run, outcome_of
from mappings.enums import DryRunOutcome, MappingStatus
from mappings.exceptions import TransitionError
from mappings.models import Mapping
from mappings.review_models import DryRun
from mappings.versions import edit
from tests.mappings.plain_mappings import plain_mapping


def tried(mapping: Mapping, outcome: DryRunOutcome, **values: object) -> DryRun:
    return DryRun.objects.create(mapping=mapping, content_hash=mapping.content_hash, outcome=outcome, **values)


def without(document: MappingDocument, name: str) -> MappingDocument:
    tables = tuple(TableMapping(name) if table.name == name else table for table in document.tables)
    return replace(document, tables=tables)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (DryRun(entries=4, insured=1), DryRunOutcome.PASSED),
        (DryRun(entries=4, linked=4, insured=0), DryRunOutcome.FAILED),
        (DryRun(entries=0), DryRunOutcome.EMPTY),
        (DryRun(error_kind="column_missing"), DryRunOutcome.FAILED),
        (DryRun(error_kind="schema_changed"), DryRunOutcome.FAILED),
        (DryRun(error_kind="other"), DryRunOutcome.FAILED),
        (DryRun(error_kind="refused"), DryRunOutcome.UNREACHABLE),
        (DryRun(error_kind="login_failed"), DryRunOutcome.UNREACHABLE),
        (DryRun(error_kind="timeout"), DryRunOutcome.UNREACHABLE),
        (DryRun(error_kind="unknown_adapter"), DryRunOutcome.UNREACHABLE),
    ],
)
def test_outcome(found: DryRun, expected: DryRunOutcome) -> None:
    assert outcome_of(found, plain_mapping()) == expected


@pytest.mark.parametrize("name", ["PATKASSE", "KASSEN"])
def test_without_a_table_of_insurers_nobody_can_be_insured(name: str) -> None:
    assert outcome_of(DryRun(entries=4), without(plain_mapping(), name)) == DryRunOutcome.PASSED


@pytest.mark.parametrize("outcome", [DryRunOutcome.EMPTY, DryRunOutcome.UNREACHABLE])
def test_only_a_failure_blocks(outcome: DryRunOutcome) -> None:
    check = dry_run_check(DryRun(outcome=outcome, error_message="Nothing listens on this port."))
    assert (check.ok, check.hint, check.blocks) == (False, True, False)


def test_nothing_tried_is_a_hint() -> None:
    assert dry_run_check(None).blocks is False


def test_failed_dry_run_forbids_the_approval(proposal: Mapping, reviewer: User) -> None:
    tried(proposal, DryRunOutcome.FAILED, entries=9)
    with pytest.raises(TransitionError, match=r"no chart entry met an insurer.*give a reason"):
        approve(proposal, reviewer, all_looked_at=True)
    assert Mapping.objects.get().status == MappingStatus.DRAFT


def test_reason_overrides_a_failed_dry_run_and_is_recorded(proposal: Mapping, reviewer: User) -> None:
    tried(proposal, DryRunOutcome.FAILED, entries=9)
    approve(proposal, reviewer, reason="A practice for private patients.", all_looked_at=True)
    details = AuditEvent.objects.get(action="mapping.approved").details
    assert details["reason"] == "A practice for private patients."
    assert str(details["dry_run"]).startswith("failed at ")


def test_approval_says_when_the_dry_run_passed(proposal: Mapping, reviewer: User) -> None:
    tried(proposal, DryRunOutcome.PASSED, entries=9, insured=9)
    approve(proposal, reviewer, all_looked_at=True)
    assert str(AuditEvent.objects.get(action="mapping.approved").details["dry_run"]).startswith("passed at ")


def test_newest_one_counts(proposal: Mapping, reviewer: User) -> None:
    tried(proposal, DryRunOutcome.FAILED, entries=9)
    last = tried(proposal, DryRunOutcome.PASSED, entries=9, insured=9)
    assert newest_dry_run(proposal) == last
    approve(proposal, reviewer, all_looked_at=True)


def test_other_content_was_not_tried(proposal: Mapping, admin: User) -> None:
    tried(proposal, DryRunOutcome.FAILED, entries=9)
    edited = edit(proposal, replace(proposal.document(), insurance_codes=()), admin)
    assert newest_dry_run(edited) is None
