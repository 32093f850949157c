"""The tokens of a reply (*pure*), as bytes."""

import struct
from collections.abc import Sequence
from typing import Final, Protocol

from dentalhub.sandbox.errors import SqlError
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tds.login import SERVER_VERSION
from dentalhub.sandbox.tds.type_info import type_info

MORE: Final = 0x01
ERROR: Final = 0x02
COUNT: Final = 0x10
ATTENTION: Final = 0x20
NULLABLE: Final = 0x0009
_SELECT: Final = 0x00C1
_DONE: Final = struct.Struct("<BHHQ")
TDS_VERSION: Final = b"\x74\x00\x00\x04"
COLLATION: Final = b"\x09\x04\xd0\x00\x34"


class Column(Protocol):
    """One column of a result set; an expression without alias has the name ''."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> SqlType: ...


def short_text(text: str) -> bytes:
    """B_VARCHAR: at most 255 characters."""
    encoded = text.encode("utf-16-le", "surrogatepass")[:510]
    return bytes([len(encoded) // 2]) + encoded


def long_text(text: str) -> bytes:
    """US_VARCHAR."""
    encoded = text.encode("utf-16-le", "surrogatepass")[:8000]
    return struct.pack("<H", len(encoded) // 2) + encoded


def done(status: int = 0, rows: int = 0) -> bytes:
    """DONE: the end of a statement of a batch."""
    return _DONE.pack(0xFD, status, _SELECT, rows)


def done_proc(status: int = 0) -> bytes:
    """DONEPROC: the end of a procedure call."""
    return _DONE.pack(0xFE, status, 0x00E0, 0)


def done_in_proc(status: int = 0, rows: int = 0) -> bytes:
    """DONEINPROC: the end of a statement inside a procedure call."""
    return _DONE.pack(0xFF, status, _SELECT, rows)


def error(failure: SqlError, server: str, line: int = 1) -> bytes:
    """ERROR."""
    return _diagnostic(0xAA, failure, server, line)


def info(number: int, text: str, server: str) -> bytes:
    """INFO: a message that is no error."""
    return _diagnostic(0xAB, SqlError(number, text, severity=0), server, 1)


def _diagnostic(token: int, message: SqlError, server: str, line: int) -> bytes:
    body = struct.pack("<iBB", message.number, message.state, message.severity)
    body += long_text(message.text) + short_text(server) + short_text("") + struct.pack("<I", line)
    return struct.pack("<BH", token, len(body)) + body


def environment_text(kind: int, new: str, old: str) -> bytes:
    """ENVCHANGE with text values: 1 database, 2 language, 4 packet size."""
    body = bytes([kind]) + short_text(new) + short_text(old)
    return struct.pack("<BH", 0xE3, len(body)) + body


def environment_bytes(kind: int, new: bytes, old: bytes) -> bytes:
    """ENVCHANGE with binary values: 7 collation, 8 begin, 9 commit, 10 rollback."""
    body = bytes([kind, len(new)]) + new + bytes([len(old)]) + old
    return struct.pack("<BH", 0xE3, len(body)) + body


def login_acknowledged() -> bytes:
    """LOGINACK."""
    major, minor, build = SERVER_VERSION
    body = b"\x01" + TDS_VERSION + short_text("Microsoft SQL Server")
    body += struct.pack(">BBH", major, minor, build)
    return struct.pack("<BH", 0xAD, len(body)) + body


def column_metadata(columns: Sequence[Column]) -> bytes:
    """COLMETADATA: opens a result set."""
    head = struct.pack("<BH", 0x81, len(columns))
    flags = struct.pack("<IH", 0, NULLABLE)
    return head + b"".join(flags + type_info(column.type) + short_text(column.name) for column in columns)


def return_status(value: int) -> bytes:
    """RETURNSTATUS of a procedure."""
    return struct.pack("<Bi", 0x79, value)


def return_handle(ordinal: int, name: str, handle: int | None) -> bytes:
    """RETURNVALUE of an int output parameter, here always a statement handle."""
    body = struct.pack("<H", ordinal) + short_text(name) + b"\x01" + struct.pack("<IH", 0, NULLABLE)
    value = b"\x00" if handle is None else struct.pack("<Bi", 4, handle)
    return b"\xac" + body + type_info(SqlType("int")) + value
