"""Days on which one center is closed, as people write them: a line for each, or for several in a row. *Pure*."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

MOST_PERIODS = 200
LONGEST_DAYS = 366
LONGEST_REASON = 100

_DAY = r"(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})"
_LINE = re.compile(rf"{_DAY}(?:\s*(?:\.\.|-|–)\s*{_DAY})?(?:\s+(\S[^\x00-\x1f\x7f]*))?")


class ClosingDaysError(ValueError):
    """A line that names no days; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True, order=True)
class ClosingPeriod:
    """Days in a row on which a center is closed, both ends included, and why."""

    first: dt.date
    last: dt.date
    reason: str = ""

    def __str__(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"
        return f"{days} {self.reason}".rstrip()


@lru_cache(maxsize=4096)
def parse_closing_days(text: str) -> tuple[ClosingPeriod, ...]:
    """The periods of `text`, the earliest first, none twice; days are ISO or German. Raises ClosingDaysError."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_PERIODS:
        raise ClosingDaysError(lines[MOST_PERIODS][0])
    return tuple(sorted({_period(number, line) for number, line in lines}))


def normal_form(text: str) -> str:
    """`text` as it is stored: ISO dates, sorted, a line each. Raises ClosingDaysError."""
    return "\n".join(str(period) for period in parse_closing_days(text))


def _period(number: int, line: str) -> ClosingPeriod:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ClosingDaysError(number)
    first_text, last_text, reason = match.groups(default="")
    try:
        first = _day(first_text)
        last = _day(last_text) if last_text else first
    except ValueError:
        raise ClosingDaysError(number) from None
    if not 0 <= (last - first).days < LONGEST_DAYS or len(reason) > LONGEST_REASON:
        raise ClosingDaysError(number)
    return ClosingPeriod(first, last, reason)


def _day(text: str) -> dt.date:
    if "." not in text:
        return dt.date.fromisoformat(text)
    day, month, year = text.split(".")
    return dt.date(int(year), int(month), int(day))
