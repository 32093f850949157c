"""The whole state machine of a version: which step leads from where to where. *Pure*."""

from enum import StrEnum

from mappings.enums import MappingStatus

OPEN = (MappingStatus.DRAFT, MappingStatus.IN_REVIEW)
# Decided versions: their content, authors, snapshot and decision never change again.
SEALED = (MappingStatus.APPROVED, MappingStatus.REJECTED, MappingStatus.SUPERSEDED)


class Step(StrEnum):
    """What somebody wants to do with a version."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    SUPERSEDE = "supersede"


_FROM: dict[Step, tuple[MappingStatus, ...]] = {
    Step.EDIT: OPEN,
    Step.SUBMIT: (MappingStatus.DRAFT,),
    Step.APPROVE: OPEN,
    Step.REJECT: OPEN,
    # An approved version by the next one; the machine's own draft by its next proposal.
    Step.SUPERSEDE: (*OPEN, MappingStatus.APPROVED),
}
_TO: dict[Step, MappingStatus] = {
    Step.EDIT: MappingStatus.DRAFT,
    Step.SUBMIT: MappingStatus.IN_REVIEW,
    Step.APPROVE: MappingStatus.APPROVED,
    Step.REJECT: MappingStatus.REJECTED,
    Step.SUPERSEDE: MappingStatus.SUPERSEDED,
}


def allowed(step: Step, status: str) -> bool:
    """True when a version with `status` may take `step`."""
    return status in _FROM[step]


def may_become(old: str, new: str) -> bool:
    """True when some step, or none, leads from `old` to `new`."""
    return old == new or any(old in _FROM[step] and new == target for step, target in _TO.items())


def sources_of(new: str) -> tuple[MappingStatus, ...]:
    """Every status from which a version may become `new`, that one included."""
    return tuple(status for status in MappingStatus if may_become(status, new))
