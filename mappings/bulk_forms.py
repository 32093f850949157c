"""What a reviewer ticked in the preview of identical changes."""

import re

from mappings.bulk_approval import Choice

_CHOICE = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{64})\.([0-9a-f]{64})", re.ASCII)


def choice_value(choice: Choice) -> str:
    """The value of a tick box: what is approved, and everything that the preview showed of it."""
    return f"{choice.mapping}.{choice.approved}.{choice.content_hash}.{choice.fingerprint}"


def choices_of(values: list[str]) -> list[Choice]:
    """The inverse, for all ticked boxes; what is no such value is left out."""
    found = [match for match in map(_CHOICE.fullmatch, values) if match]
    return [
        Choice(int(key), content_hash, int(approved), seen)
        for key, approved, content_hash, seen in (match.groups() for match in found)
    ]
