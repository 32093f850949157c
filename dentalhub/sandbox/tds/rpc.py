"""Procedure calls as clients send them (*pure*)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from dentalhub.sandbox.tds.parameters import Parameter, read_parameter
from dentalhub.sandbox.tds.reader import ByteReader, skip_headers

_BY_NUMBER: Final = 0xFFFF
_CALL_SEPARATORS: Final = frozenset({0x80, 0xFE, 0xFF})


class Procedure(Enum):
    """The procedures that have a number instead of a name."""

    EXECUTESQL = 10
    PREPARE = 11
    EXECUTE = 12
    PREPEXEC = 13
    UNPREPARE = 15


_NAMES: Final = {
    "sp_executesql": Procedure.EXECUTESQL,
    "sp_prepare": Procedure.PREPARE,
    "sp_execute": Procedure.EXECUTE,
    "sp_prepexec": Procedure.PREPEXEC,
    "sp_unprepare": Procedure.UNPREPARE,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call; ``procedure`` is a name in lower case without schema when it has no known number."""

    procedure: Procedure | str
    parameters: tuple[Parameter, ...]


def read_calls(payload: bytes) -> Iterator[Call]:
    """The calls of one RPC message; raises ProtocolError."""
    reader = ByteReader(payload, skip_headers(payload))
    while not reader.at_end:
        yield _read_call(reader)


def _read_call(reader: ByteReader) -> Call:
    length = reader.u16()
    procedure = _by_number(reader.u16()) if length == _BY_NUMBER else _by_name(reader.text(length))
    reader.u16()
    parameters: list[Parameter] = []
    while not reader.at_end and reader.data[reader.at] not in _CALL_SEPARATORS:
        parameters.append(read_parameter(reader))
    if not reader.at_end:
        reader.u8()
    return Call(procedure, tuple(parameters))


def _by_number(number: int) -> Procedure | str:
    try:
        return Procedure(number)
    except ValueError:
        return f"#{number}"


def _by_name(name: str) -> Procedure | str:
    plain = name.rpartition(".")[2].strip("[]").lower()
    return _NAMES.get(plain, plain)
