"""Which columns of one table are the fields of one canonical table. *Pure*."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from centers.catalog import Column
from mappings.canonical import CanonicalField, CanonicalTable
from mappings.matcher.clues import Clue, WeightSet, total
from mappings.matcher.column_clues import Targets, column_clues, join_clues, type_clues
from mappings.matcher.source import Source, SourceTable

_OPTIONS = 4
_TELLING = frozenset({"name", "text", "code"})
# Log-odds that a column must reach to be proposed at all: something must speak for it.
LEAST = 0.4


class ScoredColumn(NamedTuple):
    """A column with what speaks for it as one field; `score` in log-odds."""

    column: Column
    score: float
    clues: tuple[Clue, ...]


Ranked = Mapping[str, tuple[ScoredColumn, ...]]


def ranked_columns(
    source: Source, canonical: CanonicalTable, item: SourceTable, weights: WeightSet, *, only_likely: bool = False
) -> Ranked | None:
    """Per field all columns that its type allows, best first, ties by name.

    `only_likely`: None as soon as it is clear that no column holds what tells this canonical table from others, its
    names, texts or codes; keys, dates and flags stand in every table.
    """
    telling = [field for field in canonical.fields if field.kind in _TELLING]
    found = {field.name: _ranked(source, canonical.name, field, item, weights) for field in telling}
    if only_likely and telling and not any(columns and columns[0].score > LEAST for columns in found.values()):
        return None
    rest = [field for field in canonical.fields if field.kind not in _TELLING]
    return found | {field.name: _ranked(source, canonical.name, field, item, weights) for field in rest}


def _ranked(
    source: Source, canonical: str, field: CanonicalField, item: SourceTable, weights: WeightSet
) -> tuple[ScoredColumn, ...]:
    return _sorted(
        [
            ScoredColumn(column, worth, clues)
            for column, clues, worth in column_clues(source, canonical, field, item, weights.column)
        ]
    )


def joined_columns(
    source: Source, canonical: CanonicalTable, item: SourceTable, ranked: Ranked, targets: Targets, weights: WeightSet
) -> Ranked:
    """The same with the clues that the chosen tables of patients and insurers give to the references."""
    found = dict(ranked)
    for field in canonical.fields:
        if field.refers_to is None or field.refers_to not in targets:
            continue
        target, key_name = targets[field.refers_to]
        key = source.by_key[target].table.column(key_name)
        scored = []
        for entry in ranked[field.name]:
            clues = join_clues(field, item, entry.column, targets)
            if key is not None:
                clues += type_clues(entry.column, key, f"{target[0]}.{target[1]}")
            scored.append(
                ScoredColumn(entry.column, entry.score + total(clues, weights.column), entry.clues + clues)
                if clues
                else entry
            )
        found[field.name] = _sorted(scored)
    return found


def chosen_columns(fields: Sequence[CanonicalField], ranked: Ranked) -> dict[str, ScoredColumn]:
    """A different column for every field so that the scores add up to the most; fields without one are left out."""
    options = [
        (field.name, [entry for entry in ranked[field.name][:_OPTIONS] if entry.score > LEAST]) for field in fields
    ]
    first = {name: entries[0] for name, entries in options if entries}
    if len({entry.column.name for entry in first.values()}) == len(first):
        return first
    best: tuple[float, dict[str, ScoredColumn]] = (-math.inf, {})

    def search(index: int, worth: float, taken: dict[str, ScoredColumn]) -> None:
        nonlocal best
        if index == len(options):
            if worth > best[0]:
                best = (worth, dict(taken))
            return
        name, entries = options[index]
        used = {entry.column.name for entry in taken.values()}
        for entry in entries:
            if entry.column.name not in used:
                search(index + 1, worth + entry.score - LEAST, {**taken, name: entry})
        search(index + 1, worth, taken)

    search(0, 0.0, {})
    return best[1]


def _sorted(scored: list[ScoredColumn]) -> tuple[ScoredColumn, ...]:
    return tuple(sorted(scored, key=lambda entry: (-entry.score, entry.column.name)))
