"""Work for the processor, done in processes beside this one so that all cores take part.

They are started with exec: a fork would share the driver's connections, and `multiprocessing` would run the main
script of the caller once more. They end with the process that started them, however that ends, for nobody holds the
other end of their input then.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

# Starting a process costs half a second of work; fewer items than this are done sooner without.
WORTH_PROCESSES = 24
MOST_PROCESSES = 8
END_SECONDS = 5.0
_ROOT = Path(__file__).resolve().parent.parent

P = ParamSpec("P")
T = TypeVar("T")


class ProcessorPool:
    """Runs pure functions of modules, whose arguments and results can be pickled. Thread-safe."""

    def __init__(self, processes: int = 0) -> None:
        self._idle = [_Process() for _number in range(processes)]
        self._alive = processes
        self._changed = threading.Condition()

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises; done here where there are no processes, or none any more."""
        process = self._borrowed()
        if process is None:
            return work(*args, **kwargs)
        try:
            is_error, result = process.ask((work, args, kwargs))
        except BaseException as error:
            # What comes next on its output would be the answer to this question.
            self._lose(process)
            if isinstance(error, OSError | EOFError | pickle.UnpicklingError):
                # Somebody ended it, for its memory perhaps; the work must still be done.
                return work(*args, **kwargs)
            raise
        self._give_back(process)
        if is_error:
            raise result
        return result  # type: ignore[no-any-return] # what `work` returned

    def close(self) -> None:
        """End the processes; whatever is still asked for is done here."""
        with self._changed:
            idle, self._idle, self._alive = self._idle, [], 0
            self._changed.notify_all()
        for process in idle:
            process.end()

    def _borrowed(self) -> "_Process | None":
        with self._changed:
            while self._alive and not self._idle:
                self._changed.wait()
            return self._idle.pop() if self._idle else None

    def _give_back(self, process: "_Process") -> None:
        with self._changed:
            if self._alive:
                self._idle.append(process)
                self._changed.notify()
                return
        process.end()

    def _lose(self, process: "_Process") -> None:
        with self._changed:
            self._alive = max(0, self._alive - 1)
            self._changed.notify_all()
        process.end()


class _Process:
    """One process, which answers one question after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dentalhub.processor_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)])},
        )

    def ask(self, question: object) -> tuple[bool, Any]:
        """True with what was raised, or False with what was returned. Raises OSError or EOFError when it has ended."""
        assert self._process.stdin is not None  # noqa: S101 # both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(pickle.dumps(question, pickle.HIGHEST_PROTOCOL))
        self._process.stdin.flush()
        answer: tuple[bool, Any] = pickle.load(self._process.stdout)  # noqa: S301 # from our own child  # nosec B301
        return answer

    def end(self) -> None:
        """End it, which takes no time once it has answered."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def processor_pool(items: int) -> Iterator[ProcessorPool]:
    """A pool for that many pieces of work; without processes where they would not pay."""
    cores = available_cores()
    pool = ProcessorPool(0 if items < WORTH_PROCESSES or cores < 2 else min(cores, MOST_PROCESSES))
    try:
        yield pool
    finally:
        pool.close()


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
