"""How much of a center comes in one answer."""

from typing import Any

import pytest

from extraction.assignments import chunk_days


@pytest.mark.parametrize(
    ("entries_per_day", "readers", "expected"),
    [
        # Fifty threads with 5,000 entries each.
        (6.0, 50, 366),
        (500.0, 50, 10),
        (500.0, 20, 10),
        (500.0, 10, 20),
        # A center alone, or a few.
        (500.0, 6, 30),
        (500.0, 1, 30),
        (100_000.0, 1, 1),
        (0.0, 1, 366),
    ],
)
def test_days_in_one_answer(entries_per_day: float, readers: int, expected: int) -> None:
    assert chunk_days(entries_per_day, readers) == expected


def test_days_in_one_answer_while_nobody_knows(settings: Any) -> None:
    settings.DAYS_PER_QUERY = 12
    assert chunk_days(None, 50) == 12
