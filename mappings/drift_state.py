"""Drift of centers: found from their snapshots, and remembered on the approved version for lists."""

from dataclasses import dataclass

from centers.models import Center
from dentalhub.audit import record
from mappings.document import MappingDocument
from mappings.drift import Drift, drift
from mappings.enums import DriftState, MappingStatus
from mappings.following import previous_document
from mappings.holds import hold_of
from mappings.models import Mapping, SchemaSnapshot
from mappings.queries import OPEN, approved_mapping, newest_snapshot


@dataclass(frozen=True, slots=True)
class CenterDrift:
    """The drift between the approved version's snapshot and a newer one."""

    approved: Mapping
    snapshot: SchemaSnapshot
    drift: Drift


def center_drift(center: Center) -> CenterDrift | None:
    """The center's drift; None without an approved version, or when its snapshot is still the newest."""
    if not _has_newer_snapshot(center):
        return None
    approved, newest = approved_mapping(center), newest_snapshot(center)
    if approved is None or newest is None:
        return None
    return CenterDrift(approved, newest, drift(approved.document(), approved.snapshot.catalog(), newest.catalog()))


def remember_drift(center: Center) -> DriftState:
    """Store the state of the center's drift on its approved version; to be called after each discovery.

    Where what broke is read by an extraction, the center is on hold until a version for the new schema is approved, or
    the old schema is seen again.
    """
    found = center_drift(center)
    state = found.drift.state if found else DriftState.NONE
    hold = hold_of(found.drift.breaking) if found else ""
    approved = Mapping.objects.filter(center=center, status=MappingStatus.APPROVED)
    if approved.exclude(drift=state, hold=hold).update(drift=state, hold=hold):
        name, region = f"center:{center.center_id}", center.audit_region()
        record(None, "mapping.drifted", name, region=region, state=state.value, hold=hold)
    return state


def waiting_for_review(center: Center, snapshot: SchemaSnapshot) -> Mapping | None:
    """The open version that was made for `snapshot`; the newest where there are several."""
    versions = Mapping.objects.filter(center=center, snapshot=snapshot, status__in=OPEN)
    return versions.defer("content").order_by("-version").first()


def previous_for(center: Center, snapshot: SchemaSnapshot) -> MappingDocument | None:
    """What the approved version still says about `snapshot`, for a new proposal; None when nothing was approved."""
    approved = approved_mapping(center)
    if approved is None:
        return None
    if approved.snapshot_id == snapshot.pk:
        return approved.document()
    return previous_document(approved.document(), approved.snapshot.catalog(), snapshot.catalog())


def _has_newer_snapshot(center: Center) -> bool:
    """Asked without reading any catalog, for most discoveries find the schema that they know."""
    approved = Mapping.objects.filter(center=center, status=MappingStatus.APPROVED)
    of_approved = approved.values_list("snapshot_id", flat=True).first()
    newest = SchemaSnapshot.objects.filter(center=center).order_by("-seen_at", "-pk").values_list("pk", flat=True)
    return of_approved is not None and of_approved != newest.first()
