"""SQL Server's text and number functions (*pure*), registered in SQLite under ``ms_`` names. NULL gives NULL."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from dentalhub.sandbox.errors import SqlError, conversion_failed, overflow
from dentalhub.sandbox.sql_types import INT_RANGES, utf16_length

_WIDE: Final = Context(prec=60)
_INTEGER: Final = re.compile(r"[ \t]*([+-]?)[ \t]*(\d*)[ \t]*")
_BITS: Final = {"true": 1, "false": 0}


# -- comparing


@lru_cache(maxsize=65_536)
def collation_key(text: str) -> tuple[str, str]:
    """Orders as Latin1_General_CI_AS nearly does: case does not count, accents only among equals."""
    folded = text.rstrip(" ").casefold()
    if folded.isascii():
        return folded, folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in decomposed if not unicodedata.combining(c)), folded


def compare_texts(left: str, right: str) -> int:
    """The collation of every text: blind to case and to trailing blanks."""
    first, second = collation_key(left), collation_key(right)
    return (first > second) - (first < second)


def compare_decimals(left: str, right: str) -> int:
    """The collation of decimals, which are kept as text."""
    first, second = Decimal(left), Decimal(right)
    return (first > second) - (first < second)


def like(value: str | None, pattern: str | None, escape: str | None) -> int | None:
    """LIKE with %, _, [classes] and [^classes], blind to case."""
    if value is None or pattern is None:
        return None
    return int(_like_pattern(pattern, escape).fullmatch(value) is not None)


@lru_cache(maxsize=1024)
def _like_pattern(pattern: str, escape: str | None) -> re.Pattern[str]:
    parts, at = [], 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == escape and at < len(pattern):
            parts.append(re.escape(pattern[at]))
            at += 1
        elif character == "%":
            parts.append(".*")
        elif character == "_":
            parts.append(".")
        elif character == "[" and (end := pattern.find("]", at)) > at:
            parts.append(_character_class(pattern[at:end]))
            at = end + 1
        else:
            parts.append(re.escape(character))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _character_class(inside: str) -> str:
    negated = inside.startswith("^") and len(inside) > 1
    body = "".join(c if c == "-" else re.escape(c) for c in inside[negated:])
    # A hyphen at either edge is itself, which re sees the same way.
    return f"[{'^' if negated else ''}{body}]"


def patindex(pattern: str | None, value: str | None) -> int | None:
    """Where a LIKE pattern first matches, from 1; 0 for nowhere."""
    if pattern is None or value is None:
        return None
    starts_anywhere = pattern.startswith("%")
    core = _like_pattern(pattern.removeprefix("%"), None)
    for at in range(len(value) + 1 if starts_anywhere else 1):
        if core.fullmatch(value, at):
            return at + 1
    return 0


# -- texts; None comes in when a column is NULL


def _of_text(function: Callable[[str], Any]) -> Callable[[str | None], Any]:
    return lambda text: None if text is None else function(text)


def _fold_each(text: str, fold: Callable[[str], str]) -> str:
    return "".join(folded if len(folded := fold(c)) == 1 else c for c in text)


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def left(text: str | None, count: int | None) -> str | None:
    """The first ``count`` UTF-16 units; -1 is all."""
    if text is None or count is None:
        return None
    if count < 0 or len(text) * 2 <= count:
        return text
    return text[:count] if text.isascii() else _units(text)[: 2 * count].decode("utf-16-le", "surrogatepass")


def right(text: str | None, count: int | None) -> str | None:
    """The last ``count`` UTF-16 units."""
    if text is None or count is None:
        return None
    if count < 0:
        raise SqlError(536, "Invalid length parameter passed to the RIGHT function.")
    return _units(text)[-2 * count :].decode("utf-16-le", "surrogatepass") if count else ""


def substring(text: str | None, start: int | None, count: int | None) -> str | None:
    """SUBSTRING; a start below 1 counts positions before the text."""
    if text is None or start is None or count is None:
        return None
    if count < 0:
        raise SqlError(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.")
    begin, end = max(start - 1, 0), max(start - 1 + count, 0)
    return _units(text)[2 * begin : 2 * end].decode("utf-16-le", "surrogatepass")


def charindex(wanted: str | None, text: str | None, start: int | None = 1) -> int | None:
    """CHARINDEX, from 1; 0 for nowhere."""
    if wanted is None or text is None:
        return None
    found = re.search(re.escape(wanted), text[max((start or 1) - 1, 0) :], re.IGNORECASE)
    return 0 if found is None or not wanted else utf16_length(text[: found.start()]) + max(start or 1, 1)


def replace(text: str | None, old: str | None, new: str | None) -> str | None:
    """REPLACE, blind to case."""
    if text is None or old is None or new is None:
        return None
    return re.sub(re.escape(old), lambda _match: new, text, flags=re.IGNORECASE) if old else text


def datalength(text: str | None, width: int, fixed: int) -> int | None:
    """Bytes of a text of ``width`` bytes per unit; a char(n) always has n."""
    if text is None:
        return None
    return max(utf16_length(text), fixed) * width


def pad(text: str | None, length: int) -> str | None:
    """As char(n) keeps it."""
    return None if text is None else text.ljust(length)


# -- numbers


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


TEXT_FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
    "ms_like": (like, 3),
    "ms_patindex": (patindex, 2),
    "ms_upper": (_of_text(lambda text: _fold_each(text, str.upper)), 1),
    "ms_lower": (_of_text(lambda text: _fold_each(text, str.lower)), 1),
    "ms_ltrim": (_of_text(lambda text: text.lstrip(" ")), 1),
    "ms_rtrim": (_of_text(lambda text: text.rstrip(" ")), 1),
    "ms_trim": (_of_text(lambda text: text.strip(" ")), 1),
    "ms_reverse": (_of_text(lambda text: text[::-1]), 1),
    "ms_len": (_of_text(lambda text: utf16_length(text.rstrip(" "))), 1),
    "ms_left": (left, 2),
    "ms_right": (right, 2),
    "ms_substring": (substring, 3),
    "ms_charindex": (charindex, -1),
    "ms_replace": (replace, 3),
    "ms_replicate": (lambda text, count: None if text is None or count is None else text * count, 2),
    "ms_datalength": (datalength, 3),
    "ms_pad": (pad, 2),
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
