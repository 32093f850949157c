import time

import pytest

from extraction.reader_growth import FIRST_READERS, LOOK_SECONDS, ROOM, ReaderGrowth
from extraction.wanted_processor import wanted_processor_seconds

IDLE = 0.5 * ROOM * LOOK_SECONDS
BUSY = 1.5 * ROOM * LOOK_SECONDS


def _sizes(growth: ReaderGrowth, looks: list[float]) -> list[int]:
    """After each look, when the process used so many seconds of a core before it."""
    return [growth.look((n + 1) * LOOK_SECONDS, sum(looks[: n + 1])) for n in range(len(looks))]


@pytest.mark.parametrize(
    ("looks", "sizes"),
    [
        ([IDLE, IDLE, IDLE, IDLE], [50, 100, 100, 200]),
        ([0.0, 0.0], [50, 100]),
        ([BUSY, BUSY, BUSY], [50, 50, 50]),
        ([IDLE, BUSY, IDLE, BUSY], [50, 50, 50, 50]),
        ([BUSY, IDLE, IDLE, BUSY], [50, 50, 100, 100]),
        ([LOOK_SECONDS, 2 * LOOK_SECONDS], [50, 50]),
    ],
)
def test_readers_double_only_after_two_looks_with_room(looks: list[float], sizes: list[int]) -> None:
    growth = ReaderGrowth(200, 0.0, 0.0)

    assert growth.size == FIRST_READERS
    assert _sizes(growth, looks) == sizes
    assert growth.size == sizes[-1]


def test_growth_ends_at_what_the_run_allows() -> None:
    growth = ReaderGrowth(70, 0.0, 0.0)

    assert not growth.is_due(LOOK_SECONDS / 2)
    assert growth.is_due(LOOK_SECONDS)
    assert _sizes(growth, [IDLE, IDLE]) == [50, 70]
    assert not growth.is_due(10.0)


def test_a_small_run_has_all_its_readers_at_once() -> None:
    growth = ReaderGrowth(20, 0.0, 0.0)

    assert growth.size == 20
    assert not growth.is_due(10.0)


def test_a_process_that_works_wants_processor_seconds() -> None:
    before, used = wanted_processor_seconds(), time.process_time()
    while time.process_time() - used < 0.02:
        sum(range(1000))

    assert wanted_processor_seconds() - before >= 0.02
