"""Answers that many people ask for at the same time: each process makes one once in a moment. Thread-safe. *Pure*."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedAnswers(Generic[T]):
    """Keeps at most `most` answers, the newest ones. Whoever asks while one is being made waits for it."""

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, _Answer[T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], seconds: float) -> T:
        """The answer for `key`, not older than `seconds`. What `make` raises is raised, and kept by nobody."""
        with self._lock:
            answer = self._kept.get(key)
            if answer is None or answer.is_older_than(seconds):
                answer = self._kept[key] = _Answer()
                self._kept.move_to_end(key)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return answer.value(make)


class _Answer(Generic[T]):
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[float, T] | None = None

    def is_older_than(self, seconds: float) -> bool:
        made = self._made
        return made is not None and time.monotonic() - made[0] >= seconds

    def value(self, make: Callable[[], T]) -> T:
        with self._lock:
            if self._made is None:
                # As old as what it was made of.
                began = time.monotonic()
                self._made = (began, make())
            return self._made[1]
