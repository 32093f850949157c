"""What may be kept of raw values: masks, coarse bounds, short repeated codes. *Pure*."""

import datetime as dt
import re
from collections.abc import Sequence, Set
from typing import Any

from mappings.profile import Shape

_MOST_CODES = 12
_CODE_LENGTH = 2
_MASK_LENGTH = 24
_CODE_SHAPES = frozenset(
    {Shape.ZERO_ONE, Shape.YES_NO, Shape.MARK, Shape.KIND_WORD, Shape.DIGITS, Shape.SHORT_CODE, Shape.WHOLE}
)
_DATES = {
    Shape.INT_DATE: "99999999",
    Shape.TEXT_DATE: "99999999",
    Shape.EPOCH: "9999999999",
    Shape.GERMAN_DATE: "99.99.9999",
    Shape.GERMAN_SHORT_DATE: "99.99.99",
    Shape.ISO_DATE: "9999-99-99",
    Shape.DAY: "9999-99-99",
    Shape.MOMENT: "9999-99-99 99:99",
}
_LETTER = re.compile(r"[^\W\d_]")
_NUMBERS = frozenset({int, float})
_DIGIT = re.compile(r"\d")
Shaped = Sequence[tuple[Any, Shape]]


class _Outlines(dict[int, str]):
    """A table for `str.translate` that fills itself."""

    def __missing__(self, code: int) -> str:
        self[code] = _outline(chr(code))
        return self[code]


def _outline(letter: str) -> str:
    if _LETTER.match(letter):
        return "A" if letter.isupper() else "a"
    return "9" if _DIGIT.match(letter) else letter


_OUTLINES = _Outlines()


def masked(value: object, shape: Shape) -> str:
    """The outline of a value: letters as A or a, digits as 9; a long text only by its length."""
    if (outline := _DATES.get(shape)) is not None:
        return outline
    outline = " ".join(str(value).translate(_OUTLINES).split())
    return outline if len(outline) <= _MASK_LENGTH else f"{outline[: _MASK_LENGTH - 1]}…"


def codes_of(filled: Shaped, shapes: Set[Shape]) -> tuple[tuple[str, int], ...]:
    """Flags and kinds as they are, with their counts, by code; nothing where a value could be a person's.

    At most two letters or one digit, or a word that is known to name a kind of insurance; few different ones. `shapes`
    are those that the values have.
    """
    if not filled or not shapes <= _CODE_SHAPES:
        return ()
    counted: dict[str, int] = {}
    for value, _shape in filled:
        code = _code(value)
        counted[code] = counted.get(code, 0) + 1
        if len(counted) > _MOST_CODES:
            return ()
    kinds = {_code(value) for value, shape in filled if shape is Shape.KIND_WORD}
    if any(not _is_short(code) and code not in kinds for code in counted):
        return ()
    return tuple(sorted(counted.items()))


def _is_short(code: str) -> bool:
    """Two digits could already be the number of a patient."""
    digits = code.lstrip("-")
    return len(digits) == 1 if digits.isdigit() else len(code) <= _CODE_LENGTH


def _code(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def bounds(filled: Shaped, meant: Sequence[dt.date | None] | None) -> tuple[str, str]:
    """The lowest and the highest value, coarse: year and month of dates, numbers rounded to one digit that counts.

    `meant`: the days that values mean, None where there is none.
    """
    days = [day for day in meant if day is not None] if meant is not None else []
    if days and len(days) * 2 > len(filled):
        return month_of(min(days)), month_of(max(days))
    values = [value for value, _shape in filled]
    if not values or not set(map(type, values)) <= _NUMBERS:
        return "", ""
    return _rounded(float(min(values))), _rounded(float(max(values)))


def month_of(day: dt.date) -> str:
    """`2026-03`; always of four and two digits, which strftime does not promise for years before 1000."""
    return day.isoformat()[:7]


def _rounded(number: float) -> str:
    return f"{float(f'{number:.1g}'):.0f}" if abs(number) < 1e15 else f"{number:.0e}"
