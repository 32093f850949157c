"""A secret in memory that shows itself nowhere by accident. *Pure*."""

import hashlib
import hmac
from typing import NoReturn

MASK = "***"


class Secret:
    """A password, or a text with one in it; `reveal` is the only way to it.

    Its text, its repr and every format of it are `***`, so that logs, tracebacks and error pages hold no secret. It
    cannot be pickled or copied into a message, so that no queue can carry it.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself: for the driver and the cipher, and for nobody who writes it down."""
        return self._value

    def mark(self) -> bytes:
        """32 bytes that tell one secret from another without being one; for this process's memory only."""
        return hashlib.sha256(self._value.encode("utf-8", "surrogatepass")).digest()

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, _specification: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.mark(), other.mark())

    def __hash__(self) -> int:
        return hash(self.mark())

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret goes into no message, queue or file.")
