"""Finds what a person wants to compare, and compares it: versions, the newest snapshot, other centers."""

from django.utils.translation import gettext as _

from centers.models import Center
from centers.scope import EVERYTHING, Scope
from centers.selection import UnknownCenterError, centers_by_id
from mappings.affixes import NO_HABITS, affixes_of
from mappings.comparison import Comparison, Side
from mappings.diff import diff
from mappings.document import MappingDocument
from mappings.drift import drift
from mappings.drift_diff import drift_rows
from mappings.enums import MappingStatus
from mappings.exceptions import ComparisonError
from mappings.models import Mapping
from mappings.queries import approved_mapping, mapping_version, newest_mapping, newest_snapshot

APPROVED, NEWEST, SNAPSHOT = "approved", "newest", "snapshot"
_MOST_DIGITS = 9


def compare(center: Center, left: str, right: str, scope: Scope = EVERYTHING) -> Comparison:
    """The difference between two sides, seen from `center`; other centers are found in `scope`.

    A side is a version's number, `approved`, `newest`, another center's id (its approved version, else its newest) or
    `id/version`; the right side may be `snapshot`, the newest one of the left side's center. Raises ComparisonError
    with a sentence when a side does not exist.
    """
    before = _mapping(center, left, scope)
    if right == SNAPSHOT:
        return _with_snapshot(before, left)
    after = _mapping(center, right, scope)
    sides = _side(center, before, left), _side(center, after, right)
    old = before.document() if before else MappingDocument((), ())
    new = after.document() if after else MappingDocument((), ())
    if before is None or after is None:
        return Comparison(*sides, diff(old, new))
    same_names = affixes_of(before.snapshot.catalog(), after.snapshot.catalog()) if before != after else NO_HABITS
    return Comparison(*sides, diff(old, new, same_names))


def usual_sides(center: Center) -> tuple[str, str] | None:
    """What is compared when nobody says what: the approved version with what is newer; None without a version."""
    newest = newest_mapping(center)
    if newest is None:
        return None
    return (APPROVED, SNAPSHOT if newest.status == MappingStatus.APPROVED else NEWEST)


def _with_snapshot(mapping: Mapping | None, spec: str) -> Comparison:
    if mapping is None:
        raise ComparisonError(_("Only a version can be compared with a snapshot, and none is approved yet."))
    center, snapshot = mapping.center, newest_snapshot(mapping.center) or mapping.snapshot
    label = _("%(id)s, newest snapshot") % {"id": center.center_id}
    right = Side(SNAPSHOT, center.center_id, None, "", snapshot.fingerprint, label)
    found = drift(mapping.document(), mapping.snapshot.catalog(), snapshot.catalog())
    return Comparison(_side(center, mapping, spec), right, drift_rows(found))


def _mapping(center: Center, spec: str, scope: Scope) -> Mapping | None:
    """The version that `spec` names; None for the approved one of a center that has none."""
    if spec == APPROVED:
        return _with_center(approved_mapping(center), center)
    if spec == SNAPSHOT:
        raise ComparisonError(_("The snapshot is always the right side."))
    name, number = (center.center_id, spec) if _is_number(spec) or spec == NEWEST else _split(spec)
    if not name:
        raise ComparisonError(_("Choose two sides to compare."))
    if number and number != NEWEST and not _is_number(number):
        raise ComparisonError(_("%(text)s is no number of a version.") % {"text": number})
    other = center if name == center.center_id else _other_center(name, scope)
    found = newest_mapping(other) if number == NEWEST else mapping_version(other, int(number) if number else None)
    if found is not None:
        return _with_center(found, other)
    if _is_number(number):
        names = {"id": other.center_id, "version": number}
        raise ComparisonError(_("%(id)s has no version %(version)s.") % names)
    raise ComparisonError(_("%(id)s has no mapping yet.") % {"id": other.center_id})


def _with_center(mapping: Mapping | None, center: Center) -> Mapping | None:
    if mapping is not None:
        mapping.center = center
    return mapping


def _other_center(center_id: str, scope: Scope) -> Center:
    try:
        return centers_by_id([center_id], scope)[0]
    except UnknownCenterError as error:
        raise ComparisonError(str(error)) from error


def _split(spec: str) -> tuple[str, str]:
    name, _slash, number = spec.partition("/")
    return name, number


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _side(center: Center, mapping: Mapping | None, spec: str) -> Side:
    if mapping is None:
        label = _("%(id)s, no approved version") % {"id": center.center_id}
        return Side(spec, center.center_id, None, "", "", label)
    center_id, version = mapping.center.center_id, mapping.version
    names = {"id": center_id, "version": version, "status": mapping.get_status_display()}
    label = _("%(id)s, version %(version)s (%(status)s)") % names
    return Side(spec, center_id, version, mapping.status, mapping.snapshot.fingerprint, label)
