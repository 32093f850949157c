"""SQL Server's text functions (*pure*), registered in SQLite under ``ms_`` names. NULL gives NULL."""

import re
from collections.abc import Callable
from typing import Any, Final

from dentalhub.sandbox.errors import SqlError
from dentalhub.sandbox.sql_types import utf16_length


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


TEXT_FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
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
}
