"""Two sides and what differs between them. *Pure*."""

from dataclasses import dataclass

from mappings.diff import ChangeKind, DiffRow, changes, counts


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison; `spec` is how an address names it.

    `version` is None for a snapshot, and for a center that has no approved version; `fingerprint` is the snapshot's.
    """

    spec: str
    center_id: str
    version: int | None
    status: str
    fingerprint: str
    label: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and every decision of both."""

    left: Side
    right: Side
    rows: tuple[DiffRow, ...]

    @property
    def is_between_centers(self) -> bool:
        """True where affixes differ by nature and are no news."""
        return self.left.center_id != self.right.center_id

    @property
    def changed(self) -> tuple[DiffRow, ...]:
        """What differs; between two centers without the names that differ only by their affix."""
        return tuple(row for row in changes(self.rows) if not (self.is_between_centers and row.only_affix))

    @property
    def only_affix(self) -> tuple[DiffRow, ...]:
        """Between two centers: the names that differ only by their affix."""
        return tuple(row for row in self.rows if self.is_between_centers and row.only_affix)

    @property
    def unchanged(self) -> tuple[DiffRow, ...]:
        """What is the same on both sides."""
        return tuple(row for row in self.rows if row.kind is ChangeKind.UNCHANGED)

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """How many rows there are of each kind."""
        return counts(self.rows)

    @property
    def numbers(self) -> dict[str, int]:
        """The counts by the plain words of the kinds, as a template asks for them."""
        return {kind.value: count for kind, count in self.counts.items()}
