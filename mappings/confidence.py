"""The words for a confidence: 0.9 and more is certain, 0.7 likely, 0.5 unsure, less is open. *Pure*."""

from enum import StrEnum

CERTAIN = 0.9
LIKELY = 0.7
UNSURE = 0.5


class Sureness(StrEnum):
    """The word for a confidence."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"
    OPEN = "open"


def sureness(confidence: float) -> Sureness:
    """The word for a confidence from 0 to 1."""
    if confidence >= CERTAIN:
        return Sureness.CERTAIN
    if confidence >= LIKELY:
        return Sureness.LIKELY
    return Sureness.UNSURE if confidence >= UNSURE else Sureness.OPEN
