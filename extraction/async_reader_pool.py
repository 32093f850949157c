"""Coroutines that read centers: the engine `asyncio`."""

import asyncio
from collections.abc import AsyncIterable, Callable

from centers.event_loop import event_loop
from dentalhub.logs import about
from extraction.reader import CenterResult, CenterTask
from extraction.readers import Readers

ReadInLoop = Callable[[CenterTask], AsyncIterable[CenterResult]]
# How often a coroutine looks whether the writer has taken something.
ROOM_SECONDS = 0.01


class AsyncReaderPool(Readers):
    """A coroutine for each task at a time, all of them in the process's one event loop."""

    def __init__(self, size: int, read: ReadInLoop) -> None:
        super().__init__(size)
        self._read = read

    def _add_readers(self) -> None:
        loop = event_loop()
        for _coroutine in range(min(len(self._tasks), self._size - self._readers)):
            self._readers += 1
            asyncio.run_coroutine_threadsafe(self._work(), loop)

    async def _work(self) -> None:
        while (task := self._task_or_end()) is not None:
            with about(**self._about, center_id=task.center_id):
                async for result in self._read(task):
                    await self._put(result)
                    if self._is_stopped:
                        return
            self._ended(task)

    def _task_or_end(self) -> CenterTask | None:
        with self._lock:
            task = self._next_task()
            # In the same moment, so that no task is handed to one that has just ended.
            self._readers -= task is None
            return task

    async def _put(self, result: CenterResult) -> None:
        while not self._is_taken(result):
            await asyncio.sleep(ROOM_SECONDS)

    def _is_taken(self, result: CenterResult) -> bool:
        with self._lock:
            return self._is_put(result)
