"""Which tables are taken for the canonical ones, all together. *Pure*."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from mappings.canonical import CanonicalTable, canonical_tables
from mappings.matcher.clues import WeightSet, total
from mappings.matcher.column_choice import chosen_columns, joined_columns
from mappings.matcher.column_clues import Targets
from mappings.matcher.source import Source, TableKey
from mappings.matcher.table_candidates import MOST_CANDIDATES, candidates, elsewhere
from mappings.matcher.table_clues import FIRST, fit_clues, needed_fields, ratio_clues
from mappings.matcher.table_comparison import ScoredTable, compared

_TARGETS = 3
_OPTIONS = 4
_CATCH_UP = 4.0
_CLEAR = 5.0
_OF_COLUMNS = frozenset({"columns_fit", "column_missing", "column_contradicts"})
# A table that scores less is not proposed: the source has none.
NONE = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """The tables taken together, and for each canonical table all candidates, best first."""

    chosen: Mapping[str, ScoredTable]
    ranked: Mapping[str, tuple[ScoredTable, ...]]


def choose_tables(source: Source, weights: WeightSet) -> Choice:
    """A different table for every canonical one so that all scores, joins included, add up to the most."""
    alone = candidates(source, weights)
    best: tuple[float, Choice] | None = None
    patients, insurers = (_targets(alone[name]) for name in FIRST)
    for patient, insurer in product(patients, insurers):
        if patient is not None and insurer is not None and patient.key == insurer.key:
            continue
        first = {name: item for name, item in zip(FIRST, (patient, insurer), strict=True) if item is not None}
        choice = _with_targets(source, alone, first, weights)
        worth = sum(item.score - NONE for item in choice.chosen.values())
        if best is None or worth > best[0]:
            best = (worth, choice)
    assert best is not None  # noqa: S101 # the product always holds (None, None)
    return best[1]


def _targets(ranked: Sequence[ScoredTable]) -> list[ScoredTable | None]:
    """The candidates that others could refer to; one that is far behind will not catch up by it.

    None, that there is no such table, where the best one is not clearly it.
    """
    found: list[ScoredTable | None] = [
        item for item in _options(ranked)[:_TARGETS] if item.score > ranked[0].score - _CATCH_UP
    ]
    return found if found and ranked[0].score > _CLEAR else [*found, None]


def _with_targets(
    source: Source, alone: Mapping[str, tuple[ScoredTable, ...]], first: Mapping[str, ScoredTable], weights: WeightSet
) -> Choice:
    targets: Targets = {
        name: (item.key, item.columns["ID"].column.name) for name, item in first.items() if "ID" in item.columns
    }
    ranked = dict(alone)
    options: dict[str, list[ScoredTable]] = {}
    for canonical in canonical_tables():
        if canonical.name in first or canonical.name in FIRST:
            continue
        scored = [
            _joined(source, canonical, item, targets, first, weights)
            for item in _worth_joining(canonical, alone[canonical.name], targets)
        ]
        others = elsewhere(canonical.name, {**ranked, canonical.name: scored})
        ranked[canonical.name] = compared(scored, others, weights)
        options[canonical.name] = _options(ranked[canonical.name])
    return Choice({**first, **_apart(options, {item.key for item in first.values()})}, ranked)


def _worth_joining(canonical: CanonicalTable, scored: Sequence[ScoredTable], targets: Targets) -> Sequence[ScoredTable]:
    """The best candidates, and every table that refers to all tables that the canonical one refers to."""
    wanted = {
        targets[field.refers_to][0] for field in canonical.fields if field.refers_to and field.refers_to in targets
    }
    first, others = scored[:MOST_CANDIDATES], scored[MOST_CANDIDATES:]
    return [*first, *(item for item in others if wanted and wanted <= item.item.leads_to)]


def _apart(options: Mapping[str, Sequence[ScoredTable]], used: set[TableKey]) -> dict[str, ScoredTable]:
    """The best combination in which no table is taken twice."""
    names = sorted(options)
    best: tuple[float, dict[str, ScoredTable]] = (-math.inf, {})
    for combination in product(*((*options[name], None) for name in names)):
        chosen = {name: item for name, item in zip(names, combination, strict=True) if item is not None}
        keys = {item.key for item in chosen.values()}
        if len(keys) < len(chosen) or keys & used:
            continue
        worth = sum(item.score - NONE for item in chosen.values())
        if worth > best[0]:
            best = (worth, chosen)
    return best[1]


def _options(ranked: Sequence[ScoredTable]) -> list[ScoredTable]:
    return [item for item in ranked[:_OPTIONS] if item.score > NONE]


def _joined(
    source: Source,
    canonical: CanonicalTable,
    scored: ScoredTable,
    targets: Targets,
    first: Mapping[str, ScoredTable],
    weights: WeightSet,
) -> ScoredTable:
    ranked = joined_columns(source, canonical, scored.item, scored.ranked, targets, weights)
    columns = chosen_columns(canonical.fields, ranked)
    patients = first["PATIENT"].item.table.row_count if "PATIENT" in first else None
    clues = (
        *(clue for clue in scored.clues if clue.code not in _OF_COLUMNS),
        *fit_clues(needed_fields(canonical), columns),
        *ratio_clues(canonical.name, scored.item, patients),
    )
    return replace(scored, score=total(clues, weights.table), clues=clues, columns=columns, ranked=ranked)
