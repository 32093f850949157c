"""What a run asks of those who read for it: tasks go in, results wait for the one thread that writes. No ORM here."""

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence

from dentalhub.logs import bound
from extraction.reader import CenterResult, CenterTask

# Results wait for the writer until they hold so many entries, each result counted as a few; then readers wait for it.
MOST_WAITING_ENTRIES = 20_000
RESULT_WEIGHT = 8


class Readers(ABC):
    """Reads what `hand` gives it, `size` tasks at a time. Thread-safe.

    `_add_readers`, `_next_task` and `_is_put` are called by those who hold `_lock`.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        # What the lines of readers say too, which are other threads.
        self._about = bound()
        # Readers that work or wait for a task.
        self._readers = 0
        self._is_stopped = False
        self._tasks: deque[CenterTask] = deque()
        self._results: deque[CenterResult] = deque()
        self._weight = 0
        self._wanted = 1
        # Since when (monotonic seconds) a task's reader has said nothing, by center run.
        self._since: dict[int, float] = {}
        self._lock = threading.Lock()
        self._has_task = threading.Condition(self._lock)
        self._has_result = threading.Condition(self._lock)
        self._has_room = threading.Condition(self._lock)

    def hand(self, tasks: Sequence[CenterTask]) -> None:
        """Let these be read, in this order."""
        with self._lock:
            self._tasks.extend(tasks)
            self._has_task.notify(len(tasks))
            self._add_readers()

    def grow(self, size: int) -> None:
        """Allow more tasks at a time, in place of those that hang or are slow."""
        with self._lock:
            self._size = max(self._size, size)
            self._add_readers()

    def stop(self) -> None:
        """Let no further task begin; those that are read finish by themselves."""
        with self._lock:
            self._is_stopped = True
            self._has_task.notify_all()
            self._has_room.notify_all()

    def results(self, timeout: float, ahead: int = 0, at_least: int = 1) -> tuple[list[CenterResult], int]:
        """All results that wait, and how many tasks more could begin; waits `timeout` seconds for `at_least` results.

        Both are of one moment: the task that left a vacancy has its result among these, or among earlier ones.
        `ahead` tasks may wait for the next reader.
        """
        with self._lock:
            self._wanted = max(1, at_least)
            if not self._is_enough():
                self._has_result.wait(timeout)
            found = list(self._results)
            self._results.clear()
            self._weight = 0
            self._has_room.notify_all()
            return found, max(0, self._size + ahead - len(self._since) - len(self._tasks))

    def silent_for(self, seconds: float) -> set[int]:
        """The center runs whose reader has said nothing for so long."""
        limit = time.monotonic() - seconds
        with self._lock:
            return {key for key, since in self._since.items() if since < limit}

    @abstractmethod
    def _add_readers(self) -> None:
        """Begin to read the tasks that wait, as far as `_size` allows."""

    def _next_task(self) -> CenterTask | None:
        if self._is_stopped or not self._tasks:
            return None
        task = self._tasks.popleft()
        self._since[task.center_run_id] = time.monotonic()
        return task

    def _is_put(self, result: CenterResult) -> bool:
        """False when the writer lags behind; meanwhile the reader is neither slow nor hung."""
        if self._weight > MOST_WAITING_ENTRIES and not self._is_stopped:
            self._since[result.task.center_run_id] = float("inf")
            return False
        self._since[result.task.center_run_id] = time.monotonic()
        self._weight += (result.extraction.entry_count if result.extraction else 0) + RESULT_WEIGHT
        self._results.append(result)
        if self._is_enough():
            self._has_result.notify()
        return True

    def _is_enough(self) -> bool:
        """For the writer to begin: what it asked for, or so much that readers would wait for it."""
        return len(self._results) >= self._wanted or self._weight > MOST_WAITING_ENTRIES

    def _ended(self, task: CenterTask) -> None:
        with self._lock:
            self._since.pop(task.center_run_id, None)
