"""How long centers took and why they failed, as numbers that only grow. *Pure*."""

import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

# Upper bounds in seconds. Few: each is a time series per center.
BOUNDS = (0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


@dataclass(slots=True)
class Totals:
    """Of one center: ended parts of runs by how long they took, the last longer than all bounds; what came of them."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    entries: int = 0
    errors: dict[str, int] = field(default_factory=dict)

    def add(self, seconds: float, entries: int, cause: str) -> None:
        """Count one ended part of a run; `cause` is empty when it succeeded."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds
        self.entries += entries
        if cause:
            self.errors[cause] = self.errors.get(cause, 0) + 1

    def merge(self, other: "Totals") -> None:
        """Add what another counted."""
        self.buckets = [mine + theirs for mine, theirs in zip(self.buckets, other.buckets, strict=True)]
        self.seconds += other.seconds
        self.entries += other.entries
        for cause, count in other.errors.items():
            self.errors[cause] = self.errors.get(cause, 0) + count

    def cumulative(self) -> Iterator[tuple[str, int]]:
        """(`le`, parts that took at most so long), as Prometheus has histograms."""
        names = [*(str(bound) for bound in BOUNDS), "+Inf"]
        return zip(names, accumulate(self.buckets), strict=True)

    @classmethod
    def read(cls, buckets: str, seconds: float, entries: int, errors: str) -> "Totals":
        """From the stored texts; buckets of an older release with other bounds begin anew."""
        counted = [int(count) for count in json.loads(buckets)]
        if len(counted) != len(BOUNDS) + 1:
            counted = [0] * len(BOUNDS) + [sum(counted)]
        return cls(counted, seconds, entries, {str(cause): int(count) for cause, count in json.loads(errors).items()})
