"""Logged-in connections to one server, kept for the next reader. Knows nothing of the driver."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from centers.exceptions import SourceError, SourceErrorKind
from centers.source_errors import error_of_kind

# A firewall on the way to a practice forgets quiet connections; a fresh login is cheaper than a broken read.
IDLE_SECONDS = 60.0
SLOT_WAIT_SECONDS = 300.0
# After a refused login no further one is tried for this long: each would count towards locking the account.
REFUSAL_SECONDS = 30.0


class Pooled(Protocol):
    """What the pool asks of a connection."""

    @property
    def reusable(self) -> bool:
        """False after an error that may have left the connection in an unknown state."""

    def close(self) -> None:
        """Close it; never raises."""


Connection = TypeVar("Connection", bound=Pooled)


@dataclass(frozen=True, slots=True)
class Failure:
    """A login that did not work, and when that was known (monotonic seconds)."""

    error: SourceError
    at: float

    def stands_for(self, asked: float) -> bool:
        """True when whoever asked at `asked` shares this outcome instead of trying again."""
        if self.error.kind is SourceErrorKind.LOGIN and asked < self.at + REFUSAL_SECONDS:
            return True
        return asked <= self.at

    def again(self) -> SourceError:
        """The error for one more thread; an exception object belongs to one."""
        return SourceError(
            self.error.kind, self.error.message, number=self.error.number, transient=self.error.transient
        )


class ConnectionPool(Generic[Connection]):
    """At most `limit` connections that `connect` opened. Thread-safe.

    Until one login has succeeded, one thread tries and the others wait for its outcome and share it: a wrong password
    is tried once and not once per thread. `patience` is how many seconds they wait.
    """

    def __init__(self, connect: Callable[[], Connection], limit: int, patience: float) -> None:
        self._connect = connect
        self._patience = patience
        self._slots = threading.BoundedSemaphore(limit)
        self._first_login = threading.Lock()
        self._state = threading.Lock()
        self._idle: list[tuple[Connection, float]] = []
        self._proven = False
        self._failure: Failure | None = None

    @contextmanager
    def borrow(self) -> Iterator[Connection]:
        """A connection of the caller's own. Raises SourceError when none can be had."""
        if not self._slots.acquire(timeout=SLOT_WAIT_SECONDS):
            raise error_of_kind(SourceErrorKind.BUSY)
        try:
            connection = self._take_idle() or self._log_in()
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            self._slots.release()

    def close_idle(self) -> None:
        """Close all connections that nobody uses, and forget a refused login."""
        with self._state:
            idle, self._idle = self._idle, []
            self._failure = None
        for connection, _since in idle:
            connection.close()

    def _take_idle(self) -> Connection | None:
        while True:
            with self._state:
                if not self._idle:
                    return None
                connection, since = self._idle.pop()
            if time.monotonic() - since <= IDLE_SECONDS:
                return connection
            connection.close()

    def _give_back(self, connection: Connection) -> None:
        if not connection.reusable:
            connection.close()
            return
        with self._state:
            self._idle.append((connection, time.monotonic()))

    def _log_in(self) -> Connection:
        asked = time.monotonic()
        if self._proven:
            return self._attempt(asked)
        if not self._first_login.acquire(timeout=self._patience):
            raise error_of_kind(SourceErrorKind.TIMEOUT)
        try:
            if not self._proven:
                return self._attempt(asked)
        finally:
            self._first_login.release()
        return self._attempt(asked)

    def _attempt(self, asked: float) -> Connection:
        failure = self._failure
        if failure is not None and failure.stands_for(asked):
            raise failure.again()
        try:
            connection = self._connect()
        except SourceError as error:
            refused = error.kind is SourceErrorKind.LOGIN
            if refused or not self._proven:
                self._failure = Failure(error, time.monotonic())
            self._proven = self._proven and not refused
            raise
        self._proven, self._failure = True, None
        return connection
