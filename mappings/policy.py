"""Which proposed fields a reviewer need not look at, by the network's policy. *Pure*.

Approving a mapping is a person's act under every policy. A field that is *accepted* is only folded away on the review
page, as taken without a look by policy.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from mappings.canonical import canonical_tables
from mappings.document import Evidence, MappingDocument
from mappings.enums import ReviewPolicy

# Below this the matcher does not know; the field stays open under every policy.
OPEN_BELOW = 0.5
# From this confidence on a field is accepted, unless it is critical. A policy that is not here accepts nothing.
ACCEPTED_FROM = {ReviewPolicy.STANDARD: 0.95, ReviewPolicy.PERMISSIVE: 0.9}
# Policies under which a field with a data quality flag is looked at, however sure the matcher is.
_MINDS_FLAGS = frozenset({ReviewPolicy.STANDARD})


class Standing(StrEnum):
    """What the policy asks of the reviewer for one field."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Workload:
    """How many canonical fields of some mappings stand where."""

    accepted: int = 0
    review: int = 0
    open: int = 0

    @property
    def to_look_at(self) -> int:
        """Fields that a person looks at: those to review, and those that are open."""
        return self.review + self.open


@cache
def is_critical(table: str, field: str | None = None) -> bool:
    """True for a field that no policy accepts, and for a table (without `field`) that has such a field."""
    return any(
        item.critical and (field is None or item.name == field)
        for canonical in canonical_tables()
        if canonical.name == table
        for item in canonical.fields
    )


def standing(
    policy: ReviewPolicy, table: str, field: str | None, confidence: float, flags: Collection[Evidence] = ()
) -> Standing:
    """Where a canonical field stands; without `field` the choice of the canonical table itself.

    `flags` are the field's data quality flags, `confidence` is the proposal's, from 0 to 1.
    """
    if confidence < OPEN_BELOW:
        return Standing.OPEN
    accepted_from = ACCEPTED_FROM.get(policy)
    if accepted_from is None or confidence < accepted_from or is_critical(table, field):
        return Standing.REVIEW
    if flags and policy in _MINDS_FLAGS:
        return Standing.REVIEW
    return Standing.ACCEPTED


def workload(policy: ReviewPolicy, documents: Collection[MappingDocument]) -> Workload:
    """How many fields of `documents` the policy accepts, and how many it leaves to a person."""
    standings = [
        standing(policy, table.name, item.name, item.confidence, item.flags)
        for document in documents
        for table in document.tables
        for item in table.fields
    ]
    return Workload(*(standings.count(word) for word in (Standing.ACCEPTED, Standing.REVIEW, Standing.OPEN)))
