"""Packets and messages (*pure*): the 8-byte header, splitting and joining."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dentalhub.sandbox.errors import ProtocolError

HEADER: Final = struct.Struct(">BBHHBB")
PACKET_SIZE: Final = 4096
LAST: Final = 0x01
RESET_CONNECTION: Final = 0x08 | 0x10


class PacketType(IntEnum):
    """What a packet carries."""

    BATCH = 0x01
    RPC = 0x03
    REPLY = 0x04
    ATTENTION = 0x06
    TRANSACTION = 0x0E
    LOGIN7 = 0x10
    PRELOGIN = 0x12


@dataclass(frozen=True, slots=True)
class Message:
    """One complete message; ``resets`` says that the client wants a fresh session first."""

    kind: int
    payload: bytes
    resets: bool = False


def to_packets(kind: PacketType, payload: bytes, size: int = PACKET_SIZE) -> bytes:
    """One message as packets of at most ``size`` bytes, back to back; an empty payload is one packet."""
    room = size - HEADER.size
    if len(payload) <= room:
        return HEADER.pack(kind, LAST, len(payload) + HEADER.size, 0, 1, 0) + payload
    parts: list[bytes] = []
    for number, start in enumerate(range(0, len(payload), room), start=1):
        chunk = payload[start : start + room]
        status = LAST if start + room >= len(payload) else 0
        parts += (HEADER.pack(kind, status, len(chunk) + HEADER.size, 0, number & 0xFF, 0), chunk)
    return b"".join(parts)


class MessageReader:
    """Joins packets to messages. Feed bytes, take messages; raises ProtocolError on anything else."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._size = 0
        self._resets = False

    def feed(self, data: bytes) -> None:
        """Take bytes from the socket."""
        self._buffer += data

    def take_rest(self) -> bytes:
        """The bytes behind the last complete packet, which are removed."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    def next_message(self) -> Message | None:
        """The next complete message, or None until more bytes arrive."""
        while len(self._buffer) >= HEADER.size:
            kind, status, length, _spid, _number, _window = HEADER.unpack_from(self._buffer)
            if kind not in PacketType._value2member_map_ or length < HEADER.size:
                raise ProtocolError(f"no TDS packet: type {kind}, length {length}")
            if len(self._buffer) < length:
                return None
            self._parts.append(bytes(self._buffer[HEADER.size : length]))
            del self._buffer[:length]
            self._size += length
            self._resets = self._resets or bool(status & RESET_CONNECTION)
            if self._size > self.limit:
                raise ProtocolError(f"message of more than {self.limit} bytes")
            if status & LAST:
                return self._finish(kind)
        return None

    def _finish(self, kind: int) -> Message:
        message = Message(kind, b"".join(self._parts), self._resets)
        self._parts, self._size, self._resets = [], 0, False
        return message
