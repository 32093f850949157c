"""Proposals into the database, those of many centers in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from centers.models import Center, Region
from dentalhub.audit import Note, record_each
from mappings.digest import FORMULA
from mappings.enums import DriftState, MappingStatus, NoticeEvent
from mappings.four_eyes import note_importers
from mappings.models import Mapping, SchemaSnapshot
from mappings.notices import announce
from mappings.review_models import VersionDigest
from mappings.transitions import OPEN
from mappings.version_content import VersionContent


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the machine proposes for a center's snapshot."""

    center: Center
    snapshot: SchemaSnapshot
    content: VersionContent


@transaction.atomic
def store_proposals(proposals: Sequence[Proposal], actor: User | None = None) -> list[Mapping]:
    """Each center's proposal as a new draft; `actor` is who asked for them, never their author. All or none.

    When the newest version already says the same and was not rejected, that version is kept; but an approved one that
    the source drifted from gets a successor, so that a reviewer can settle the drift.
    """
    centers = [item.center for item in proposals]
    # One writer per center at a time, so that version numbers and decisions follow each other. In one order, so that
    # two writers do not wait for each other.
    rows = Center.objects.select_for_update().filter(pk__in=[center.pk for center in centers])
    list(rows.order_by("pk").values_list("pk"))
    newest = _newest(centers)
    kept = {item.center.pk for item in proposals if _says(newest.get(item.center.pk), item.content)}
    new = [item for item in proposals if item.center.pk not in kept]
    # A machine's draft that nobody touched gives way to the newer one.
    Mapping.objects.filter(center__in=[item.center for item in new], status__in=OPEN, author=None).update(
        status=MappingStatus.SUPERSEDED, changed_at=timezone.now()
    )
    made = {row.center_id: row for row in _inserted(new, newest)}
    for item in new:
        mapping = made[item.center.pk]
        note_importers(mapping, item.content.imported)
        announce(NoticeEvent.WAITING, mapping)
    regions = dict(Region.objects.filter(servers__centers__in=centers).values_list("servers__pk", "code"))
    notes = [
        Note("mapping.proposed", mapping, {"hash": mapping.content_hash}, regions.get(item.center.server_id, ""))
        for item in new
        for mapping in [made[item.center.pk]]
    ]
    record_each(actor, notes)
    return [made.get(item.center.pk) or _moved_to(newest[item.center.pk], item.snapshot) for item in proposals]


def _newest(centers: Sequence[Center]) -> dict[int, Mapping]:
    """The version with the highest number of each center, read without its content."""
    rows = Mapping.objects.filter(center__in=centers).select_related("snapshot")
    by_center = {center.pk: center for center in centers}
    found: dict[int, Mapping] = {}
    for row in rows.defer("content", "snapshot__content", "snapshot__profile").order_by("center", "-version"):
        if row.center_id not in found:
            row.center = by_center[row.center_id]
            found[row.center_id] = row
    return found


def _inserted(proposals: Sequence[Proposal], newest: dict[int, Mapping]) -> list[Mapping]:
    versions = [
        Mapping(
            center=item.center,
            version=newest[item.center.pk].version + 1 if item.center.pk in newest else 1,
            snapshot=item.snapshot,
            content=item.content.content,
            content_hash=item.content.content_hash,
            generated=True,
        )
        for item in proposals
    ]
    Mapping.objects.bulk_create(versions)
    if any(version.pk is None for version in versions):
        # Not every database says which numbers it gave.
        rows = Mapping.objects.filter(center__in=[version.center_id for version in versions])
        numbers = {(center, number): pk for center, number, pk in rows.values_list("center_id", "version", "pk")}
        for version in versions:
            version.pk = numbers[version.center_id, version.version]
    VersionDigest.objects.bulk_create(
        VersionDigest(mapping=version, content_hash=version.content_hash, formula=FORMULA, rows=item.content.digest)
        for version, item in zip(versions, proposals, strict=True)
    )
    return versions


def _says(mapping: Mapping | None, content: VersionContent) -> bool:
    if mapping is None or mapping.content_hash != content.content_hash:
        return False
    is_settled = mapping.status == MappingStatus.APPROVED and mapping.drift == DriftState.NONE
    return mapping.is_open or is_settled


def _moved_to(mapping: Mapping, snapshot: SchemaSnapshot) -> Mapping:
    """The version that says it already; an open one is checked against `snapshot` from now on."""
    return moved_to(mapping, snapshot) if mapping.is_open else mapping


def moved_to(mapping: Mapping, snapshot: SchemaSnapshot) -> Mapping:
    """The open version `mapping`, checked against `snapshot` from now on."""
    if mapping.snapshot_id != snapshot.pk:
        mapping.snapshot = snapshot
        mapping.save(update_fields=["snapshot", "changed_at"])
    return mapping
