"""Threads that read centers: the engine `threads`."""

import threading
from collections.abc import Callable, Iterable

from dentalhub.logs import about
from extraction.reader import CenterResult, CenterTask
from extraction.readers import Readers

Read = Callable[[CenterTask], Iterable[CenterResult]]


class ReaderPool(Readers):
    """A thread for each task at a time.

    The threads are daemons: the driver can hang where no timeout reaches it, and a process must be able to end then.
    """

    def __init__(self, size: int, read: Read) -> None:
        super().__init__(size)
        self._read = read
        self._idle = 0

    def _add_readers(self) -> None:
        for _thread in range(min(len(self._tasks) - self._idle, self._size - self._readers)):
            self._readers += 1
            threading.Thread(target=self._work, name="reader", daemon=True).start()

    def _work(self) -> None:
        while (task := self._await_task()) is not None:
            with about(**self._about, center_id=task.center_id):
                for result in self._read(task):
                    self._put(result)
                    if self._is_stopped:
                        return
            self._ended(task)

    def _await_task(self) -> CenterTask | None:
        with self._lock:
            self._idle += 1
            while not self._tasks and not self._is_stopped:
                self._has_task.wait()
            self._idle -= 1
            return self._next_task()

    def _put(self, result: CenterResult) -> None:
        with self._lock:
            while not self._is_put(result):
                self._has_room.wait()
