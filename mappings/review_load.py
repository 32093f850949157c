"""How much of a version is left to a person's eyes. *Pure*."""

from dataclasses import dataclass

from mappings.confidence import CERTAIN
from mappings.document import FieldMapping, MappingDocument, TableMapping
from mappings.enums import ReviewPolicy
from mappings.policy import Standing, standing, workload


@dataclass(frozen=True, slots=True)
class ReviewLoad:
    """Numbers of one version. `in_doubt`: tables and fields that are open, not certain or flagged, and that the policy
    leaves to a person; `to_look_at`: all fields that the policy leaves to a person, certain ones too."""

    certain: int
    mapped: int
    in_doubt: int
    to_look_at: int

    @property
    def is_certain(self) -> bool:
        """True when a reviewer finds nothing that the machine does not know."""
        return self.in_doubt == 0


def review_load(document: MappingDocument, policy: ReviewPolicy) -> ReviewLoad:
    """The numbers of `document` under `policy`."""
    mapped = [item for table in document.tables for item in table.fields if item.column is not None]
    return ReviewLoad(
        certain=sum(item.confidence >= CERTAIN for item in mapped),
        mapped=len(mapped),
        in_doubt=sum(_doubts(table, policy) for table in document.tables),
        to_look_at=workload(policy, [document]).to_look_at,
    )


def _doubts(table: TableMapping, policy: ReviewPolicy) -> int:
    """A table that is missing stands for its fields."""
    is_accepted = standing(policy, table.name, None, table.confidence) is Standing.ACCEPTED
    own = 0 if is_accepted or (table.table is not None and table.confidence >= CERTAIN) else 1
    if table.table is None:
        return own
    return own + sum(_is_doubtful(table.name, item, policy) for item in table.fields)


def _is_doubtful(table: str, item: FieldMapping, policy: ReviewPolicy) -> bool:
    if standing(policy, table, item.name, item.confidence, item.flags) is Standing.ACCEPTED:
        return False
    return item.column is None or item.confidence < CERTAIN or bool(item.flags)
