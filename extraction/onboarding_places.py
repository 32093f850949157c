"""How far a center has come on its way from "added" to its first extraction. *Pure*."""

from dataclasses import dataclass
from enum import StrEnum

from extraction.enums import RunState
from mappings.enums import MappingStatus


class Place(StrEnum):
    """Where a center is; each is at exactly one of these."""

    PAUSED = "paused"
    UNDISCOVERED = "undiscovered"
    DISCOVERING = "discovering"
    NOT_DISCOVERED = "not_discovered"
    UNMAPPED = "unmapped"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    READY = "ready"
    RUNNING = "running"
    RUN_FAILED = "run_failed"
    EXTRACTED = "extracted"


@dataclass(frozen=True, slots=True)
class CenterFacts:
    """What our rows say of a center. `statuses`: of its versions that are not superseded; `run_state`: of the newest
    run while nothing has landed; `look_error`: why the last look at its schema came to nothing; `is_asked`: one is
    waited for."""

    center_id: str
    is_active: bool = True
    has_snapshot: bool = False
    look_error: str = ""
    is_asked: bool = False
    statuses: frozenset[str] = frozenset()
    run_state: str = ""
    is_extracted: bool = False


_OPEN = frozenset({MappingStatus.DRAFT.value, MappingStatus.IN_REVIEW.value})
_PLACE_OF_RUN = {
    RunState.QUEUED.value: Place.RUNNING,
    RunState.RUNNING.value: Place.RUNNING,
    RunState.FAILED.value: Place.RUN_FAILED,
}


def place_of(center: CenterFacts) -> Place:
    """Where the center is: what came last on the way counts, and what is under way before what went wrong."""
    if center.is_extracted:
        return Place.EXTRACTED
    if not center.is_active:
        return Place.PAUSED
    if MappingStatus.APPROVED in center.statuses:
        return _PLACE_OF_RUN.get(center.run_state, Place.READY)
    if center.statuses & _OPEN:
        return Place.IN_REVIEW
    if center.is_asked:
        return Place.DISCOVERING
    if MappingStatus.REJECTED in center.statuses:
        return Place.REJECTED
    if center.look_error:
        return Place.NOT_DISCOVERED
    return Place.UNMAPPED if center.has_snapshot else Place.UNDISCOVERED
