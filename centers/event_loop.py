"""The one event loop of this process, in a thread of its own, and the threads in which the driver blocks for it."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, TypeVar

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
_Work = tuple[Future[Any], Callable[[], Any]]


class DaemonExecutor(Executor):
    """As many threads as there are calls at once. They are daemons, unlike those of Python's own executor.

    The driver can hang where no timeout reaches it, and a process must be able to end then.
    """

    def __init__(self) -> None:
        self._waiting: SimpleQueue[_Work] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def submit(self, call: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Make the call in a thread that is idle, or in a new one."""
        future: Future[Result] = Future()
        work: _Work = (future, lambda: call(*args, **kwargs))
        if self._idle.acquire(blocking=False):
            self._waiting.put(work)
        else:
            threading.Thread(target=self._serve, args=(work,), name="driver call", daemon=True).start()
        return future

    def _serve(self, work: _Work) -> None:
        while True:
            _do(*work)
            del work
            self._idle.release()
            work = self._waiting.get()


def _do(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 # it belongs to whoever waits for it
        future.set_exception(error)
    else:
        future.set_result(result)


driver_threads = DaemonExecutor()
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def event_loop() -> asyncio.AbstractEventLoop:
    """The loop, which runs until the process ends."""
    global _loop
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            _loop.set_exception_handler(_note_stray)
            threading.Thread(target=_loop.run_forever, name="event loop", daemon=True).start()
        return _loop


def _note_stray(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error for which nobody waited. asyncio's own line has its text, which may be a patient's."""
    error = context.get("exception")
    logger.error("an error in the event loop that nobody waited for: %s", type(error).__name__ if error else "none")


def _after_fork() -> None:
    """A child has none of its parent's threads."""
    global driver_threads, _lock, _loop
    driver_threads, _lock, _loop = DaemonExecutor(), threading.Lock(), None


os.register_at_fork(after_in_child=_after_fork)
