"""Which tables come into question for which canonical one, each by itself. *Pure*."""

import math
from collections.abc import Mapping, Sequence

from mappings.canonical import CanonicalTable, canonical_tables
from mappings.matcher.clues import Clue, WeightSet, total
from mappings.matcher.column_choice import chosen_columns, ranked_columns
from mappings.matcher.name_clues import column_name_clues
from mappings.matcher.source import Source, SourceTable, TableKey
from mappings.matcher.table_clues import FIRST, MOST_COLUMN, fit_clues, needed_fields, own_clues
from mappings.matcher.table_comparison import ScoredTable, compared, sorted_tables
from mappings.table_marks import marks_of

# So many are weighed again once it is known where references should lead.
MOST_CANDIDATES = 12
_LIKELY = 6


def candidates(source: Source, weights: WeightSet) -> dict[str, tuple[ScoredTable, ...]]:
    """Per canonical table the tables that come into question by themselves, best first."""
    scored: dict[str, tuple[ScoredTable, ...]] = {}
    for canonical in canonical_tables():
        likely = {name: frozenset(item.key for item in found[:_LIKELY]) for name, found in scored.items()}
        alone = [_alone(source, canonical, item, likely, weights) for item in source.tables]
        scored[canonical.name] = sorted_tables([item for item in alone if item is not None])
    return {
        name: compared(found[:MOST_CANDIDATES] if name in FIRST else found, elsewhere(name, scored), weights)
        for name, found in scored.items()
    }


def elsewhere(canonical: str, scored: Mapping[str, Sequence[ScoredTable]]) -> frozenset[TableKey]:
    """The tables that suit another canonical table better than `canonical`."""
    here = {item.key: item.score for item in scored[canonical]}
    return frozenset(
        item.key
        for name, found in scored.items()
        # By itself any table with a key could be a link table.
        if name not in {canonical, "PATKASSE"}
        for item in found
        if item.score > here.get(item.key, math.inf)
    )


def _alone(
    source: Source,
    canonical: CanonicalTable,
    item: SourceTable,
    likely: Mapping[str, frozenset[TableKey]],
    weights: WeightSet,
) -> ScoredTable | None:
    # Where a reference should lead is not known yet: its column is asked for when the tables are joined.
    references = {field.name for field in canonical.fields if field.refers_to}
    needed = [name for name in needed_fields(canonical) if name not in references]
    if not needed and not _could_link(source, canonical, item, likely):
        return None
    ranked = ranked_columns(source, canonical, item, weights, only_likely=True)
    if ranked is None:
        return None
    columns = chosen_columns(canonical.fields, ranked)
    if sum(name in columns for name in needed) * 2 < len(needed):
        return None
    marked = marks_of(item.table, source.table_place)
    clues = (*own_clues(source, canonical.name, item, marked), *fit_clues(needed, columns))
    return ScoredTable(item, total(clues, weights.table), clues, columns, ranked, marked.marks)


def _could_link(
    source: Source, canonical: CanonicalTable, item: SourceTable, likely: Mapping[str, frozenset[TableKey]]
) -> bool:
    """True when values, keys or names could lead to every table that the canonical one links."""
    fields = [field for field in canonical.fields if field.refers_to]
    if all(item.leads_to & likely.get(field.refers_to or "", frozenset()) for field in fields):
        return True
    place = source.column_place
    return all(
        any(
            clue.code != "name_elsewhere"
            for column in item.table.columns
            for clue in column_name_clues(canonical.name, field.name, column.name, place, item.prefix)
        )
        for field in fields
    )


def scored_by_person(source: Source, canonical: CanonicalTable, item: SourceTable, weights: WeightSet) -> ScoredTable:
    """A table that a person has chosen, with the columns that suit it best."""
    ranked = ranked_columns(source, canonical, item, weights) or {}
    columns = chosen_columns(canonical.fields, ranked)
    return ScoredTable(item, MOST_COLUMN, (Clue("chosen_by_person"),), columns, ranked, frozenset())
