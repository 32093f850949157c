"""Attention: how a client stops the statement that runs."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from dentalhub.sandbox.engine.connections import SqliteConnection

_INTERRUPT_AGAIN: Final = 0.05


class Cancelled(Exception):  # noqa: N818 # the client's wish, not an error
    """Attention came in."""


@dataclass(slots=True)
class Cancellation:
    """The attention of one request: set by the socket, seen by whatever runs."""

    event: asyncio.Event = field(default_factory=asyncio.Event)
    running: SqliteConnection | None = None

    def cancel(self) -> None:
        """Stop what runs. Interrupting a statement that has not quite begun does nothing, hence again and again."""
        self.event.set()
        if self.running is not None:
            self.running.interrupt()
            asyncio.get_running_loop().call_later(_INTERRUPT_AGAIN, self.cancel)

    def check(self) -> None:
        """Raise Cancelled once attention came in."""
        if self.event.is_set():
            raise Cancelled

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until attention."""
        try:
            async with asyncio.timeout(seconds):
                await self.event.wait()
        except TimeoutError:
            return
        raise Cancelled
