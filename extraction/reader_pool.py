"""Threads that read centers. No ORM here: what they find goes through a bounded queue to the one thread that writes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from extraction.reader import CenterResult, CenterTask

Read = Callable[[CenterTask], Iterable[CenterResult]]
# Results wait for the writer until they hold so many entries, each result counted as a few; then readers wait for it.
MOST_WAITING_ENTRIES = 20_000
RESULT_WEIGHT = 8


class ReaderPool:
    """Reads what `hand` gives it, `size` tasks at a time.

    The threads are daemons: the driver can hang where no timeout reaches it, and a process must be able to end then.
    """

    def __init__(self, size: int, read: Read) -> None:
        self._read = read
        self._size = size
        self._threads = 0
        self._idle = 0
        self._is_stopped = False
        self._tasks: deque[CenterTask] = deque()
        self._results: deque[CenterResult] = deque()
        self._weight = 0
        # Since when (monotonic seconds) a task's thread has said nothing, by center run.
        self._since: dict[int, float] = {}
        self._lock = threading.Lock()
        self._has_task = threading.Condition(self._lock)
        self._has_result = threading.Condition(self._lock)
        self._has_room = threading.Condition(self._lock)

    def hand(self, tasks: Sequence[CenterTask]) -> None:
        """Let threads read these, in this order."""
        with self._lock:
            self._tasks.extend(tasks)
            self._has_task.notify(len(tasks))
            self._add_threads()

    def grow(self, size: int) -> None:
        """Allow more threads, in place of those that hang or are slow."""
        with self._lock:
            self._size = max(self._size, size)
            self._add_threads()

    def stop(self) -> None:
        """Let no thread take another task; those that read finish by themselves."""
        with self._lock:
            self._is_stopped = True
            self._has_task.notify_all()
            self._has_room.notify_all()

    def results(self, timeout: float, ahead: int = 0) -> tuple[list[CenterResult], int]:
        """All results that wait, and how many tasks more could begin; no results after `timeout` seconds without any.

        Both are of one moment: the task that left a vacancy has its result among these, or among earlier ones.
        `ahead` tasks may wait for the next thread.
        """
        with self._lock:
            if not self._results:
                self._has_result.wait(timeout)
            found = list(self._results)
            self._results.clear()
            self._weight = 0
            self._has_room.notify_all()
            return found, max(0, self._size + ahead - len(self._since) - len(self._tasks))

    def silent_for(self, seconds: float) -> set[int]:
        """The center runs whose thread has said nothing for so long."""
        limit = time.monotonic() - seconds
        with self._lock:
            return {key for key, since in self._since.items() if since < limit}

    def _add_threads(self) -> None:
        for _thread in range(min(len(self._tasks) - self._idle, self._size - self._threads)):
            self._threads += 1
            threading.Thread(target=self._work, name="reader", daemon=True).start()

    def _work(self) -> None:
        while (task := self._next_task()) is not None:
            for result in self._read(task):
                self._put(result)
                if self._is_stopped:
                    return
            with self._lock:
                self._since.pop(task.center_run_id, None)

    def _next_task(self) -> CenterTask | None:
        with self._lock:
            self._idle += 1
            while not self._tasks and not self._is_stopped:
                self._has_task.wait()
            self._idle -= 1
            if self._is_stopped:
                return None
            task = self._tasks.popleft()
            self._since[task.center_run_id] = time.monotonic()
            return task

    def _put(self, result: CenterResult) -> None:
        entries = result.extraction.entry_count if result.extraction else 0
        with self._lock:
            # While it waits for the writer, a thread is neither slow nor hung.
            self._since[result.task.center_run_id] = float("inf")
            while self._weight > MOST_WAITING_ENTRIES and not self._is_stopped:
                self._has_room.wait()
            self._since[result.task.center_run_id] = time.monotonic()
            self._weight += entries + RESULT_WEIGHT
            self._results.append(result)
            self._has_result.notify()
