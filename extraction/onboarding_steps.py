"""The six steps from "no centers" to the first extraction, told from what there is. *Pure*.

Nothing is kept of how far a person came: whoever opens the page finds what our rows say, today or next month.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from extraction.onboarding_places import Place


class StepKey(StrEnum):
    """The steps in their order."""

    SERVER = "server"
    TEST = "test"
    CENTERS = "centers"
    DISCOVER = "discover"
    REVIEW = "review"
    RUN = "run"


class StepState(StrEnum):
    """What is to be done at a step. WAITING: nothing has come as far; NOW: somebody can do something, or it runs."""

    DONE = "done"
    NOW = "now"
    WAITING = "waiting"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """A server; `result` of its newest connection test: "ok", a class of failure, or empty for none. A source on it
    that was read proves more than any test: `is_proven`."""

    code: str
    has_centers: bool = False
    is_proven: bool = False
    result: str = ""

    @property
    def is_tested(self) -> bool:
        """True when it has answered."""
        return self.is_proven or self.result == "ok"

    @property
    def has_failed(self) -> bool:
        """True when it was tested and did not answer as it should."""
        return not self.is_tested and self.result != ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the person's regions hold. `places`: the ids of the centers at each place, in their order; `causes`: why
    how many could not be discovered, the most frequent first; `job` and `run`: what is under way for new ones."""

    regions: int = 0
    servers: tuple[ServerFacts, ...] = ()
    places: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    causes: tuple[tuple[str, int], ...] = ()
    sees_all_regions: bool = True
    has_reviewer: bool = True
    job: int | None = None
    run: int | None = None

    def at(self, *places: Place) -> tuple[str, ...]:
        """The ids of the centers at these places."""
        return tuple(name for place in places for name in self.places.get(place, ()))

    @property
    def centers(self) -> int:
        """All centers but those that rest without ever having been extracted."""
        return len(self.at(*_ON_THEIR_WAY))


@dataclass(frozen=True, slots=True)
class Step:
    """`done` of `all` have it behind them; `trouble` need somebody's attention, `todo` are to be done, `busy` under
    way. Servers at the first two steps, centers at the others."""

    key: StepKey
    state: StepState
    all: int = 0
    done: int = 0
    todo: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()


_ON_THEIR_WAY = tuple(place for place in Place if place is not Place.PAUSED)
TO_DISCOVER = (Place.NOT_DISCOVERED, Place.UNMAPPED, Place.UNDISCOVERED)
_PROPOSED = (
    *(Place.IN_REVIEW, Place.REJECTED, Place.READY, Place.RUNNING, Place.RUN_FAILED),
    Place.EXTRACTED,
)
_APPROVED = (Place.READY, Place.RUNNING, Place.RUN_FAILED, Place.EXTRACTED)


def steps_of(facts: Facts) -> tuple[Step, ...]:
    """All six, each with its state."""
    return (_server(facts), _test(facts), _centers(facts), _discover(facts), _review(facts), _run(facts))


def current_of(steps: tuple[Step, ...]) -> StepKey | None:
    """The first step at which there is something to do; None when all is done."""
    return next((step.key for step in steps if step.state in (StepState.NOW, StepState.ATTENTION)), None)


def is_busy(steps: tuple[Step, ...]) -> bool:
    """True while something goes on by itself."""
    return any(step.busy for step in steps)


def _server(facts: Facts) -> Step:
    count = len(facts.servers)
    if count:
        return Step(StepKey.SERVER, StepState.DONE, count, count)
    # Who sees chosen regions cannot add one.
    is_stuck = not facts.regions and not facts.sees_all_regions
    return Step(StepKey.SERVER, StepState.ATTENTION if is_stuck else StepState.NOW)


def _test(facts: Facts) -> Step:
    servers = facts.servers
    failed = tuple(server.code for server in servers if server.has_failed)
    untested = tuple(server.code for server in servers if not server.is_tested and not server.has_failed)
    done = len(servers) - len(failed) - len(untested)
    return Step(StepKey.TEST, _state(bool(servers), failed, untested), len(servers), done, untested, trouble=failed)


def _centers(facts: Facts) -> Step:
    count = facts.centers
    if count:
        return Step(StepKey.CENTERS, StepState.DONE, count, count)
    return Step(StepKey.CENTERS, StepState.NOW if facts.servers else StepState.WAITING)


def _discover(facts: Facts) -> Step:
    failed, busy = facts.at(Place.NOT_DISCOVERED), facts.at(Place.DISCOVERING)
    todo = facts.at(Place.UNMAPPED, Place.UNDISCOVERED)
    state = _state(facts.centers > 0, failed, todo + busy)
    return Step(StepKey.DISCOVER, state, facts.centers, len(facts.at(*_PROPOSED)), todo, busy, failed)


def _review(facts: Facts) -> Step:
    todo, rejected = facts.at(Place.IN_REVIEW), facts.at(Place.REJECTED)
    reached, done = len(facts.at(*_PROPOSED)), len(facts.at(*_APPROVED))
    state = _state(reached > 0, rejected, todo)
    if todo and not facts.has_reviewer:
        state = StepState.ATTENTION
    return Step(StepKey.REVIEW, state, reached, done, todo, trouble=rejected)


def _run(facts: Facts) -> Step:
    todo, busy, failed = facts.at(Place.READY), facts.at(Place.RUNNING), facts.at(Place.RUN_FAILED)
    reached, done = len(facts.at(*_APPROVED)), len(facts.at(Place.EXTRACTED))
    return Step(StepKey.RUN, _state(reached > 0, failed, todo + busy), reached, done, todo, busy, failed)


def _state(is_reached: bool, trouble: tuple[str, ...], work: tuple[str, ...]) -> StepState:
    if not is_reached:
        return StepState.WAITING
    if trouble:
        return StepState.ATTENTION
    return StepState.NOW if work else StepState.DONE
