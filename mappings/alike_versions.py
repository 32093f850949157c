"""Open versions of several centers that change the same, and what approving each would do."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mappings.alike import CommonChange, common_changes, exact_changes, key_of
from mappings.approval import checks_of
from mappings.diff import DiffRow
from mappings.enums import MappingStatus, ReviewPolicy
from mappings.models import Mapping, SchemaSnapshot
from mappings.policy_setting import current_policy
from mappings.review_load import review_load
from mappings.review_queue import waiting_for

# Versions that one page shows and one approval takes.
MOST_AT_ONCE = 50
_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open version and the approved one that it would supersede."""

    mapping: Mapping
    approved: Mapping | None


@dataclass(frozen=True, slots=True)
class Group:
    """At least two candidates with the same changes."""

    key: str
    is_first: bool
    changes: tuple[CommonChange, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What exactly would change for one center, and why it cannot be approved together with others.

    `fingerprint` is that of the center's newest snapshot.
    """

    candidate: Candidate
    rows: tuple[DiffRow, ...]
    problems: tuple[str, ...]
    fingerprint: str


def groups_for(person: User) -> list[Group]:
    """The groups among what waits for `person`, the largest first; each center's newest open version. Two queries."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    described: dict[str, tuple[bool, tuple[CommonChange, ...]]] = {}
    for candidate in _candidates(person):
        before = candidate.approved.document() if candidate.approved else None
        common = common_changes(before, candidate.mapping.document())
        if not common:
            continue
        key = key_of(common, is_first=before is None)
        found[key].append(candidate)
        described[key] = (before is None, common)
    groups = [Group(key, *described[key], tuple(members)) for key, members in found.items() if len(members) > 1]
    return sorted(groups, key=lambda group: (-len(group.candidates), group.key))


def group_for(person: User, key: str) -> Group | None:
    """The group with that key; None when it is not there any more."""
    return next((group for group in groups_for(person) if group.key == key), None)


def preview(candidates: Sequence[Candidate]) -> list[Preview]:
    """What approving each would do. Two queries."""
    policy = current_policy()
    newest = _newest_snapshots([candidate.mapping.center_id for candidate in candidates])
    found = []
    for candidate in candidates:
        before = candidate.approved.document() if candidate.approved else None
        snapshot = newest.get(candidate.mapping.center_id)
        problems = [check.sentence for check in checks_of(candidate.mapping, snapshot) if check.blocks]
        problems += doubts_of(candidate, policy)
        found.append(
            Preview(
                candidate,
                exact_changes(before, candidate.mapping.document()),
                tuple(problems[:_SHOWN_PROBLEMS]),
                snapshot.fingerprint if snapshot else "",
            )
        )
    return found


def doubts_of(candidate: Candidate, policy: ReviewPolicy) -> list[str]:
    """Why a first version needs a look of its own: nobody has ever seen what the machine is not certain of."""
    if candidate.approved is not None:
        return []
    doubts = review_load(candidate.mapping.document(), policy).in_doubt
    if not doubts:
        return []
    text = ngettext(
        "%(count)d table or field is not certain: open this version.",
        "%(count)d tables and fields are not certain: open this version.",
        doubts,
    )
    return [text % {"count": doubts}]


def changed_base_text() -> str:
    """Why an approval is refused whose preview showed the difference to another version."""
    return _("Another version was approved meanwhile, so that something else changes now. Look at it again.")


def _candidates(person: User) -> list[Candidate]:
    newest: dict[int, Mapping] = {}
    for mapping in waiting_for(person).select_related("center__server__region").order_by("version"):
        newest[mapping.center_id] = mapping
    centers = waiting_for(person).values("center")
    versions = Mapping.objects.filter(status=MappingStatus.APPROVED, center__in=centers)
    approved = {mapping.center_id: mapping for mapping in versions}
    members = [Candidate(mapping, approved.get(center)) for center, mapping in newest.items()]
    return sorted(members, key=lambda candidate: candidate.mapping.center.center_id)


def _newest_snapshots(centers: Sequence[int]) -> dict[int, SchemaSnapshot]:
    latest = SchemaSnapshot.objects.filter(center=OuterRef("center")).order_by("-seen_at", "-pk").values("pk")[:1]
    rows = SchemaSnapshot.objects.filter(center__in=centers).annotate(latest=Subquery(latest)).filter(pk=F("latest"))
    return {snapshot.center_id: snapshot for snapshot in rows.defer("profile")}
