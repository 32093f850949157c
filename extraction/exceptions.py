"""What can go wrong with a run. *Pure*."""

from collections.abc import Sequence


class ExtractionError(Exception):
    """Base of this app's errors; its text is fit for the screen."""


class UnknownCenterError(ExtractionError):
    """A center id that does not exist; `close` lists similar ones."""

    def __init__(self, message: str, close: Sequence[str]) -> None:
        super().__init__(message)
        self.close = tuple(close)
