"""What approving each of several identical changes would do, for the page that shows all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, OuterRef, Prefetch, Subquery, prefetch_related_objects

from mappings.alike import exact_changes
from mappings.alike_versions import Candidate, doubts_of, needs_of
from mappings.approval import checks_of
from mappings.diff import DiffRow
from mappings.enums import ReviewPolicy
from mappings.models import Mapping, SchemaSnapshot
from mappings.policy_setting import current_policy
from mappings.version_digests import digest_of

_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure the machine is of one choice; `name` is '' for none."""

    field: str
    name: str
    percent: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What exactly would change for one center, and why it cannot be approved together with others.

    `sureness`: what needs a look, under the name that the source gives it, with the machine's confidence in percent.
    `fingerprint` is that of the center's newest snapshot.
    """

    candidate: Candidate
    rows: tuple[DiffRow, ...]
    sureness: tuple[Sureness, ...]
    problems: tuple[str, ...]
    fingerprint: str

    @property
    def pk(self) -> int:
        """The key of the version."""
        return self.candidate.mapping.pk

    @property
    def content_hash(self) -> str:
        return self.candidate.mapping.content_hash

    @property
    def approved(self) -> int:
        """The number of the version that it would supersede; 0 for none."""
        return self.candidate.approved.version if self.candidate.approved else 0


def preview(candidates: Sequence[Candidate]) -> list[Preview]:
    """What approving each would do. Five queries at most."""
    policy = current_policy()
    candidates = _with_content(candidates)
    newest = _newest_snapshots([candidate.mapping.center_id for candidate in candidates])
    older = [item.mapping for item in candidates if _is_older(item.mapping, newest.get(item.mapping.center_id))]
    prefetch_related_objects(older, Prefetch("snapshot", SchemaSnapshot.objects.defer("profile")))
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
                _sureness(candidate, policy),
                tuple(problems[:_SHOWN_PROBLEMS]),
                snapshot.fingerprint if snapshot else "",
            )
        )
    return found


def _with_content(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same versions as they are now, whole; one that is gone stays as it was read."""
    keys = [item.pk for candidate in candidates for item in (candidate.mapping, candidate.approved) if item]
    whole = Mapping.objects.select_related("center", "digest").in_bulk(keys)
    return [
        Candidate(
            whole.get(candidate.mapping.pk, candidate.mapping),
            whole.get(candidate.approved.pk, candidate.approved) if candidate.approved else None,
        )
        for candidate in candidates
    ]


def _sureness(candidate: Candidate, policy: ReviewPolicy) -> tuple[Sureness, ...]:
    rows = digest_of(candidate.mapping)
    return tuple(
        Sureness(need.field, rows[need.field].name, round(rows[need.field].confidence * 100))
        for need in needs_of(candidate, policy)
    )


def _is_older(mapping: Mapping, newest: SchemaSnapshot | None) -> bool:
    return newest is not None and newest.pk != mapping.snapshot_id


def _newest_snapshots(centers: Sequence[int]) -> dict[int, SchemaSnapshot]:
    latest = SchemaSnapshot.objects.filter(center=OuterRef("center")).order_by("-seen_at", "-pk").values("pk")[:1]
    rows = SchemaSnapshot.objects.filter(center__in=centers).annotate(latest=Subquery(latest)).filter(pk=F("latest"))
    return {snapshot.center_id: snapshot for snapshot in rows.defer("profile")}
