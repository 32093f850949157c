"""Looking at the schemas of centers again: what changed is drafted for the reviewers, and what broke is held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from centers.models import Center
from dentalhub.audit import record
from mappings.discovery import Outcome, discover_many
from mappings.discovery_answers import answer
from mappings.discovery_items import waiting_for
from mappings.enums import DriftState, MappingStatus, NoticeEvent
from mappings.models import Mapping, SchemaSnapshot
from mappings.notices import announce
from mappings.queries import approved_mapping
from mappings.versions import propose_for
from mappings.watches import claim, note_failure

# Centers that one process claims at once; it claims more while there are any.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Look:
    """What became of one center: the version drafted for its new schema, the hold in stored words, or the failure."""

    center: Center
    draft: Mapping | None = None
    hold: str = ""
    error: str = ""


def look_at_due_centers(token: str, observer: Callable[[Look], None] = lambda look: None) -> int:
    """Claim the centers whose turn it is, discover them, settle what came of it; the number of centers.

    What fails now and may do better later is left for another call.
    """
    count, centers = 0, claim(token, timezone.now(), MOST_AT_ONCE)
    while centers:
        look_at(centers, observer=observer)
        count += len(centers)
        centers = claim(token, timezone.now(), MOST_AT_ONCE, only_untried=True)
    return count


def look_at(
    centers: Sequence[Center], actor: User | None = None, observer: Callable[[Look], None] = lambda look: None
) -> None:
    """Discover all `centers` and settle each as soon as its source has answered."""
    for outcome in discover_many(centers, settings.EXTRACTION_WORKERS, actor):
        observer(settle(outcome, actor))


def settle(outcome: Outcome, actor: User | None = None) -> Look:
    """What follows from one center's discovery; to be called after each, whoever asked for it (`actor`).

    Who asked for the center in the background finds the answer in their items, and a proposal where no mapping was.
    """
    center = outcome.center
    if outcome.discovery is None:
        if outcome.error is None:
            return Look(center)
        note_failure(center, outcome.error)
        reason = str(outcome.error)[:200]
        record(actor, "snapshot.failed", f"center:{center.center_id}", region=center.audit_region(), reason=reason)
        return Look(center, error=str(outcome.error))
    snapshot = outcome.discovery.snapshot
    look = _settled(center, snapshot, actor)
    if waiting_for(center.pk).exists():
        answer(center, snapshot, look.draft, actor)
    return look


def _settled(center: Center, snapshot: SchemaSnapshot, actor: User | None) -> Look:
    """A draft for what drifted from the approved version, and the hold."""
    approved = approved_mapping(center)
    if approved is None:
        return Look(center)
    if approved.snapshot_id == snapshot.pk:
        _withdraw(approved)
        return Look(center)
    draft = _draft(approved, snapshot, actor)
    if approved.drift != DriftState.NONE:
        # Told once for each approved version, however many nights it lasts.
        announce(NoticeEvent.BROKEN if approved.drift == DriftState.BREAKING else NoticeEvent.DRIFTED, approved)
    return Look(center, draft, approved.hold)


def _draft(approved: Mapping, snapshot: SchemaSnapshot, actor: User | None) -> Mapping | None:
    """A version for what drifted, unless there is one already: what a reviewer rejected is not drafted every night."""
    if approved.drift == DriftState.NONE:
        return None
    later = Mapping.objects.filter(center=approved.center_id, snapshot=snapshot, version__gt=approved.version)
    return None if later.exists() else propose_for(approved.center, snapshot, actor)


def _withdraw(approved: Mapping) -> None:
    """Nobody needs to review the machine's own drafts for a schema that is gone again."""
    drafts = Mapping.objects.filter(
        center=approved.center_id, status=MappingStatus.DRAFT, author=None, generated=True, version__gt=approved.version
    ).exclude(snapshot=approved.snapshot_id)
    versions = [f"{version}" for version in drafts.order_by("version").values_list("version", flat=True)]
    if versions and drafts.update(status=MappingStatus.SUPERSEDED, changed_at=timezone.now()):
        record(None, "mapping.withdrawn", approved.center, versions=versions)
