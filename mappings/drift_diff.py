"""The drift of a source in the shape of a difference: an approved version left, the newest snapshot right. *Pure*."""

from mappings.diff import ChangeKind, DiffRow
from mappings.drift import Change, Drift
from mappings.enums import DriftKind

_KINDS = {
    DriftKind.UNCHANGED: ChangeKind.UNCHANGED,
    DriftKind.RENAMED: ChangeKind.CHANGED,
    DriftKind.TYPE_CHANGED: ChangeKind.CHANGED,
    DriftKind.KEYS_CHANGED: ChangeKind.CHANGED,
    DriftKind.GONE: ChangeKind.REMOVED,
}


def drift_rows(found: Drift) -> tuple[DiffRow, ...]:
    """Every table and column that the version uses, changed or not, in canonical order."""
    return tuple(_row(entry) for entry in found.entries)


def _row(entry: Change) -> DiffRow:
    return DiffRow(
        entry.field,
        _KINDS[entry.kind],
        entry.before,
        entry.after,
        entry.sentence,
        only_affix=entry.kind is DriftKind.RENAMED,
        is_breaking=entry.is_breaking,
    )
