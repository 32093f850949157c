"""TYPE_INFO of a column and the encoder of its values (*pure*).

An encoder takes a value in the form ``sql_types`` describes and returns its bytes. A value its type cannot hold raises
SqlError: a driver that receives a longer value than declared drops the connection.
"""

import struct
from collections.abc import Callable
from datetime import date, datetime
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from dentalhub.sandbox.errors import SqlError, conversion_failed, overflow
from dentalhub.sandbox.sql_types import FIXED_LENGTH, INT_RANGES, SqlType

Encoder = Callable[[Any], bytes]

_COLLATION: Final = b"\x09\x04\xd0\x00\x34"
_INT_SIZES: Final = {"tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}
_TEXT_CODES: Final = {"varchar": 0xA7, "nvarchar": 0xE7, "char": 0xAF, "nchar": 0xEF}
_NULL_LENGTH: Final = b"\xff\xff"
_NULL_PLP: Final = b"\xff" * 8
_WIDE: Final = Context(prec=60)
_DAY_OF_1900: Final = date(1900, 1, 1).toordinal()
_MAX: Final = 0xFFFF


def type_info(sql_type: SqlType) -> bytes:
    """The bytes that describe a column's type."""
    name = sql_type.name
    if name in _INT_SIZES:
        return bytes([0x26, _INT_SIZES[name]])
    if name in _TEXT_CODES:
        return struct.pack("<BH", _TEXT_CODES[name], _byte_length(sql_type)) + _COLLATION
    match name:
        case "bit":
            return b"\x68\x01"
        case "float":
            return b"\x6d\x08"
        case "decimal":
            return bytes([0x6A, _decimal_size(sql_type.precision) + 1, sql_type.precision, sql_type.scale])
        case "date":
            return b"\x28"
        case "datetime":
            return b"\x6f\x08"
        case "datetime2":
            return bytes([0x2A, sql_type.scale])
        case "uniqueidentifier":
            return b"\x24\x10"
        case _:
            return struct.pack("<BH", 0xA5, _byte_length(sql_type))


@lru_cache(maxsize=512)
def encoder(sql_type: SqlType) -> Encoder:
    """The function that encodes values of that type."""
    name = sql_type.name
    if name in _INT_SIZES or name == "bit":
        return _int_encoder(name)
    if name in _TEXT_CODES:
        return _text_encoder(sql_type)
    if name == "decimal":
        return _decimal_encoder(sql_type)
    if name == "datetime2":
        return _datetime2_encoder(sql_type.scale)
    plain: dict[str, Encoder] = {
        "float": _encode_float,
        "date": _encode_date,
        "datetime": _encode_datetime,
        "uniqueidentifier": _encode_uuid,
    }
    return plain.get(name) or _binary_encoder(sql_type)


def _byte_length(sql_type: SqlType) -> int:
    if sql_type.length == -1:
        return _MAX
    return sql_type.length * 2 if sql_type.is_unicode else sql_type.length


def _int_encoder(name: str) -> Encoder:
    low, high = INT_RANGES[name]
    size = _INT_SIZES.get(name, 1)
    layout = struct.Struct("<B" + {1: "B", 2: "h", 4: "i", 8: "q"}[size])

    def encode(value: Any) -> bytes:
        if value is None:
            return b"\x00"
        if not isinstance(value, int) or not low <= value <= high:
            raise overflow(name)
        return layout.pack(size, value)

    return encode


def _text_encoder(sql_type: SqlType) -> Encoder:
    encoding = "utf-16-le" if sql_type.is_unicode else "cp1252"
    on_error = "surrogatepass" if sql_type.is_unicode else "replace"
    if sql_type.length == -1:
        return _long_encoder(lambda value: bytes(str(value).encode(encoding, on_error)))
    limit = _byte_length(sql_type)
    fixed = sql_type.name in FIXED_LENGTH
    blank = " ".encode(encoding)
    pack = struct.Struct("<H").pack

    def encode(value: Any) -> bytes:
        if value is None:
            return _NULL_LENGTH
        data = str(value).encode(encoding, on_error)
        if len(data) > limit:
            raise SqlError(8152, "String or binary data would be truncated.")
        if fixed and len(data) < limit:
            data += blank * ((limit - len(data)) // len(blank))
        return pack(len(data)) + data

    return encode


def _long_encoder(to_bytes: Callable[[Any], bytes]) -> Encoder:
    def encode(value: Any) -> bytes:
        if value is None:
            return _NULL_PLP
        data = to_bytes(value)
        chunk = struct.pack("<I", len(data)) + data if data else b""
        return struct.pack("<Q", len(data)) + chunk + b"\x00\x00\x00\x00"

    return encode


def _binary_encoder(sql_type: SqlType) -> Encoder:
    if sql_type.length == -1:
        return _long_encoder(bytes)
    limit = sql_type.length

    def encode(value: Any) -> bytes:
        if value is None:
            return _NULL_LENGTH
        if not isinstance(value, bytes) or len(value) > limit:
            raise SqlError(8152, "String or binary data would be truncated.")
        return struct.pack("<H", len(value)) + value

    return encode


def _encode_float(value: Any) -> bytes:
    return b"\x00" if value is None else struct.pack("<Bd", 8, float(value))


def _encode_uuid(value: Any) -> bytes:
    return b"\x00" if value is None else b"\x10" + UUID(str(value)).bytes_le


def _decimal_size(precision: int) -> int:
    for limit, size in ((9, 4), (19, 8), (28, 12)):
        if precision <= limit:
            return size
    return 16


def _decimal_encoder(sql_type: SqlType) -> Encoder:
    size = _decimal_size(sql_type.precision)
    limit = 10**sql_type.precision
    quantum = Decimal(1).scaleb(-sql_type.scale)

    def encode(value: Any) -> bytes:
        if value is None:
            return b"\x00"
        try:
            number = Decimal(str(value)).quantize(quantum, context=_WIDE)
        except InvalidOperation:
            raise conversion_failed(str(value), "numeric") from None
        magnitude = int(abs(number).scaleb(sql_type.scale, context=_WIDE))
        if magnitude >= limit:
            raise overflow("numeric")
        return bytes([size + 1, 0 if number < 0 else 1]) + magnitude.to_bytes(size, "little")

    return encode


def _parse(value: Any, target: str) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise SqlError(241, f"Conversion failed when converting {target} from character string.") from None


def _encode_date(value: Any) -> bytes:
    if value is None:
        return b"\x00"
    return b"\x03" + (_parse(value, "date").toordinal() - 1).to_bytes(3, "little")


def _encode_datetime(value: Any) -> bytes:
    if value is None:
        return b"\x00"
    moment = _parse(value, "date and/or time")
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    ticks = min(seconds * 300 + round(moment.microsecond * 3 / 10_000), 86_400 * 300 - 1)
    return struct.pack("<BiI", 8, moment.toordinal() - _DAY_OF_1900, ticks)


def _datetime2_encoder(scale: int) -> Encoder:
    size = 3 if scale <= 2 else 4 if scale <= 4 else 5

    def encode(value: Any) -> bytes:
        if value is None:
            return b"\x00"
        moment = _parse(value, "date and/or time")
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        micros = seconds * 1_000_000 + moment.microsecond
        units = int(micros * 10 ** (scale - 6) if scale >= 6 else micros // 10 ** (6 - scale))
        days = (moment.toordinal() - 1).to_bytes(3, "little")
        return bytes([size + 3]) + units.to_bytes(size, "little") + days

    return encode
