"""Where a center is on its way, and what the six steps make of it."""

from collections.abc import Mapping

import pytest

from extraction.onboarding_places import CenterFacts, Place, place_of
from extraction.onboarding_steps import Facts, ServerFacts, Step, StepKey, current_of, is_busy, steps_of

APPROVED, DRAFT = frozenset({"approved"}), frozenset({"draft"})
SERVER = ServerFacts("de-1", has_centers=True, is_proven=True)


@pytest.mark.parametrize(
    ("center", "place"),
    [
        (CenterFacts("c"), Place.UNDISCOVERED),
        (CenterFacts("c", is_active=False), Place.PAUSED),
        (CenterFacts("c", is_active=False, statuses=APPROVED), Place.PAUSED),
        (CenterFacts("c", is_active=False, is_extracted=True), Place.EXTRACTED),
        (CenterFacts("c", is_asked=True), Place.DISCOVERING),
        (CenterFacts("c", is_asked=True, look_error="dns"), Place.DISCOVERING),
        (CenterFacts("c", look_error="dns"), Place.NOT_DISCOVERED),
        (CenterFacts("c", has_snapshot=True, look_error="dns"), Place.NOT_DISCOVERED),
        (CenterFacts("c", has_snapshot=True), Place.UNMAPPED),
        (CenterFacts("c", has_snapshot=True, statuses=DRAFT), Place.IN_REVIEW),
        (CenterFacts("c", has_snapshot=True, statuses=DRAFT, look_error="dns"), Place.IN_REVIEW),
        (CenterFacts("c", has_snapshot=True, statuses=frozenset({"in_review", "rejected"})), Place.IN_REVIEW),
        (CenterFacts("c", has_snapshot=True, statuses=frozenset({"rejected"})), Place.REJECTED),
        (CenterFacts("c", statuses=APPROVED), Place.READY),
        (CenterFacts("c", statuses=APPROVED | DRAFT), Place.READY),
        (CenterFacts("c", statuses=APPROVED, run_state="skipped"), Place.READY),
        (CenterFacts("c", statuses=APPROVED, run_state="cancelled"), Place.READY),
        (CenterFacts("c", statuses=APPROVED, run_state="queued"), Place.RUNNING),
        (CenterFacts("c", statuses=APPROVED, run_state="running"), Place.RUNNING),
        (CenterFacts("c", statuses=APPROVED, run_state="failed"), Place.RUN_FAILED),
        (CenterFacts("c", statuses=APPROVED, run_state="failed", is_extracted=True), Place.EXTRACTED),
    ],
)
def test_place_of_a_center(center: CenterFacts, place: Place) -> None:
    assert place_of(center) == place


def states(facts: Facts) -> str:
    """The first letters of the six states."""
    return "".join(step.state.value[0] for step in steps_of(facts))


def with_centers(**places: int) -> Facts:
    """One proven server, and so many centers at each place."""
    made: Mapping[Place, tuple[str, ...]] = {
        Place(name): tuple(f"{name}_{number}" for number in range(count)) for name, count in places.items()
    }
    return Facts(1, (SERVER,), made)


@pytest.mark.parametrize(
    ("facts", "shown", "current"),
    [
        # An empty installation, for who may add a region and for who may not.
        (Facts(), "nwwwww", StepKey.SERVER),
        (Facts(sees_all_regions=False), "awwwww", StepKey.SERVER),
        (Facts(1), "nwwwww", StepKey.SERVER),
        # A server before its test, after a bad one and after a good one.
        (Facts(1, (ServerFacts("de-1"),)), "dnnwww", StepKey.TEST),
        (Facts(1, (ServerFacts("de-1", result="login_failed"),)), "danwww", StepKey.TEST),
        (Facts(1, (ServerFacts("de-1", result="ok"),)), "ddnwww", StepKey.CENTERS),
        # What was read from it proves more than a test that went wrong.
        (Facts(1, (ServerFacts("de-1", is_proven=True, result="dns"),)), "ddnwww", StepKey.CENTERS),
        (with_centers(paused=2), "ddnwww", StepKey.CENTERS),
        (with_centers(undiscovered=3), "dddnww", StepKey.DISCOVER),
        (with_centers(unmapped=3), "dddnww", StepKey.DISCOVER),
        (with_centers(discovering=3), "dddnww", StepKey.DISCOVER),
        (with_centers(not_discovered=1, discovering=3), "dddaww", StepKey.DISCOVER),
        (with_centers(in_review=3), "ddddnw", StepKey.REVIEW),
        (with_centers(rejected=1), "ddddaw", StepKey.REVIEW),
        (with_centers(ready=3), "dddddn", StepKey.RUN),
        (with_centers(running=3), "dddddn", StepKey.RUN),
        (with_centers(run_failed=1, extracted=3), "ddddda", StepKey.RUN),
        (with_centers(extracted=3), "dddddd", None),
        (with_centers(extracted=3, paused=1), "dddddd", None),
        # Center 31 of a network that works: each step says what is left there, the first one leads.
        (with_centers(extracted=30, undiscovered=1), "dddndd", StepKey.DISCOVER),
        (with_centers(extracted=28, undiscovered=1, in_review=1, ready=1), "dddnnn", StepKey.DISCOVER),
    ],
)
def test_states_of_the_steps(facts: Facts, shown: str, current: StepKey | None) -> None:
    assert (states(facts), current_of(steps_of(facts))) == (shown, current)


def test_nobody_who_could_review_needs_attention() -> None:
    facts = Facts(1, (SERVER,), {Place.IN_REVIEW: ("c",)}, has_reviewer=False)
    assert states(facts) == "ddddaw"


def test_counts_of_the_steps_are_those_of_the_centers() -> None:
    facts = with_centers(extracted=20, ready=4, in_review=3, undiscovered=2, not_discovered=1, discovering=1, paused=7)
    *_others, discover, review, run = steps_of(facts)
    assert (discover.all, discover.done) == (31, 27)
    assert (len(discover.todo), len(discover.busy), len(discover.trouble)) == (2, 1, 1)
    assert (review.all, review.done, len(review.todo)) == (27, 24, 3)
    assert (run.all, run.done, len(run.todo)) == (24, 20, 4)


def test_servers_are_counted_by_their_tests() -> None:
    servers = (SERVER, ServerFacts("a"), ServerFacts("b", result="dns"), ServerFacts("c", result="ok"))
    _server, test, *_others = steps_of(Facts(1, servers))
    assert test == Step(StepKey.TEST, test.state, 4, 2, ("a",), trouble=("b",))


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (with_centers(discovering=1), True),
        (with_centers(running=1), True),
        (with_centers(ready=1), False),
        (Facts(), False),
    ],
)
def test_page_is_busy_while_something_goes_on(facts: Facts, found: bool) -> None:
    assert is_busy(steps_of(facts)) is found
