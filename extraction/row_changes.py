"""What two readings of a day have in common, and what not. *Pure*."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

# The source's row id first, then whatever else is stored of the row.
Content = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowChanges:
    """How many rows of a slice came, went, and are there with other content. Never a value."""

    added: int = 0
    removed: int = 0
    changed: int = 0

    def __bool__(self) -> bool:
        return self.added + self.removed + self.changed > 0

    def __add__(self, other: "RowChanges") -> "RowChanges":
        return RowChanges(self.added + other.added, self.removed + other.removed, self.changed + other.changed)


def compare(before: Collection[Content], after: Collection[Content]) -> RowChanges:
    """What happened to the rows; a source that gives one id to several rows has each of them counted."""
    gone, new = Counter(before), Counter(after)
    # Most rows are the same, once each: sets sort them out at a tenth of the cost.
    both = gone.keys() & new.keys()
    if len(gone) == len(before) and len(new) == len(after):
        gone_ids = Counter(row[0] for row in gone.keys() - both)
        new_ids = Counter(row[0] for row in new.keys() - both)
    else:
        gone_ids = Counter(row[0] for row in (gone - new).elements())
        new_ids = Counter(row[0] for row in (new - gone).elements())
    changed = (gone_ids & new_ids).total()
    return RowChanges(new_ids.total() - changed, gone_ids.total() - changed, changed)
