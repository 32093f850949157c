"""What may be kept of raw values: masks, coarse bounds, short repeated codes. *Pure*."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence

from mappings.profile import Shape
from mappings.value_shapes import DATE_SHAPES, day_meant

_MOST_CODES = 12
_CODE_LENGTH = 2
_MASK_LENGTH = 24
_CODE_SHAPES = frozenset(
    {Shape.ZERO_ONE, Shape.YES_NO, Shape.MARK, Shape.KIND_WORD, Shape.DIGITS, Shape.SHORT_CODE, Shape.WHOLE}
)
Shaped = Sequence[tuple[object, Shape]]


def masked(value: object, shape: Shape) -> str:
    """The outline of a value: letters as A or a, digits as 9; a long text only by its length."""
    if shape in DATE_SHAPES:
        return {
            Shape.INT_DATE: "99999999",
            Shape.TEXT_DATE: "99999999",
            Shape.EPOCH: "9999999999",
            Shape.GERMAN_DATE: "99.99.9999",
            Shape.GERMAN_SHORT_DATE: "99.99.99",
            Shape.ISO_DATE: "9999-99-99",
            Shape.DAY: "9999-99-99",
            Shape.MOMENT: "9999-99-99 99:99",
        }[shape]
    text = str(value).strip()
    outline = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", lambda found: "A" if found[0].isupper() else "a", text))
    outline = " ".join(outline.split())
    return outline if len(outline) <= _MASK_LENGTH else f"{outline[: _MASK_LENGTH - 1]}…"


def codes_of(filled: Shaped) -> tuple[tuple[str, int], ...]:
    """Flags and kinds as they are, with their counts, by code; nothing where a value could be a person's.

    At most two letters or one digit, or a word that is known to name a kind of insurance; few different ones.
    """
    if not filled or any(shape not in _CODE_SHAPES for _, shape in filled):
        return ()
    counted = Counter(_code(value) for value, _ in filled)
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


def bounds(filled: Shaped) -> tuple[str, str]:
    """The lowest and the highest value, coarse: year and month of dates, numbers rounded to one digit that counts."""
    days = [day for day in (day_meant(value, shape) for value, shape in filled if shape in DATE_SHAPES) if day]
    if days and len(days) * 2 > len(filled):
        return _month(min(days)), _month(max(days))
    numbers = [float(value) for value, _ in filled if isinstance(value, int | float) and not isinstance(value, bool)]
    if not numbers or len(numbers) < len(filled):
        return "", ""
    return _rounded(min(numbers)), _rounded(max(numbers))


def _month(day: dt.date) -> str:
    return f"{day:%Y-%m}"


def _rounded(number: float) -> str:
    return f"{float(f'{number:.1g}'):.0f}" if abs(number) < 1e15 else f"{number:.0e}"
