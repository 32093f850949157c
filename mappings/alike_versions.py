"""Open versions of several centers that change the same, and what approving each would do."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import ngettext

from mappings.alike import CommonChange, common_changes, key_of
from mappings.enums import MappingStatus, ReviewPolicy
from mappings.models import Mapping
from mappings.policy_setting import current_policy
from mappings.review_load import Need, new_needs, review_load
from mappings.review_queue import waiting_for
from mappings.version_digests import digest_of

# Versions that one page shows and one approval takes.
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open version and the approved one that it would supersede, both with their digests and maybe without their
    content."""

    mapping: Mapping
    approved: Mapping | None


@dataclass(frozen=True, slots=True)
class Group:
    """At least two candidates with the same changes, of which the same ones, `needs`, need a look."""

    key: str
    is_first: bool
    changes: tuple[CommonChange, ...]
    needs: tuple[Need, ...]
    candidates: tuple[Candidate, ...]


def groups_for(person: User) -> list[Group]:
    """The groups among what waits for `person`, the largest first; each center's newest open version. Three queries."""
    policy = current_policy()
    found: dict[str, list[Candidate]] = defaultdict(list)
    described: dict[str, tuple[bool, tuple[CommonChange, ...], tuple[Need, ...]]] = {}
    for candidate in _candidates(person):
        before = digest_of(candidate.approved) if candidate.approved else None
        after = digest_of(candidate.mapping)
        common = common_changes(before, after)
        if not common:
            continue
        needs = new_needs(before, after, policy)
        key = key_of(common, needs, is_first=before is None)
        found[key].append(candidate)
        described[key] = (before is None, common, needs)
    groups = [Group(key, *described[key], tuple(members)) for key, members in found.items() if len(members) > 1]
    return sorted(groups, key=lambda group: (-len(group.candidates), group.key))


def group_for(person: User, key: str) -> Group | None:
    """The group with that key; None when it is not there any more."""
    return next((group for group in groups_for(person) if group.key == key), None)


def doubts_of(candidate: Candidate, policy: ReviewPolicy) -> list[str]:
    """Why a first version needs a look of its own: nobody has ever seen what the machine is not certain of."""
    if candidate.approved is not None:
        return []
    doubts = review_load(digest_of(candidate.mapping), policy).in_doubt
    if not doubts:
        return []
    text = ngettext(
        "%(count)d table or field is not certain: open this version.",
        "%(count)d tables and fields are not certain: open this version.",
        doubts,
    )
    return [text % {"count": doubts}]


def needs_of(candidate: Candidate, policy: ReviewPolicy) -> tuple[Need, ...]:
    """What needs a look in a version and was not covered by the approval of the version that it supersedes."""
    before = digest_of(candidate.approved) if candidate.approved else None
    return new_needs(before, digest_of(candidate.mapping), policy)


def _candidates(person: User) -> list[Candidate]:
    newest: dict[int, Mapping] = {}
    waiting = waiting_for(person).select_related("center", "digest").defer("content")
    for mapping in waiting.order_by("version"):
        newest[mapping.center_id] = mapping
    versions = Mapping.objects.filter(status=MappingStatus.APPROVED, center__in=waiting_for(person).values("center"))
    approved = {mapping.center_id: mapping for mapping in versions.select_related("digest").defer("content")}
    members = [Candidate(mapping, approved.get(center)) for center, mapping in newest.items()]
    return sorted(members, key=lambda candidate: candidate.mapping.center.center_id)
