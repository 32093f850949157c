"""SQL Server's number functions and conversions (*pure*), registered in SQLite under ``ms_`` names. NULL gives NULL."""

import re
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from dentalhub.sandbox.errors import SqlError, conversion_failed, overflow
from dentalhub.sandbox.sql_types import INT_RANGES

_WIDE: Final = Context(prec=60)
_INTEGER: Final = re.compile(r"[ \t]*([+-]?)[ \t]*(\d*)[ \t]*")
_BITS: Final = {"true": 1, "false": 0}


def to_int(value: Any, target: str) -> int | None:
    """Anything to an int type; raises SqlError 245 or 8115."""
    if value is None:
        return None
    if isinstance(value, str):
        number = _text_to_int(value, target)
    elif target == "bit":
        number = int(value != 0)
    else:
        number = int(value)
    low, high = INT_RANGES[target]
    if not low <= number <= high:
        raise overflow(target)
    return number


def _text_to_int(text: str, target: str) -> int:
    if target == "bit" and text.strip().lower() in _BITS:
        return _BITS[text.strip().lower()]
    match = _INTEGER.fullmatch(text)
    if match is not None:
        number = int(match[1] + (match[2] or "0"))
        return int(number != 0) if target == "bit" else number
    raise conversion_failed(text, target)


def decimal_to_int(text: str | None) -> int | None:
    """A decimal cut towards zero; raises SqlError 8115."""
    if text is None:
        return None
    number = int(Decimal(text))
    if not INT_RANGES["bigint"][0] <= number <= INT_RANGES["bigint"][1]:
        raise overflow("int")
    return number


def int_text(value: int | None, length: int) -> str | None:
    """An int as nvarchar(length); raises SqlError 8115 when it does not fit."""
    if value is None:
        return None
    text = str(value)
    if len(text) > length:
        raise overflow("nvarchar")
    return text


def to_decimal(value: Any, precision: int, scale: int) -> str | None:
    """Anything to decimal(precision, scale), as text; raises SqlError 8114 or 8115."""
    if value is None:
        return None
    try:
        number = Decimal(str(value).strip()).quantize(Decimal(1).scaleb(-scale), "ROUND_HALF_UP", _WIDE)
    except InvalidOperation:
        raise SqlError(8114, "Error converting data type nvarchar to numeric.") from None
    if abs(number) >= Decimal(10) ** (precision - scale):
        raise overflow("numeric")
    return format(number, "f")


def to_float(value: str | None) -> float | None:
    """A text to float; raises SqlError 8114."""
    if value is None:
        return None
    try:
        return float(value.strip() or 0)
    except ValueError:
        raise SqlError(8114, "Error converting data type nvarchar to float.") from None


def divide(left_value: Any, right_value: Any) -> Any:
    """``/``: whole numbers are cut towards zero; raises SqlError 8134."""
    if left_value is None or right_value is None:
        return None
    if right_value == 0:
        raise SqlError(8134, "Divide by zero error encountered.")
    if isinstance(left_value, float) or isinstance(right_value, float):
        return left_value / right_value
    quotient = abs(left_value) // abs(right_value)
    return quotient if (left_value < 0) == (right_value < 0) else -quotient


def modulo(left_value: int | None, right_value: int | None) -> int | None:
    """``%`` with the sign of the left side; raises SqlError 8134."""
    if left_value is None or right_value is None:
        return None
    return left_value - right_value * int(divide(left_value, right_value))


def single(count: int, value: Any) -> Any:
    """A scalar subquery's value; raises SqlError 512 when it gave several rows."""
    if count > 1:
        raise SqlError(512, "Subquery returned more than 1 value.")
    return value


def _is_numeric(text: str | None) -> int:
    try:
        Decimal((text or "").strip())
    except InvalidOperation:
        return 0
    return 1


def _negate_decimal(text: str | None) -> str | None:
    return None if text is None else format(-Decimal(text), "f")


class DecimalSum:
    """SUM of decimals, exact."""

    def __init__(self) -> None:
        self.total: Decimal | None = None

    def step(self, value: str | None) -> None:
        """Take one row."""
        if value is not None:
            self.total = _WIDE.add(self.total or Decimal(0), Decimal(value))

    def finalize(self) -> str | None:
        """The sum as text; NULL of no rows."""
        return None if self.total is None else format(self.total, "f")


NUMBER_FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
    "ms_int_text": (int_text, 2),
    "ms_divide": (divide, 2),
    "ms_modulo": (modulo, 2),
    "ms_single": (single, 2),
    "ms_isnumeric": (_is_numeric, 1),
    "ms_decimal_negate": (_negate_decimal, 1),
    "ms_decimal_to_int": (decimal_to_int, 1),
    "ms_to_int": (to_int, 2),
    "ms_to_decimal": (to_decimal, 3),
    "ms_to_float": (to_float, 1),
}
