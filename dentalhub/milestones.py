"""What a page that asks by itself tells a screen reader: a quarter, a half, a silence, not each of its answers. *Pure.*

The server keeps nothing for it: a page says with each question what it has heard, and the answer says what is news.
"""

from dataclasses import dataclass
from typing import Self

_SHARES = (0, 25, 50, 75)


@dataclass(frozen=True, slots=True)
class Heard:
    """How far work had come, in quarters of its whole, and whether nobody worked on it."""

    share: int = 0
    waits: bool = False

    @classmethod
    def at(cls, done: int, whole: int, *, waits: bool) -> Self:
        """What there is to hear now. The end has a sentence of its own, so 75 is the last quarter."""
        reached = [share for share in _SHARES if done * 100 >= share * whole] if whole > 0 else [0]
        return cls(reached[-1], waits)

    @classmethod
    def of(cls, asked: str) -> Self | None:
        """What a page says that it has heard; None where it says nothing or something else: then nothing is news."""
        known = {heard.token: heard for heard in (cls(share, waits) for share in _SHARES for waits in (False, True))}
        return known.get(asked)

    @property
    def token(self) -> str:
        """For the address of the next question."""
        return f"{self.share}w" if self.waits else f"{self.share}"


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told, at most one thing at a time: silence counts more than progress."""

    silence: bool = False
    again: bool = False
    share: int = 0

    @classmethod
    def between(cls, before: Heard | None, now: Heard) -> Self:
        """The news of `now` for somebody who heard `before`."""
        if before is None:
            return cls()
        if now.waits != before.waits:
            return cls(silence=now.waits, again=before.waits)
        return cls(share=now.share) if now.share > before.share else cls()
