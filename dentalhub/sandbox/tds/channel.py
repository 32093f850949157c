"""One client's socket: framing and TLS below, whole messages above."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from dentalhub.sandbox.errors import ProtocolError
from dentalhub.sandbox.tds.packets import Message, MessageReader, PacketType, to_packets

LOGIN_LIMIT: Final = 64 * 1024
REQUEST_LIMIT: Final = 8 * 1024 * 1024
_TLS_RECORD: Final = 0x16
_PIECE: Final = 16 * 1024


class ConnectionEnded(Exception):  # noqa: N818 # an end, not an error
    """The client is gone."""


class _Layer(Enum):
    UNKNOWN = auto()
    PLAIN = auto()
    HANDSHAKE_IN_PACKETS = auto()
    HANDSHAKE_BARE = auto()
    ENCRYPTED = auto()


class Channel(asyncio.Protocol):
    """Receives messages, sends replies. Attention does not wait in line: it calls ``on_attention`` at once."""

    def __init__(self, strict_tls: ssl.SSLContext | None, start: "Callable[[Channel], None]") -> None:
        self.on_attention: Callable[[], None] | None = None
        self.is_strict = False
        self._strict_tls = strict_tls
        self._start = start
        self._layer = _Layer.UNKNOWN
        self._reader = MessageReader(LOGIN_LIMIT)
        self._messages: deque[Message] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._ended = False
        self._closed = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._tls: ssl.SSLObject | None = None
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._leave_tls_after_login = False

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the session."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 # narrows the type
        self._transport = transport
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._start(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes; what is no TDS or no TLS ends the connection."""
        try:
            self._take(data)
        except (ProtocolError, ssl.SSLError):
            self.abort()
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        self._ended = True
        self._closed.set()
        self._writable.set()
        if self.on_attention is not None:
            self.on_attention()
        self._wake()

    def pause_writing(self) -> None:
        """The client reads slower than rows are made."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writable.set()

    # -- for the session

    async def receive(self) -> Message:
        """The next message; raises ConnectionEnded."""
        while not self._messages:
            if self._ended:
                raise ConnectionEnded
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._messages.popleft()

    def send(self, payload: bytes) -> None:
        """Send one complete reply."""
        self.send_raw(to_packets(PacketType.REPLY, payload))

    def send_raw(self, data: bytes) -> None:
        """Send bytes that are packets already."""
        if self._transport is None or self._ended:
            return
        if self._tls is None:
            self._transport.write(data)
            return
        for start in range(0, len(data), _PIECE):
            self._tls.write(data[start : start + _PIECE])
        self._transport.write(self._outgoing.read())

    async def drain(self) -> None:
        """Wait until the client has read enough; raises ConnectionEnded."""
        await self._writable.wait()
        if self._ended:
            raise ConnectionEnded

    async def wait_closed(self) -> None:
        """Wait until the client is gone."""
        await self._closed.wait()

    def begin_tls(self, context: ssl.SSLContext, *, login_only: bool) -> None:
        """The next packets are a TLS handshake; ``login_only`` returns to plain text after LOGIN7."""
        self._leave_tls_after_login = login_only
        self._layer = _Layer.HANDSHAKE_IN_PACKETS
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def accept_requests(self) -> None:
        """The client is logged in and may send long messages."""
        self._reader.limit = REQUEST_LIMIT

    def close(self) -> None:
        """Send what is buffered, then close."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Reset the connection (RST instead of FIN)."""
        if self._transport is None:
            return
        with contextlib.suppress(OSError, AttributeError):
            linger = struct.pack("ii", 1, 0)
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()

    # -- bytes to messages

    def _take(self, data: bytes) -> None:
        if self._layer is _Layer.UNKNOWN:
            self._layer = self._first_layer(data)
        match self._layer:
            case _Layer.PLAIN:
                self._reader.feed(data)
                self._collect()
            case _Layer.HANDSHAKE_IN_PACKETS:
                self._reader.feed(data)
                self._shake_in_packets()
            case _Layer.HANDSHAKE_BARE:
                self._incoming.write(data)
                self._shake_bare()
            case _:
                self._incoming.write(data)
                self._decrypt()

    def _first_layer(self, data: bytes) -> _Layer:
        if data[0] != _TLS_RECORD or self._strict_tls is None:
            return _Layer.PLAIN
        self.is_strict = True
        self._tls = self._strict_tls.wrap_bio(self._incoming, self._outgoing, server_side=True)
        return _Layer.HANDSHAKE_BARE

    def _shake_in_packets(self) -> None:
        while (message := self._reader.next_message()) is not None:
            if message.kind != PacketType.PRELOGIN:
                raise ProtocolError("no TLS handshake")
            self._incoming.write(message.payload)
            finished = self._handshake_step()
            if answer := self._outgoing.read():
                self._write_transport(to_packets(PacketType.PRELOGIN, answer, 16 * 1024))
            if finished:
                # Bytes behind the last handshake packet belong to TLS already.
                self._incoming.write(self._reader.take_rest())
                self._layer = _Layer.ENCRYPTED
                self._decrypt()
                return

    def _shake_bare(self) -> None:
        finished = self._handshake_step()
        if answer := self._outgoing.read():
            self._write_transport(answer)
        if finished:
            self._layer = _Layer.ENCRYPTED
            self._decrypt()

    def _handshake_step(self) -> bool:
        assert self._tls is not None  # noqa: S101 # set with the layer
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def _decrypt(self) -> None:
        assert self._tls is not None  # noqa: S101 # set with the layer
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            while plain := self._tls.read(_PIECE):
                self._reader.feed(plain)
        self._collect()

    def _collect(self) -> None:
        while (message := self._reader.next_message()) is not None:
            if message.kind == PacketType.ATTENTION:
                if self.on_attention is not None:
                    self.on_attention()
                else:
                    self._messages.append(message)
                continue
            self._messages.append(message)
            if message.kind == PacketType.LOGIN7 and self._leave_tls_after_login:
                # Nothing follows LOGIN7 before its reply, so no encrypted byte is left behind.
                self._tls, self._layer = None, _Layer.PLAIN
        if self._messages:
            self._wake()

    def _write_transport(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
