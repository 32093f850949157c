"""Threads that read centers. No ORM here: what they find goes through a queue to the one thread that writes."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extraction.reader import CenterResult, CenterTask

Read = Callable[[CenterTask], CenterResult]


@dataclass(frozen=True, slots=True)
class Started:
    """A thread took a task, at this monotonic time in seconds."""

    task: CenterTask
    at: float


Event = Started | CenterResult


class ReaderPool:
    """At most `workers` tasks at a time, in the given order.

    The threads are daemons: the driver can hang where no timeout reaches it, and a process must be able to end then.
    """

    def __init__(self, tasks: Sequence[CenterTask], workers: int, read: Read) -> None:
        self._read = read
        self._tasks: queue.SimpleQueue[CenterTask] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stopped = threading.Event()
        for task in tasks:
            self._tasks.put(task)
        for _number in range(min(workers, len(tasks))):
            self.add_thread()

    def add_thread(self) -> None:
        """One more thread, for instance in place of one that hangs."""
        threading.Thread(target=self._work, name="reader", daemon=True).start()

    def stop(self) -> None:
        """Let no thread take another task; those that read finish by themselves."""
        self._stopped.set()

    def next_event(self, timeout: float) -> Event | None:
        """What happened next, or None after `timeout` seconds without anything."""
        try:
            return self._events.get(timeout=timeout)
        except queue.Empty:
            return None

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                return
            self._events.put(Started(task, time.monotonic()))
            self._events.put(self._read(task))
