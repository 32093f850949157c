"""One reply, sent in full packets while it is still being made."""

from typing import Final, Protocol

from dentalhub.sandbox.tds.packets import HEADER, LAST, PACKET_SIZE, PacketType

_ROOM: Final = PACKET_SIZE - HEADER.size


class Wire(Protocol):
    """Where packets go."""

    def send_raw(self, data: bytes) -> None:
        """Send bytes that are packets already."""
        ...


class Reply:
    """Collects tokens; ``flush`` sends what fills packets, ``finish`` the rest."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._buffer = bytearray()
        self._number = 0

    def write(self, tokens: bytes) -> None:
        """Add tokens."""
        self._buffer += tokens

    def unwrite(self, count: int) -> None:
        """Take the last bytes back, unless they are sent already."""
        del self._buffer[max(0, len(self._buffer) - count) :]

    def take_packets(self) -> bytes:
        """What would be sent next, as packets without an end; it is not sent."""
        return self._packets(keep=False, last_status=0)

    def flush(self) -> None:
        """Send whole packets and keep what is left, so that the last packet is never empty."""
        if len(self._buffer) > _ROOM:
            self._send(keep=True)

    def finish(self) -> None:
        """Send the rest as the end of the message."""
        self._send(keep=False)

    def send_unfinished(self) -> None:
        """Send everything without an end, as a server that breaks off."""
        self._send(keep=False, last_status=0)

    def _send(self, *, keep: bool, last_status: int = LAST) -> None:
        if packets := self._packets(keep=keep, last_status=last_status):
            self._wire.send_raw(packets)

    def _packets(self, *, keep: bool, last_status: int) -> bytes:
        packets = bytearray()
        at, size = 0, len(self._buffer)
        while at < size or not (packets or keep):
            end = min(at + _ROOM, size)
            if keep and end == size:
                break
            self._number = self._number % 255 + 1
            status = last_status if end == size else 0
            packets += HEADER.pack(PacketType.REPLY, status, end - at + HEADER.size, 0, self._number, 0)
            packets += self._buffer[at:end]
            at = end
        del self._buffer[:at]
        return bytes(packets)
