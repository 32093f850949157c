"""Where a reviewer should look first. *Pure*."""

from dataclasses import dataclass
from enum import IntEnum

from mappings.policy import Standing
from mappings.review_rows import FieldRow, TableRow
from mappings.review_why import Why


class Urgency(IntEnum):
    """Why something is looked at, the most urgent first."""

    OPEN = 0
    UNSURE = 1
    FLAGGED = 2


@dataclass(frozen=True, slots=True)
class Doubt:
    """A table or field that the policy leaves to a person, and that is open, not certain, or flagged."""

    table: str
    key: str
    confidence: float
    urgency: Urgency
    is_required: bool
    flags: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        return self.urgency is Urgency.OPEN

    @property
    def percent(self) -> int:
        return round(self.confidence * 100)


def doubts(rows: tuple[TableRow, ...]) -> tuple[Doubt, ...]:
    """Open ones first, then unsure ones, then flagged ones; among them what the extraction needs, the least sure first.

    A missing table stands for its fields, a table in doubt for those of its fields that are no worse than it.
    """
    found = [doubt for row in rows for doubt in _of_table(row)]
    return tuple(sorted(found, key=lambda doubt: (doubt.urgency, not doubt.is_required, doubt.confidence)))


def certain_ones(rows: tuple[TableRow, ...]) -> int:
    """How many fields are certain and not flagged, and yet to be looked at because the policy takes none."""
    return sum(
        field.why.standing is Standing.REVIEW and _urgency(field.why, field.column) is None
        for row in rows
        if row.physical
        for field in row.fields
    )


def _of_table(row: TableRow) -> list[Doubt]:
    needed = any(field.is_required for field in row.fields)
    urgency = _urgency(row.why, row.physical or None)
    own = [Doubt(row.name, row.name, row.why.confidence, urgency, needed)] if urgency is not None else []
    if not row.physical:
        return own
    return own + [doubt for field in row.fields if (doubt := _of_field(row.name, field)) and doubt.urgency != urgency]


def _of_field(table: str, field: FieldRow) -> Doubt | None:
    urgency = _urgency(field.why, field.column)
    if urgency is None:
        return None
    flags = tuple(flag.label for flag in field.why.flags)
    return Doubt(table, field.key, field.why.confidence, urgency, field.is_required, flags)


def _urgency(why: Why, chosen: str | None) -> Urgency | None:
    if why.standing in {None, Standing.ACCEPTED}:
        return None
    if chosen is None:
        return Urgency.OPEN
    if not why.is_certain:
        return Urgency.UNSURE
    return Urgency.FLAGGED if why.flags else None
