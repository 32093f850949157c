"""PRELOGIN and LOGIN7 (*pure*): what the client says before it may ask anything."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dentalhub.sandbox.errors import ProtocolError

SERVER_VERSION: Final = (15, 0, 2000)
_VERSION, _ENCRYPTION, _INSTANCE, _THREAD, _MARS, _FEDERATED, _END = 0, 1, 2, 3, 4, 6, 0xFF
_FIXED: Final = struct.Struct("<IIIIIIBBBBiI")
# fReadOnlyIntent of TypeFlags (MS-TDS 2.2.6.4).
_READ_ONLY_INTENT: Final = 0x20


class Encryption(IntEnum):
    """The ENCRYPTION option of PRELOGIN."""

    OFF = 0  # TLS for LOGIN7 only
    ON = 1
    NOT_SUPPORTED = 2
    REQUIRED = 3


@dataclass(frozen=True, slots=True)
class Prelogin:
    """What the client offers."""

    encryption: Encryption
    asks_federated: bool


@dataclass(frozen=True, slots=True)
class Login:
    """What LOGIN7 says; the password is kept out of ``repr`` by never printing this."""

    user: str
    password: str
    database: str
    host: str
    application: str
    packet_size: int
    read_only_intent: bool

    def __repr__(self) -> str:
        return f"Login(user={self.user!r}, database={self.database!r})"


def parse_prelogin(payload: bytes) -> Prelogin:
    """Read the client's PRELOGIN; raises ProtocolError."""
    encryption, federated, at = Encryption.NOT_SUPPORTED, False, 0
    try:
        while payload[at] != _END:
            token, offset, length = struct.unpack_from(">BHH", payload, at)
            if token == _ENCRYPTION and length:
                encryption = Encryption(payload[offset] & 0x03)
            federated = federated or token == _FEDERATED
            at += 5
    except (IndexError, ValueError, struct.error) as error:
        raise ProtocolError(f"malformed PRELOGIN: {error}") from error
    return Prelogin(encryption, federated)


def answer_encryption(client: Encryption, *, offered: bool) -> Encryption:
    """What the server answers: TLS for the login alone when the client asks for no more, else as it asks."""
    if not offered or client is Encryption.NOT_SUPPORTED:
        return Encryption.NOT_SUPPORTED
    return Encryption.OFF if client is Encryption.OFF else Encryption.ON


def build_prelogin(encryption: Encryption, *, federated: bool) -> bytes:
    """The server's PRELOGIN."""
    major, minor, build = SERVER_VERSION
    options = [
        (_VERSION, struct.pack(">BBHH", major, minor, build, 0)),
        (_ENCRYPTION, bytes([encryption])),
        (_INSTANCE, b"\x00"),
        (_THREAD, b""),
        (_MARS, b"\x00"),
    ]
    if federated:
        options.append((_FEDERATED, b"\x00"))
    offset = 5 * len(options) + 1
    head, data = b"", b""
    for token, value in options:
        head += struct.pack(">BHH", token, offset + len(data), len(value))
        data += value
    return head + bytes([_END]) + data


def parse_login(payload: bytes) -> Login:
    """Read LOGIN7; raises ProtocolError."""
    try:
        fixed = _FIXED.unpack_from(payload)
        places = [struct.unpack_from("<HH", payload, _FIXED.size + 4 * index) for index in range(9)]
        host, user, password, application, _server, _ext, _client, _language, database = (
            payload[offset : offset + 2 * length] for offset, length in places
        )
        return Login(
            user=user.decode("utf-16-le"),
            password=_unscramble(password).decode("utf-16-le"),
            database=database.decode("utf-16-le"),
            host=host.decode("utf-16-le"),
            application=application.decode("utf-16-le"),
            packet_size=fixed[2],
            read_only_intent=bool(fixed[8] & _READ_ONLY_INTENT),
        )
    except (struct.error, UnicodeDecodeError) as error:
        raise ProtocolError(f"malformed LOGIN7: {type(error).__name__}") from None


def _unscramble(scrambled: bytes) -> bytes:
    plain = (byte ^ 0xA5 for byte in scrambled)
    return bytes((byte << 4 & 0xF0) | byte >> 4 for byte in plain)
