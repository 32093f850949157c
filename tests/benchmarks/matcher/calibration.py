"""Is 0.9 nine of ten? Proposed columns by how sure the matcher was, and how many of them were right."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.benchmarks.matcher.scoring import Judged

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)
# 95 of 100 intervals hold the true share.
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Bin:
    """The columns whose confidence lies from `low` to under `high`; `sure` is their mean confidence."""

    low: float
    high: float
    count: int
    right: int
    sure: float

    @property
    def share(self) -> float:
        """The share that was right."""
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies (Wilson, 95 %)."""
        spread = _Z**2 / self.count
        middle = (self.share + spread / 2) / (1 + spread)
        half = _Z / (1 + spread) * math.sqrt(self.share * (1 - self.share) / self.count + spread / 4 / self.count)
        return max(0.0, middle - half), min(1.0, middle + half)


def bins(judged: Iterable[Judged]) -> list[Bin]:
    """The bins that hold something, from unsure to sure."""
    found = list(judged)
    made = []
    for low, high in pairwise(EDGES):
        inside = [item for item in found if low <= item.confidence < high]
        if inside:
            sure = sum(item.confidence for item in inside) / len(inside)
            made.append(Bin(low, min(high, 1.0), len(inside), sum(item.right for item in inside), sure))
    return made


def calibration_error(found: Sequence[Bin]) -> float:
    """How far confidence and share are apart, as a mean over all columns (expected calibration error)."""
    total = sum(item.count for item in found)
    return sum(item.count * abs(item.share - item.sure) for item in found) / total if total else 0.0
