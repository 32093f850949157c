"""Remembers secrets for some seconds, in this process's own memory and nowhere else."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from centers.exceptions import CredentialError
from centers.secret import Secret


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a secret store said last, at this monotonic time: a secret, or why there is none."""

    at: float
    secret: Secret | None = None
    error: CredentialError | None = None


class ShortMemory:
    """Secrets by reference for `settings.CREDENTIAL_CACHE_SECONDS`. Thread-safe.

    Threads that want the same one at the same time ask its store once, and share its answer even when it is an error.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: dict[str, _Answer] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, reference: str, fetch: Callable[[], Secret]) -> Secret:
        """The secret, remembered or fetched. Raises what `fetch` raises."""
        asked = self._clock()
        with self._turn(reference):
            known = self._answers.get(reference)
            if known is not None and known.secret and self._clock() < known.at + settings.CREDENTIAL_CACHE_SECONDS:
                return known.secret
            if known is not None and known.at >= asked:
                return _said_again(known)
            return self._fetch(reference, fetch)

    def renew(self, reference: str, refused: Secret, fetch: Callable[[], Secret]) -> Secret:
        """The secret, fetched unless another thread has put a new one in the place of the `refused` one.

        When it cannot be fetched the old one stays, so that it is still known to be the refused one.
        """
        with self._turn(reference):
            known = self._answers.get(reference)
            if known is not None and known.secret and known.secret != refused:
                return known.secret
            secret = fetch()
            self._answers[reference] = _Answer(self._clock(), secret)
            return secret

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()

    def _fetch(self, reference: str, fetch: Callable[[], Secret]) -> Secret:
        try:
            secret = fetch()
        except CredentialError as error:
            self._answers[reference] = _Answer(self._clock(), error=error)
            raise
        self._answers[reference] = _Answer(self._clock(), secret)
        return secret

    def _turn(self, reference: str) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(reference, threading.Lock())


def _said_again(known: _Answer) -> Secret:
    if known.secret is not None:
        return known.secret
    assert known.error is not None  # noqa: S101 # one of both
    # An exception object belongs to one thread.
    raise type(known.error)(str(known.error))
