"""Logged-in connections to one server, kept for the next reader. Knows nothing of the driver."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from centers.exceptions import SourceError, SourceErrorKind
from centers.login_ramp import LoginRamp
from centers.source_errors import error_of_kind

# A firewall on the way to a practice forgets quiet connections; a fresh login is cheaper than a broken read.
IDLE_SECONDS = 60.0
# A connection that rested for longer than this is asked whether it still works before somebody gets it.
CHECK_AFTER_SECONDS = 5.0
CHECK_SECONDS = 2.0
SLOT_WAIT_SECONDS = 300.0
# The same for a server that let nobody in of late.
BROKEN_WAIT_SECONDS = 5.0


class Pooled(Protocol):
    """What the pool asks of a connection."""

    @property
    def reusable(self) -> bool:
        """False after an error that may have left the connection in an unknown state."""

    def is_alive(self, seconds: float) -> bool:
        """Ask the server, which has that long to answer; never raises."""

    def close(self) -> None:
        """Close it; never raises."""


Connection = TypeVar("Connection", bound=Pooled)


@dataclass(frozen=True, slots=True)
class Idle(Generic[Connection]):
    """A connection that nobody uses, since this monotonic time in seconds."""

    connection: Connection
    since: float


class ConnectionPool(Generic[Connection]):
    """At most `limit` connections that `connect` opened. Thread-safe.

    Logins begin one at a time and double with each that succeeds; those who wait for a login that fails share its
    error, so that a wrong password is tried once and not once per thread. `patience` is how many seconds they wait.
    `secret` tells what a login is tried with: a refusal stands until it is another.
    """

    def __init__(
        self, connect: Callable[[], Connection], limit: int, patience: float, secret: Callable[[], object] = bool
    ) -> None:
        self._connect = connect
        self._limit = limit
        self._patience = patience
        self._secret = secret
        self._ramp = LoginRamp(patience)
        self._changed = threading.Condition()
        self._idle: list[Idle[Connection]] = []
        self._borrowed = 0

    @contextmanager
    def borrow(self) -> Iterator[Connection]:
        """A connection of the caller's own. Raises SourceError when none can be had."""
        connection = self.acquire()
        try:
            yield connection
        finally:
            self.give_back(connection)

    def close_idle(self) -> None:
        """Close all connections that nobody uses, and forget a refused login."""
        with self._changed:
            self._ramp.forget_failure()
        self.close_rested()

    def close_rested(self) -> None:
        """Close all connections that nobody uses; a refused login is remembered."""
        self._close(self._without_idle_since(time.monotonic()))

    def close_expired(self) -> None:
        """Close the connections that nobody has used for IDLE_SECONDS."""
        self._close(self._without_idle_since(time.monotonic() - IDLE_SECONDS))

    @property
    def borrowed(self) -> int:
        """How many connections are in use or being opened."""
        return self._borrowed

    @property
    def open(self) -> int:
        """How many connections there are, in use or not."""
        with self._changed:
            return self._borrowed + len(self._idle)

    def acquire(self) -> Connection:
        """A connection of the caller's own, who gives it back. Raises SourceError when none can be had."""
        asked = time.monotonic()
        while True:
            turn = self._await_turn(asked)
            if isinstance(turn, int):
                return self._log_in(turn)
            if self._is_usable(turn):
                return turn.connection
            # What rested longer has had the same fate; each check of a dead connection takes its time.
            self._close([turn, *self._without_idle_since(turn.since)])
            self._free_slot()

    def _await_turn(self, asked: float) -> Idle[Connection] | int:
        """An idle connection, or the ticket for a login; either takes a slot. Raises SourceError."""
        with self._changed:
            while True:
                now = time.monotonic()
                has_slot = self._borrowed < self._limit
                if has_slot and self._idle:
                    self._borrowed += 1
                    return self._idle.pop()
                if (error := self._ramp.known_failure(asked, now, self._secret)) is not None:
                    raise error
                remaining = asked + self._most_seconds(has_slot=has_slot) - now
                if remaining <= 0:
                    raise self._gave_up(now, has_slot=has_slot)
                if has_slot and self._ramp.may_start(now):
                    self._borrowed += 1
                    return self._ramp.start(now)
                self._changed.wait(remaining)

    def _most_seconds(self, *, has_slot: bool) -> float:
        if self._ramp.failure is not None:
            return BROKEN_WAIT_SECONDS
        return self._patience if has_slot else SLOT_WAIT_SECONDS

    def _gave_up(self, now: float, *, has_slot: bool) -> SourceError:
        if not has_slot and self._ramp.failure is None:
            return error_of_kind(SourceErrorKind.BUSY)
        error = self._ramp.gave_up(now)
        self._changed.notify_all()
        return error

    def _log_in(self, ticket: int) -> Connection:
        try:
            connection = self._connect()
        except BaseException as error:
            known = error if isinstance(error, SourceError) else error_of_kind(SourceErrorKind.OTHER)
            # Asked afterwards, because a refused login looks for a newer secret and tries that one, too.
            secret = self._secret()
            with self._changed:
                self._ramp.failed(ticket, known, time.monotonic(), secret)
                self._borrowed -= 1
                self._changed.notify_all()
            raise
        with self._changed:
            self._ramp.succeeded(ticket, time.monotonic())
            self._changed.notify_all()
        return connection

    def _is_usable(self, idle: Idle[Connection]) -> bool:
        rested = time.monotonic() - idle.since
        if rested > IDLE_SECONDS:
            return False
        return rested <= CHECK_AFTER_SECONDS or idle.connection.is_alive(CHECK_SECONDS)

    def give_back(self, connection: Connection) -> None:
        """The end of `acquire`; waits for nothing unless the connection has to be closed."""
        if not connection.reusable:
            connection.close()
            self._free_slot()
            return
        with self._changed:
            self._idle.append(Idle(connection, time.monotonic()))
            self._borrowed -= 1
            self._changed.notify()

    def _free_slot(self) -> None:
        with self._changed:
            self._borrowed -= 1
            self._changed.notify()

    def _without_idle_since(self, moment: float) -> list[Idle[Connection]]:
        """Take out the connections that have been idle since then or longer."""
        with self._changed:
            taken = [idle for idle in self._idle if idle.since <= moment]
            self._idle = [idle for idle in self._idle if idle.since > moment]
        return taken

    def _close(self, idle: list[Idle[Connection]]) -> None:
        for each in idle:
            each.connection.close()
