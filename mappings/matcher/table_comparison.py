"""What tables are beside each other: the live one has the most rows and the newest. *Pure*."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mappings.matcher.clues import Clue, WeightSet, total
from mappings.matcher.column_choice import Ranked, ScoredColumn
from mappings.matcher.source import SourceTable, TableKey
from mappings.table_marks import Mark

_BESIDE_OTHERS = frozenset({"fewer_rows", "older_rows"})
# Log-odds that a candidate may be behind the best one to be compared with it at all.
_COMPARABLE = 2.5
_NEVER_LIVE = frozenset({Mark.VIEW, Mark.EMPTY})


@dataclass(frozen=True, slots=True)
class ScoredTable:
    """A table with what speaks for it as one canonical table; `score` in log-odds, `columns` the chosen ones."""

    item: SourceTable
    score: float
    clues: tuple[Clue, ...]
    columns: Mapping[str, ScoredColumn]
    ranked: Ranked
    marks: frozenset[Mark]

    @property
    def key(self) -> TableKey:
        return self.item.key

    @property
    def rows(self) -> int:
        return self.item.table.row_count or 0

    @property
    def newest(self) -> str:
        return self.item.profile.newest if self.item.profile is not None else ""


def sorted_tables(scored: Sequence[ScoredTable]) -> tuple[ScoredTable, ...]:
    """Best first, ties by name."""
    return tuple(sorted(scored, key=lambda item: (-item.score, item.key)))


def compared(
    scored: Sequence[ScoredTable], elsewhere: frozenset[TableKey], weights: WeightSet
) -> tuple[ScoredTable, ...]:
    """The candidates, best first, with fewer or older rows than the others held against them.

    `elsewhere`: tables that suit another canonical table better; what they hold says nothing here.
    """
    serious = [item for item in scored if not item.marks & _NEVER_LIVE and item.key not in elsewhere]
    best = max((item.score for item in serious), default=0.0)
    alike = [item for item in serious if item.score > best - _COMPARABLE]
    most = max((item.rows for item in alike), default=0)
    newest = max((item.newest for item in alike), default="")
    return sorted_tables([_beside(item, most, newest, weights) for item in scored])


def _beside(item: ScoredTable, most: int, newest: str, weights: WeightSet) -> ScoredTable:
    clues = [clue for clue in item.clues if clue.code not in _BESIDE_OTHERS]
    if item.rows < most:
        clues.append(Clue("fewer_rows", round(min(1.0, math.log2(most / max(item.rows, 1)) / 5), 3)))
    if item.newest and item.newest < newest:
        behind = _months(newest) - _months(item.newest)
        clues.append(Clue("older_rows", round(min(1.0, behind / 12), 3), (("month", item.newest),)))
    return replace(item, clues=tuple(clues), score=total(clues, weights.table))


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])
