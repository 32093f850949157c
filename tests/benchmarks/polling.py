"""People who follow a run on its page, each from a thread of its own, and how long they wait for each answer."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.installation import FOLLOWING, Installation

# As the page asks.
EVERY_SECONDS = 2.0
# htmx stops with it: the run has ended.
GOOD = (200, 286)


@dataclass(slots=True)
class Watchers:
    """``with Watchers(...)``: all watch ``path`` from entry to exit, and what they saw is kept."""

    installation: Installation
    sessions: Sequence[str]
    path: str = "/"
    every: float = EVERY_SECONDS
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Watchers":
        for session in self.sessions:
            thread = threading.Thread(target=self._watch, args=(session,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _watch(self, session: str) -> None:
        self._stop.wait(random.uniform(0, self.every))
        while not self._stop.is_set():
            status, _body, seconds = self.installation.get(self.path, session, FOLLOWING)
            self.statuses[status] += 1
            self.seconds.append(seconds)
            # A page asks again so long after it had its answer.
            self._stop.wait(self.every)

    def figures(self) -> str:
        """What they saw, in one line."""
        good = sum(self.statuses[status] for status in GOOD)
        failed = sum(count for status, count in self.statuses.items() if status == 0 or status >= 500)
        return (
            f"{len(self.seconds)} answers: p50 {percentile(self.seconds, 50) * 1000:.0f} ms, "
            f"p95 {percentile(self.seconds, 95) * 1000:.0f} ms, p99 {percentile(self.seconds, 99) * 1000:.0f} ms, "
            f"longest {max(self.seconds, default=0) * 1000:.0f} ms; {good} good, {failed} failed (5xx or none)"
        )


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which so many percent of the values lie; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] if ordered else 0.0


def warm_up(installation: Installation, path: str, session: str, times: int) -> None:
    """Let each web process load what it needs, before anybody measures."""
    for _number in range(times):
        installation.get(path, session, FOLLOWING)
        time.sleep(0.02)
