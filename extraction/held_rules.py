"""When a new slice is so much smaller than the one it would replace that a person must look first. *Pure*."""

# A slice of so few entries may shrink to nothing: a correction, not a loss.
FEW_ENTRIES = 20


def is_suspicious(before: int, after: int) -> bool:
    """True when a slice of `before` entries would lose more than half of them, or all."""
    return before > FEW_ENTRIES and after * 2 < before
