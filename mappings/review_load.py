"""How much of a version is left to a person's eyes. *Pure*."""

from dataclasses import dataclass
from enum import IntEnum

from mappings.canonical import canonical_order
from mappings.confidence import CERTAIN
from mappings.digest import Digest, DigestRow
from mappings.document import Evidence
from mappings.enums import ReviewPolicy
from mappings.policy import Standing, standing

_SOME_FLAG = (Evidence("flagged", 0.0),)


class Level(IntEnum):
    """How much a choice asks of a person."""

    ACCEPTED = 0
    CERTAIN = 1  # the policy asks for a look at what the machine knows
    DOUBT = 2  # open, not certain, or flagged


@dataclass(frozen=True, slots=True)
class ReviewLoad:
    """Numbers of one version. `in_doubt`: tables and fields that are open, not certain or flagged, and that the policy
    leaves to a person; `to_look_at`: all fields that the policy leaves to a person, certain ones too."""

    certain: int
    mapped: int
    in_doubt: int
    to_look_at: int

    @property
    def is_certain(self) -> bool:
        """True when a reviewer finds nothing that the machine does not know."""
        return self.in_doubt == 0


@dataclass(frozen=True, slots=True)
class Need:
    """A choice that nobody has seen as it is: `plain` is its name without the source's affix, '' for none."""

    field: str
    plain: str
    is_doubt: bool


def review_load(rows: Digest, policy: ReviewPolicy) -> ReviewLoad:
    """The numbers of a version under `policy`."""
    fields = [row for row in rows.values() if "." in row.key and _is_choice(row)]
    mapped = [row for row in fields if row.name]
    return ReviewLoad(
        certain=sum(row.confidence >= CERTAIN for row in mapped),
        mapped=len(mapped),
        in_doubt=sum(level is Level.DOUBT for level in levels(rows, policy).values()),
        to_look_at=sum(_standing(row, policy) is not Standing.ACCEPTED for row in fields),
    )


def levels(rows: Digest, policy: ReviewPolicy) -> dict[str, Level]:
    """What each table and field asks of a person; a table that is missing stands for its fields."""
    return {
        row.key: _level(row, policy)
        for row in rows.values()
        if _is_choice(row) and ("." not in row.key or rows[row.key.partition(".")[0]].name)
    }


def new_needs(before: Digest | None, after: Digest, policy: ReviewPolicy) -> tuple[Need, ...]:
    """What needs a look in `after` and was not seen in the approved `before` (None: nothing was ever approved).

    That is what was chosen anew, and what stayed and asks for more than it did, such as a column that is flagged now.
    """
    seen = before or {}
    known = levels(seen, policy)
    return tuple(
        Need(key, after[key].plain, level is Level.DOUBT)
        for key, level in levels(after, policy).items()
        if level is not Level.ACCEPTED and (key not in known or seen[key].name != after[key].name or level > known[key])
    )


def _is_choice(row: DigestRow) -> bool:
    return row.key in canonical_order()


def _standing(row: DigestRow, policy: ReviewPolicy) -> Standing:
    table, _dot, field = row.key.partition(".")
    return standing(policy, table, field or None, row.confidence, _SOME_FLAG if row.is_flagged else ())


def _level(row: DigestRow, policy: ReviewPolicy) -> Level:
    if _standing(row, policy) is Standing.ACCEPTED:
        return Level.ACCEPTED
    is_doubt = not row.name or row.confidence < CERTAIN or row.is_flagged
    return Level.DOUBT if is_doubt else Level.CERTAIN
