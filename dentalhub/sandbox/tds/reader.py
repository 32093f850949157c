"""A cursor over a request's bytes (*pure*); raises ProtocolError when they end too early."""

import struct
from typing import Final

from dentalhub.sandbox.errors import ProtocolError

_U16: Final = struct.Struct("<H")
_U32: Final = struct.Struct("<I")
_U64: Final = struct.Struct("<Q")
_I32: Final = struct.Struct("<i")


class ByteReader:
    """Reads little-endian numbers and texts one after the other."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.data)

    def take(self, length: int) -> bytes:
        """The next ``length`` bytes."""
        end = self.at + length
        if length < 0 or end > len(self.data):
            raise ProtocolError("a request ends too early")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def u8(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def u16(self) -> int:
        """Two bytes."""
        return int(_U16.unpack(self.take(2))[0])

    def u32(self) -> int:
        """Four bytes."""
        return int(_U32.unpack(self.take(4))[0])

    def i32(self) -> int:
        """Four bytes, signed."""
        return int(_I32.unpack(self.take(4))[0])

    def u64(self) -> int:
        """Eight bytes."""
        return int(_U64.unpack(self.take(8))[0])

    def text(self, characters: int) -> str:
        """UTF-16 text of that many units."""
        return self.take(2 * characters).decode("utf-16-le", "surrogatepass")


def skip_headers(payload: bytes) -> int:
    """Where a request begins behind ALL_HEADERS."""
    return ByteReader(payload).u32()
