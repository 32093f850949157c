"""Typed parameter values as clients send them (*pure*)."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any, Final
from uuid import UUID

from dentalhub.sandbox.errors import ProtocolError
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tds.reader import ByteReader

OUTPUT: Final = 0x01
_INTS: Final = {1: "tinyint", 2: "smallint", 4: "int", 8: "bigint"}
_TEXTS: Final = {0xA7: "varchar", 0xE7: "nvarchar", 0xAF: "char", 0xEF: "nchar"}
_BINARIES: Final = frozenset({0xA5, 0xAD})
_FIXED_INTS: Final = {0x30: 1, 0x32: 1, 0x34: 2, 0x38: 4, 0x7F: 8}
_WIDE: Final = Context(prec=60)
_MAX: Final = 0xFFFF
_PLP_NULL: Final = 0xFFFFFFFFFFFFFFFF
_EPOCH: Final = datetime(1900, 1, 1)  # noqa: DTZ001 # SQL Server's datetime has no zone


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a procedure call; ``value`` has the form that ``sql_types`` describes."""

    name: str
    type: SqlType
    value: Any
    is_output: bool = False


def read_parameter(reader: ByteReader) -> Parameter:
    """The next parameter of a call; raises ProtocolError for types no driver sends here."""
    name = reader.text(reader.u8())
    status = reader.u8()
    sql_type, value = _read_typed(reader)
    return Parameter(name, sql_type, value, bool(status & OUTPUT))


def _read_typed(reader: ByteReader) -> tuple[SqlType, Any]:
    code = reader.u8()
    if code in _TEXTS:
        return _read_text(reader, _TEXTS[code])
    if code in _BINARIES:
        return _read_binary(reader)
    if code in _FIXED_INTS:
        size = _FIXED_INTS[code]
        return SqlType(_INTS[size]), int.from_bytes(reader.take(size), "little", signed=size > 1)
    read = _READERS.get(code)
    if read is None:
        raise ProtocolError(f"parameter type 0x{code:02X} is not known")
    return read(reader)


def _read_int(reader: ByteReader) -> tuple[SqlType, int | None]:
    declared, length = reader.u8(), reader.u8()
    if declared not in _INTS or length not in {0, declared}:
        raise ProtocolError("malformed int parameter")
    data = reader.take(length)
    value = int.from_bytes(data, "little", signed=length > 1) if length else None
    return SqlType(_INTS[declared]), value


def _read_bit(reader: ByteReader) -> tuple[SqlType, int | None]:
    reader.u8()
    return SqlType("bit"), (int(reader.u8() != 0) if reader.u8() else None)


def _read_float(reader: ByteReader) -> tuple[SqlType, float | None]:
    reader.u8()
    data = reader.take(reader.u8())
    value = struct.unpack("<d" if len(data) == 8 else "<f", data)[0] if data else None
    return SqlType("float"), value


def _read_decimal(reader: ByteReader) -> tuple[SqlType, str | None]:
    _size, precision, scale = reader.u8(), reader.u8(), reader.u8()
    data = reader.take(reader.u8())
    sql_type = SqlType("decimal", precision=precision, scale=scale)
    if not data:
        return sql_type, None
    number = Decimal(int.from_bytes(data[1:], "little")).scaleb(-scale, context=_WIDE)
    return sql_type, format(number if data[0] else -number, "f")


def _read_date(reader: ByteReader) -> tuple[SqlType, str | None]:
    data = reader.take(reader.u8())
    return SqlType("date"), _days_to_date(data).isoformat() if data else None


def _read_datetime(reader: ByteReader) -> tuple[SqlType, str | None]:
    reader.u8()
    data = reader.take(reader.u8())
    if not data:
        return SqlType("datetime"), None
    if len(data) == 4:
        days, minutes = struct.unpack("<HH", data)
        return SqlType("datetime"), (_EPOCH + timedelta(days=days, minutes=minutes)).isoformat(" ")
    days, ticks = struct.unpack("<iI", data)
    moment = _EPOCH + timedelta(days=days, milliseconds=round(ticks * 10 / 3))
    return SqlType("datetime"), moment.isoformat(" ")


def _read_datetime2(reader: ByteReader) -> tuple[SqlType, str | None]:
    scale = reader.u8()
    data = reader.take(reader.u8())
    if not data:
        return SqlType("datetime2", scale=scale), None
    units = int.from_bytes(data[:-3], "little")
    micros = units // 10 ** (scale - 6) if scale >= 6 else units * 10 ** (6 - scale)
    midnight = datetime.combine(_days_to_date(data[-3:]), datetime.min.time())
    return SqlType("datetime2", scale=scale), (midnight + timedelta(microseconds=micros)).isoformat(" ")


def _days_to_date(data: bytes) -> date:
    try:
        return date.fromordinal(int.from_bytes(data, "little") + 1)
    except ValueError as error:
        raise ProtocolError("malformed date parameter") from error


def _read_uuid(reader: ByteReader) -> tuple[SqlType, str | None]:
    reader.u8()
    data = reader.take(reader.u8())
    return SqlType("uniqueidentifier"), (str(UUID(bytes_le=data)).upper() if data else None)


def _read_text(reader: ByteReader, name: str) -> tuple[SqlType, str | None]:
    limit = reader.u16()
    reader.take(5)
    data = _read_plp(reader) if limit == _MAX else _read_short(reader)
    is_wide = name.startswith("n")
    length = -1 if limit == _MAX else limit // 2 if is_wide else limit
    return SqlType(name, length=length), _decode(data, wide=is_wide)


def _read_long_text(reader: ByteReader, *, wide: bool) -> tuple[SqlType, str | None]:
    reader.u32()
    reader.take(5)
    length = reader.i32()
    data = None if length < 0 else reader.take(length)
    return SqlType("nvarchar" if wide else "varchar", length=-1), _decode(data, wide=wide)


def _decode(data: bytes | None, *, wide: bool) -> str | None:
    if data is None:
        return None
    return data.decode("utf-16-le", "surrogatepass") if wide else data.decode("cp1252", "replace")


def _read_binary(reader: ByteReader) -> tuple[SqlType, bytes | None]:
    limit = reader.u16()
    if limit == _MAX:
        return SqlType("varbinary", length=-1), _read_plp(reader)
    return SqlType("varbinary", length=limit), _read_short(reader)


def _read_short(reader: ByteReader) -> bytes | None:
    length = reader.u16()
    return None if length == _MAX else reader.take(length)


def _read_plp(reader: ByteReader) -> bytes | None:
    if reader.u64() == _PLP_NULL:
        return None
    chunks = []
    while size := reader.u32():
        chunks.append(reader.take(size))
    return b"".join(chunks)


_READERS: Final[dict[int, Callable[[ByteReader], tuple[SqlType, Any]]]] = {
    0x24: _read_uuid,
    0x26: _read_int,
    0x28: _read_date,
    0x2A: _read_datetime2,
    0x68: _read_bit,
    0x6A: _read_decimal,
    0x6C: _read_decimal,
    0x6D: _read_float,
    0x6F: _read_datetime,
    0x62: lambda reader: _read_variant(reader),
    0x63: lambda reader: _read_long_text(reader, wide=True),
    0x23: lambda reader: _read_long_text(reader, wide=False),
}


def _read_variant(reader: ByteReader) -> tuple[SqlType, None]:
    """Only NULL variants occur: a driver sends one for an untyped None."""
    reader.u32()
    if reader.u32():
        raise ProtocolError("sql_variant parameters with a value are not known")
    return SqlType("nvarchar", length=1), None
