"""Log lines without what an error says: its text may hold what a patient is called.

A driver's, a database's or a converter's error quotes the value that it could not take; its type and its place are
enough to find a fault.
"""

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def valueless_trace(exc_info: ExcInfo) -> str:
    """Where an error came from and what kind it is, but not its text; the same for the errors behind it."""
    return "" if exc_info[1] is None else "\n".join(_parts(exc_info[1]))


class ValuelessFormatter(logging.Formatter):
    """For programs with a log of their own, such as gunicorn."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 logging's name
        """The traceback, each error by its type alone."""
        return valueless_trace(ei)


def _parts(error: BaseException) -> list[str]:
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = "".join(traceback.format_tb(current.__traceback__))
        kind = type(current)
        parts.append(f"Traceback (most recent call last):\n{frames}{kind.__module__}.{kind.__qualname__}")
        behind = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        current = behind
        if behind is not None:
            parts.append("which came from:")
    return parts
