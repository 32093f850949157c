"""Approving identical changes of several centers at once, and undoing that.

Every center is approved by `mappings.approval`, one after the other: four eyes, checks, staleness and the audit event
are each center's own, and one refusal stops no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.models import Center
from dentalhub.access import Role, has_role
from dentalhub.audit import record
from mappings.alike_looks import doubts_nobody_saw
from mappings.alike_versions import MOST_AT_ONCE, Candidate, doubts_of, needs_of
from mappings.approval import approve
from mappings.center_lock import lock_center
from mappings.enums import MappingStatus
from mappings.exceptions import StaleError, TransitionError
from mappings.four_eyes import keep_editors
from mappings.learned_names import learn
from mappings.looks import listed
from mappings.models import BulkApproval, BulkApprovalItem, Mapping
from mappings.policy_setting import current_policy
from mappings.queries import approved_mapping, newest_snapshot
from mappings.review_load import Need
from mappings.staleness import refuse_other_approved
from mappings.versions import new_version


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that a reviewer ticked, and what the preview showed: content, the number of the version that it
    supersedes (0: none), and the fingerprint of the newest snapshot."""

    mapping: int
    content_hash: str
    approved: int
    fingerprint: str


def approve_alike(choices: Sequence[Choice], reviewer: User, *, all_looked_at: bool = False) -> BulkApproval:
    """Approve each version that `reviewer` saw as it is now; what became of each is stored.

    `all_looked_at`: the reviewer confirms to have looked at every choice that needs a look and that no approval has
    covered yet; without that, versions that have such choices are refused. So they are while one of these choices is in
    doubt and marked as right in none of the versions. What stayed as it was approved is taken over. Raises
    TransitionError when nothing or too much is ticked, or the person is no reviewer.
    """
    if not has_role(reviewer, Role.REVIEWER):
        raise TransitionError(_("Only a reviewer can decide about a mapping."))
    wanted = {choice.mapping: choice for choice in choices}
    versions = (
        Mapping.objects.for_user(reviewer).filter(pk__in=list(wanted)[: MOST_AT_ONCE + 1]).select_related("center")
    )
    found = list(versions.defer("content").order_by("center__center_id"))
    if not found:
        raise TransitionError(_("Tick at least one center."))
    if len(wanted) > MOST_AT_ONCE:
        raise TransitionError(_("At most %(count)d centers can be approved at once.") % {"count": MOST_AT_ONCE})
    together = [Candidate(mapping, approved_mapping(mapping.center)) for mapping in found]
    unseen = doubts_nobody_saw(together, current_policy())
    bulk = BulkApproval.objects.create(reviewer=reviewer)
    for mapping in found:
        item = BulkApprovalItem(bulk=bulk, mapping=mapping)
        try:
            item.former = _approve_one(mapping, wanted[mapping.pk], reviewer, unseen, all_looked_at=all_looked_at)
        except TransitionError as error:
            item.refusal = str(error)[:500]
        item.save()
    return bulk


def undo(bulk: BulkApproval, reviewer: User) -> None:
    """Bring back what extracted before, for every center of `bulk` in the reviewer's regions that
    nobody has changed since.

    The former content becomes a new approved version, of its own author, approved by `reviewer`. A center that had no
    approved version has none again, and the content waits for a review as a draft. Raises TransitionError for a person
    who is no reviewer; what is refused for one center is stored and stops no other.
    """
    if not has_role(reviewer, Role.REVIEWER):
        raise TransitionError(_("Only a reviewer can decide about a mapping."))
    items = (
        BulkApprovalItem.objects.for_user(reviewer)
        .filter(bulk=bulk, refusal="", undone_by=None)
        .select_related("mapping__center", "former")
    )
    for item in items:
        try:
            item.undone_by, item.undo_refusal = _undo_one(item, reviewer), ""
        except TransitionError as error:
            item.undo_refusal = str(error)[:500]
        item.save(update_fields=["undone_by", "undo_refusal"])


@transaction.atomic
def _approve_one(
    mapping: Mapping, choice: Choice, reviewer: User, unseen: frozenset[Need], *, all_looked_at: bool
) -> Mapping | None:
    """The version that was superseded."""
    former, policy = _approved_now(mapping.center), current_policy()
    candidate = Candidate(mapping, former)
    if mapping.is_open:
        refuse_other_approved(mapping, choice.approved)
    doubts = doubts_of(candidate, policy)
    if doubts:
        raise TransitionError(" ".join(doubts))
    needs = needs_of(candidate, policy)
    if needs and not all_looked_at:
        fields = listed(tuple(need.field for need in needs))
        raise TransitionError(_("Nobody has looked at %(fields)s yet.") % {"fields": fields})
    nowhere = tuple(need.field for need in needs if need in unseen)
    if nowhere:
        text = _("In doubt, and marked as right in none of these centers: %(fields)s. Open one of them and look at it.")
        raise TransitionError(text % {"fields": listed(nowhere)})
    approve(
        mapping,
        reviewer,
        expected_hash=choice.content_hash,
        expected_fingerprint=choice.fingerprint,
        expected_approved=choice.approved,
        # What changed stood in the preview, and what stayed was seen when it was approved.
        all_looked_at=True,
    )
    return former


@transaction.atomic
def _undo_one(item: BulkApprovalItem, reviewer: User) -> Mapping:
    mapping, center = item.mapping, item.mapping.center
    now = _approved_now(center)
    if now is None or now.pk != mapping.pk:
        raise StaleError(_("Somebody has decided about this center since. It stays as it is."))
    back = item.former or mapping
    made = new_version(
        center,
        newest_snapshot(center) or back.snapshot,
        back.document(),
        author=back.author,
        generated=back.generated,
        origin=back,
    )
    if item.former is None:
        # Nobody has approved it any more, so that none of its editors may do so.
        keep_editors(made, mapping)
        _withdraw(mapping)
    else:
        text = _("Undo of version %(version)s.") % {"version": mapping.version}
        approve(made, reviewer, reason=text, expected_approved=mapping.version, all_looked_at=True)
    record(reviewer, "mapping.approval_undone", mapping, version=made.version, by=f"bulk {item.bulk_id}")
    return made


def _withdraw(mapping: Mapping) -> None:
    """The center has no approved version any more, and teaches nothing."""
    rows = Mapping.objects.filter(pk=mapping.pk, status=MappingStatus.APPROVED)
    if rows.update(status=MappingStatus.SUPERSEDED, changed_at=timezone.now()) != 1:
        raise TransitionError(_("Somebody else was faster. Look at the version again."))
    learn(mapping.center)


def _approved_now(center: Center) -> Mapping | None:
    """The approved version after everyone else has finished with this center."""
    lock_center(center.pk)
    return approved_mapping(center)
