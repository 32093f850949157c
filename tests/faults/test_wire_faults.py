"""Every fault of the wire ends in its class, within the deadline, and leaves the old slice as it was."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from dentalhub.sandbox.options import FaultKind
from extraction.enums import RunState
from tests.faults.expected_classes import DELIVERS, EXPECTED
from tests.faults.faulty_runs import DEADLINE_SECONDS, Ended, FaultyNetwork, faulty_network
from tests.faults.landed import untrue_manifests

HEALTHY = "center_01"
CENTER_OF = {kind: f"center_{number:02d}" for number, kind in enumerate(FaultKind, start=2)}
ROUNDS_SECONDS = DEADLINE_SECONDS + 2
pytestmark = [
    # Also tells pytest-django to make the test database, before the fixture of the module writes to it.
    pytest.mark.django_db,
    pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="only the sandbox misbehaves when it is told to"),
]


def _word(kind: FaultKind) -> str:
    return kind.value


@dataclass(frozen=True)
class Round:
    """What became of one run over all kinds of faults, and of the run after they were mended."""

    ended: dict[str, Ended]
    seconds: float
    untrue_manifests: list[str]
    mended: dict[str, Ended]
    untrue_after: list[str]


@pytest.fixture(scope="module")
def network(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[FaultyNetwork]:
    """One healthy center, and one for each kind of fault; their rows are rolled back in the end."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "CENTER_DEADLINE_SECONDS", DEADLINE_SECONDS)
        directory = tmp_path_factory.mktemp("faults")
        with faulty_network(directory, len(FaultKind) + 1, patch) as found:
            yield found
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def one_of_each(network: FaultyNetwork) -> Round:
    """All kinds at once, each at its own center."""
    ended, seconds = network.extract({center_id: kind for kind, center_id in CENTER_OF.items()})
    untrue = untrue_manifests()
    mended, _seconds = network.extract({})
    return Round(ended, seconds, untrue, mended, network.untrue())


def test_sandbox_knows_at_least_twenty_kinds() -> None:
    assert EXPECTED.keys() | DELIVERS == set(FaultKind)
    assert len(EXPECTED) >= 20


@pytest.mark.parametrize("kind", EXPECTED, ids=_word)
def test_fault_ends_in_its_class(one_of_each: Round, kind: FaultKind) -> None:
    ended = one_of_each.ended[CENTER_OF[kind]]
    assert (ended.state, ended.kind in EXPECTED[kind], ended.kind) == (RunState.FAILED, True, ended.kind)
    assert ended.message
    assert "Musterpatientin" not in ended.message


@pytest.mark.parametrize("kind", EXPECTED, ids=_word)
def test_fault_leaves_the_old_slice_untouched(one_of_each: Round, kind: FaultKind) -> None:
    ended = one_of_each.ended[CENTER_OF[kind]]
    assert len(ended.before) > 1
    assert ended.after == ended.before


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind in DELIVERS], ids=_word)
def test_fault_that_passes_delivers_all_the_same(one_of_each: Round, kind: FaultKind) -> None:
    ended = one_of_each.ended[CENTER_OF[kind]]
    assert (ended.state, ended.kind) == (RunState.SUCCEEDED, "")


def test_all_faults_end_within_the_deadline(one_of_each: Round) -> None:
    late = {center_id for center_id, ended in one_of_each.ended.items() if ended.seconds > ROUNDS_SECONDS}
    assert late == set()
    assert one_of_each.seconds < ROUNDS_SECONDS + 2


def test_healthy_center_delivers_meanwhile(one_of_each: Round) -> None:
    assert one_of_each.ended[HEALTHY].state == RunState.SUCCEEDED
    assert one_of_each.untrue_manifests == []


def test_all_centers_deliver_the_truth_once_they_are_mended(one_of_each: Round) -> None:
    assert {center_id: ended.kind for center_id, ended in one_of_each.mended.items() if ended.kind} == {}
    assert one_of_each.untrue_after == []


@pytest.mark.storm
def test_storm_of_a_thousand_faults_leaves_no_partial_slice(network: FaultyNetwork) -> None:
    seed = int(os.environ.get("DENTALHUB_STORM_SEED", random.randrange(1_000_000)))
    chance = random.Random(seed)
    centers = sorted(center.center_id for center in network.network.centers)
    remaining = int(os.environ.get("DENTALHUB_STORM_FAULTS", "1000"))
    wrong: list[str] = []
    while remaining > 0:
        sick = chance.sample(centers, min(remaining, len(centers) - 1))
        faults = {center_id: chance.choice(list(FaultKind)) for center_id in sick}
        remaining -= len(faults)
        ended, seconds = network.extract(faults)
        wrong += [f"{seed}: {text}" for text in _surprises(faults, ended)]
        wrong += untrue_manifests() + network.untrue()
        if seconds > ROUNDS_SECONDS + 2:
            wrong.append(f"{seed}: a round took {seconds:.1f} s")
    assert wrong == []


def _surprises(faults: dict[str, FaultKind], ended: dict[str, Ended]) -> list[str]:
    found = []
    for center_id, end in ended.items():
        kind = faults.get(center_id)
        if kind is None or kind in DELIVERS:
            if end.state != RunState.SUCCEEDED:
                found.append(f"{center_id} {kind}: {end.kind}")
        elif end.kind not in EXPECTED[kind] or end.after != end.before:
            found.append(f"{center_id} {kind}: {end.kind}, untouched: {end.after == end.before}")
    return found
