"""How SQL Server compares texts and decimals (*pure*): collations and LIKE. NULL gives NULL."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final


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


COMPARISON_FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
    "ms_like": (like, 3),
    "ms_patindex": (patindex, 2),
}
