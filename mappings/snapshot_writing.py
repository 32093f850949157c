"""Snapshots into the database, those of many centers in one transaction."""

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from centers.models import Center, Region
from centers.samples import Skipped
from dentalhub.audit import Detail, Note, record_each
from mappings.drift_state import remember_drift
from mappings.enums import MappingStatus
from mappings.models import Mapping, SchemaSnapshot
from mappings.snapshot_facts import SnapshotFacts
from mappings.watches import note_looks


@dataclass(frozen=True, slots=True)
class Discovery:
    """`is_new`: the source had never this schema before. `profiled`: tables whose values were looked at this time,
    `not_profiled`: how many were not, by reason."""

    snapshot: SchemaSnapshot
    is_new: bool
    profiled: int = 0
    not_profiled: Lookup[Skipped, int] = field(default_factory=dict)


@transaction.atomic
def store_snapshots(found: Sequence[tuple[Center, SnapshotFacts]], actor: User | None = None) -> list[Discovery]:
    """For each center a new snapshot when its fingerprint is new; else the known one is seen again, with today's row
    counts. All or none.

    A known snapshot keeps the profile it has when this time no value was looked at.
    """
    centers = [center for center, _facts in found]
    # One writer per center at a time, so that no version is approved between a new snapshot and its drift. In one
    # order, so that two writers do not wait for each other.
    list(
        Center.objects.select_for_update().filter(pk__in=[center.pk for center in centers]).order_by("pk").values("pk")
    )
    known = _known(found)
    regions = dict(Region.objects.filter(servers__centers__in=centers).values_list("servers__pk", "code"))
    stored = [known.get((center.pk, facts.fingerprint)) or _new(center, facts) for center, facts in found]
    _insert([snapshot for snapshot in stored if snapshot.pk is None])
    discoveries, notes = [], []
    for snapshot, (center, facts) in zip(stored, found, strict=True):
        is_new = (center.pk, facts.fingerprint) not in known
        if not is_new:
            _see_again(snapshot, facts)
        details: dict[str, Detail] = {
            "is_new": is_new,
            "tables": snapshot.table_count,
            "profiled": facts.profiled,
        }
        notes.append(Note("snapshot.taken", snapshot, details, regions.get(center.server_id, "")))
        discoveries.append(Discovery(snapshot, is_new, facts.profiled, facts.not_profiled))
    # Nothing drifts where nothing was approved.
    approved = Mapping.objects.filter(center__in=centers, status=MappingStatus.APPROVED)
    drifting = set(approved.values_list("center_id", flat=True))
    for center in centers:
        if center.pk in drifting:
            remember_drift(center)
    note_looks(centers)
    record_each(actor, notes)
    return discoveries


def _known(found: Sequence[tuple[Center, SnapshotFacts]]) -> dict[tuple[int, str], SchemaSnapshot]:
    """The stored snapshots, without their content, by center and fingerprint."""
    rows = SchemaSnapshot.objects.filter(
        center__in=[center for center, _facts in found], fingerprint__in={facts.fingerprint for _center, facts in found}
    )
    centers = {center.pk: center for center, _facts in found}
    known = {}
    for snapshot in rows.defer("content", "profile"):
        snapshot.center = centers[snapshot.center_id]
        known[snapshot.center_id, snapshot.fingerprint] = snapshot
    return known


def _new(center: Center, facts: SnapshotFacts) -> SchemaSnapshot:
    now = timezone.now()
    return SchemaSnapshot(
        center=center,
        fingerprint=facts.fingerprint,
        content=facts.content,
        profile={} if facts.profile is None else facts.profile,
        profiled_at=None if facts.profile is None else now,
        table_count=facts.tables,
        column_count=facts.columns,
        seen_at=now,
    )


def _insert(snapshots: Sequence[SchemaSnapshot]) -> None:
    SchemaSnapshot.objects.bulk_create(snapshots)
    if all(snapshot.pk is not None for snapshot in snapshots):
        return
    # Not every database says which numbers it gave.
    rows = SchemaSnapshot.objects.filter(center__in=[snapshot.center_id for snapshot in snapshots])
    numbers = {(center, mark): pk for center, mark, pk in rows.values_list("center_id", "fingerprint", "pk")}
    for snapshot in snapshots:
        snapshot.pk = numbers[snapshot.center_id, snapshot.fingerprint]


def _see_again(snapshot: SchemaSnapshot, facts: SnapshotFacts) -> None:
    fields = ["content", "table_count", "column_count", "seen_at"]
    snapshot.content, snapshot.seen_at = facts.content, timezone.now()
    snapshot.table_count, snapshot.column_count = facts.tables, facts.columns
    if facts.profile is not None and facts.profiled:
        snapshot.profile, snapshot.profiled_at = facts.profile, snapshot.seen_at
        fields += ["profile", "profiled_at"]
    snapshot.save(update_fields=fields)
