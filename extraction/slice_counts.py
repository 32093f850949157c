"""Counts the entries of a slice by insurance status and service code. *Pure*."""

import json
from collections.abc import Iterable, Sequence

from mappings.enums import InsuranceStatus

# The order of the columns of SliceFigures, and of the counts of each code.
STATUSES = tuple(status.value for status in InsuranceStatus)
_PLACES = {status: place for place, status in enumerate(STATUSES)}
Counts = list[int]


def counts_of(entries: Iterable[tuple[str, Sequence[str]]]) -> tuple[Counts, dict[str, Counts]]:
    """How many entries have each status, and each code by status; `entries` as status and service codes.

    A code that an entry has twice counts once.
    """
    statuses, codes = [0] * len(STATUSES), dict[str, Counts]()
    for status, own_codes in entries:
        place = _PLACES[status]
        statuses[place] += 1
        for code in dict.fromkeys(own_codes):
            codes.setdefault(code, [0] * len(STATUSES))[place] += 1
    return statuses, codes


def codes_text(codes: dict[str, Counts]) -> str:
    """The counts of the codes as `SliceFigures.codes` has them."""
    return json.dumps(codes, ensure_ascii=False, separators=(",", ":"))


def codes_of(text: str) -> dict[str, Counts]:
    """The inverse of `codes_text`."""
    found: dict[str, Counts] = json.loads(text)
    return found


def code_mark(code: str) -> str:
    """What the text of a slice contains when one of its entries has `code`: 01 is not found in 2010."""
    return f"{json.dumps(code, ensure_ascii=False)}:"
