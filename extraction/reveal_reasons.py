"""Why patients' own ids leave, instead of pseudonyms. *Pure*."""

from dataclasses import dataclass

NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Why:
    """One of EXPORT_REASONS and a few words. An empty reason: asked for before there were reasons."""

    reason: str
    note: str = ""

    @classmethod
    def stored(cls, *, shows_patients: bool, reason: str, note: str) -> "Why | None":
        """From the columns of a row; None: pseudonyms."""
        return cls(reason, note) if shows_patients else None
