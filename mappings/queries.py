"""Questions that other modules and the extraction app ask about mappings and snapshots."""

from centers.models import Center
from mappings.enums import MappingStatus
from mappings.models import Mapping, SchemaSnapshot
from mappings.transitions import OPEN as OPEN


def approved_mapping(center: Center) -> Mapping | None:
    """The mapping that extracts, with its snapshot; None when nothing was approved."""
    return Mapping.objects.select_related("snapshot").filter(center=center, status=MappingStatus.APPROVED).first()


def approved_version(center: Center) -> int:
    """The number of the mapping that extracts, read without its content; 0 when nothing was approved."""
    versions = Mapping.objects.filter(center=center, status=MappingStatus.APPROVED).order_by("pk")
    return versions.values_list("version", flat=True).first() or 0


def newest_snapshot(center: Center) -> SchemaSnapshot | None:
    """The snapshot that was seen last."""
    return SchemaSnapshot.objects.filter(center=center).order_by("-seen_at", "-pk").first()


def newest_fingerprint(center: Center) -> str | None:
    """The fingerprint of the newest snapshot, read without its catalog."""
    return (
        SchemaSnapshot.objects.filter(center=center)
        .order_by("-seen_at", "-pk")
        .values_list("fingerprint", flat=True)
        .first()
    )


def newest_mapping(center: Center) -> Mapping | None:
    """The version with the highest number, whatever its status."""
    return Mapping.objects.select_related("snapshot").filter(center=center).order_by("-version").first()


def mapping_version(center: Center, version: int | None) -> Mapping | None:
    """That version; without a number the approved one, else the newest."""
    if version is None:
        return approved_mapping(center) or newest_mapping(center)
    return Mapping.objects.select_related("snapshot").filter(center=center, version=version).first()
