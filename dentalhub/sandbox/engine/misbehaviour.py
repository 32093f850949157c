"""What the fault of a database does to the statements of one request."""

import asyncio
import random
from typing import Final, NoReturn

from dentalhub.sandbox.engine.cancellation import Cancellation
from dentalhub.sandbox.engine.session_state import SessionState
from dentalhub.sandbox.errors import (
    SqlError,
    conversion_failed,
    data_movement,
    deadlock_victim,
    lock_timeout,
    permission_denied,
    resource_limit,
    service_busy,
    session_killed,
)
from dentalhub.sandbox.options import FaultKind
from dentalhub.sandbox.tds import tokens
from dentalhub.sandbox.tds.channel import Channel, ConnectionEnded
from dentalhub.sandbox.tds.packets import HEADER, LAST, PacketType
from dentalhub.sandbox.tds.reply import Reply
from dentalhub.sandbox.tsql.catalog import CompiledQuery

# A client has read what was sent before the reset overtakes it.
CUT_AFTER_SECONDS: Final = 0.05
_DRIP_SECONDS: Final = 0.1
_GARBAGE_BYTES: Final = 300
_ONCE: Final = frozenset({FaultKind.DEADLOCK_ONCE, FaultKind.BUSY_ONCE, FaultKind.CUT_ONCE})


class Misbehaviour:
    """One request. ``before`` and ``left_out`` come before each query, ``in_rows`` and ``after_rows`` with its rows.

    Each may raise the SqlError that the client is told, or ConnectionEnded when the connection is gone.
    """

    def __init__(self, state: SessionState, channel: Channel, reply: Reply, cancellation: Cancellation) -> None:
        self._state = state
        self._server = state.server
        self._channel = channel
        self._reply = reply
        self._cancellation = cancellation
        self._was_slow = False
        # The fault of the practice tables that earlier statements of the request have read.
        self._met: FaultKind | None = None

    async def before(self, query: CompiledQuery, *, is_last: bool) -> None:
        """A query is about to run."""
        if not query.reads_practice_tables:
            if is_last:
                await self._at_end()
            return
        kind = self._fault_of(query)
        if kind in _ONCE and not self._server.faults.strikes_once(query.database or ""):
            return
        if (error := self._error(kind, query.database or "")) is not None:
            raise error
        match kind:
            case FaultKind.HANG:
                await self._silence()
            case FaultKind.SLOW if not self._was_slow:
                self._was_slow = True
                await self._cancellation.pause(self._server.slow_seconds)
            case FaultKind.CUT_BEFORE | FaultKind.CUT_ONCE:
                self._reset()
            case FaultKind.KILLED:
                self._reply.write(tokens.error(session_killed(), self._server.name) + tokens.done(tokens.ERROR))
                self._reply.finish()
                await asyncio.sleep(CUT_AFTER_SECONDS)
                self._reset()
            case FaultKind.GARBAGE | FaultKind.GARBAGE_HEADER | FaultKind.WRONG_LENGTH:
                self._channel.send_raw(_garbage(kind))
                raise ConnectionEnded

    def left_out(self, query: CompiledQuery, *, is_last: bool) -> bool:
        """Whether the result of a query is not sent at all."""
        if query.reads_practice_tables:
            return self._fault_of(query) is FaultKind.MISSING_RESULT and (self._met is not None or is_last)
        return self._met is FaultKind.MISSING_MARKER and is_last

    async def in_rows(self, query: CompiledQuery, last_part: int) -> None:
        """The first rows are written and not yet sent; ``last_part`` is the length of the last row in bytes."""
        if not query.reads_practice_tables:
            return
        match self._fault_of(query):
            case FaultKind.CUT:
                await self._cut()
            case FaultKind.HALF_ROW:
                self._reply.unwrite(max(1, last_part // 2))
                self._reply.send_unfinished()
                await self._silence()
            case FaultKind.DRIP:
                await self._drip()
            case FaultKind.ERROR_IN_ROWS:
                raise data_movement()

    async def after_rows(self, query: CompiledQuery, *, is_last: bool) -> int:
        """All rows are written; returns how many more are to be counted."""
        if not query.reads_practice_tables:
            return 0
        self._met = self._fault_of(query)
        if is_last:
            await self._at_end()
        return int(self._met is FaultKind.WRONG_COUNT)

    async def _at_end(self) -> None:
        """All rows of practice tables are written, and the end of the batch is not."""
        match self._met:
            case FaultKind.CUT_AFTER:
                await self._cut()
            case FaultKind.ERROR_IN_BATCH:
                raise _conversion_error()

    def _fault_of(self, query: CompiledQuery) -> FaultKind | None:
        return self._server.faults.of(query.database)

    def _error(self, kind: FaultKind | None, database: str) -> SqlError | None:
        """The error that answers a query at once."""
        match kind:
            case FaultKind.DEADLOCK | FaultKind.DEADLOCK_ONCE:
                return deadlock_victim(self._state.process_id)
            case FaultKind.LOCK_TIMEOUT:
                return lock_timeout()
            case FaultKind.BUSY:
                return service_busy()
            case FaultKind.BUSY_ONCE:
                return resource_limit()
            case FaultKind.PERMISSION_DENIED:
                return permission_denied("SELECT", "dbo", "KARTEI", database)
            case FaultKind.ERROR_IN_BATCH if self._met is not None:
                return _conversion_error()
        return None

    async def _drip(self) -> None:
        for byte in self._reply.take_packets():
            self._channel.send_raw(bytes([byte]))
            await asyncio.sleep(_DRIP_SECONDS)
            await self._channel.drain()

    async def _silence(self) -> NoReturn:
        await self._channel.wait_closed()
        raise ConnectionEnded

    async def _cut(self) -> NoReturn:
        """Send what there is without an end, then reset the connection."""
        self._reply.send_unfinished()
        await asyncio.sleep(CUT_AFTER_SECONDS)
        self._reset()

    def _reset(self) -> NoReturn:
        self._channel.abort()
        raise ConnectionEnded


def _garbage(kind: FaultKind) -> bytes:
    """Bytes that are no answer, differing each time."""
    body = random.randbytes(_GARBAGE_BYTES)
    if kind is FaultKind.GARBAGE_HEADER:
        return b"\xff" + body
    said = len(body) // 2 if kind is FaultKind.WRONG_LENGTH else len(body)
    return HEADER.pack(PacketType.REPLY, LAST, HEADER.size + said, 0, 1, 0) + body


def _conversion_error() -> SqlError:
    # The real server quotes the value, which is why no client may repeat the text.
    return conversion_failed("Frau Musterpatientin", "int")
