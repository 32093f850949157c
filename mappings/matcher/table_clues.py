"""All clues for one table being one canonical table. *Pure*."""

import math
from collections.abc import Mapping, Sequence

from mappings.canonical import CanonicalTable
from mappings.matcher.clues import Clue
from mappings.matcher.column_choice import ScoredColumn
from mappings.matcher.column_clues import learned_clues
from mappings.matcher.name_clues import table_name_clues
from mappings.matcher.source import Source, SourceTable
from mappings.names import name_key
from mappings.table_marks import MarkedTable

# The tables that others refer to.
FIRST = ("PATIENT", "KASSEN")
MOST_COLUMN = 6.0
# What a field that no column suits costs its table.
_MISSING = -3.0
_AGAINST = frozenset({"values_contradict", "empty", "values_not_in_key", "foreign_key_elsewhere"})
_MOST_INSURERS = 2000
_FEWEST_PATIENTS = 50
# Insurance links of a patient: most have one, some have had two.
_FEWEST_LINKS, _MOST_LINKS = 0.9, 1.8


def own_clues(source: Source, canonical: str, item: SourceTable, marked: MarkedTable) -> tuple[Clue, ...]:
    """What a table says by itself: its name, its marks, its size, who refers to it, and what was decided before."""
    return (
        *table_name_clues(canonical, item.table.name, marked.words, source.table_place),
        *(Clue(mark.value) for mark in sorted(marked.marks)),
        *_learned(source, canonical, item),
        *_decided_before(source, canonical, item),
        *_size_clues(source, canonical, item),
    )


def fit_clues(needed: Sequence[str], columns: Mapping[str, ScoredColumn]) -> tuple[Clue, ...]:
    """How well the columns suit, from 0 to 1, and which needed one is missing."""
    if not needed:
        return ()
    worth = [min(columns[name].score, MOST_COLUMN) if name in columns else _MISSING for name in needed]
    clues = [Clue("columns_fit", round(sum(worth) / len(worth) / MOST_COLUMN, 3))]
    clues += [Clue("column_missing", 1.0, (("field", name),)) for name in needed if name not in columns]
    for name in needed:
        against = [clue for clue in columns[name].clues if clue.code in _AGAINST] if name in columns else []
        clues += [Clue("column_contradicts", clue.amount, (("field", name),)) for clue in against]
    return tuple(clues)


def needed_fields(canonical: CanonicalTable) -> list[str]:
    """The fields that a table must have to be the canonical one."""
    required = [field.name for field in canonical.fields if field.required]
    return required or [field.name for field in canonical.fields if field.kind != "flag"]


def ratio_clues(canonical: str, item: SourceTable, patients: int | None) -> tuple[Clue, ...]:
    """About one insurance link per patient; more chart entries and services than patients."""
    rows = item.table.row_count
    if not patients or rows is None:
        return ()
    ratio = rows / patients
    if canonical == "PATKASSE":
        return (Clue("link_per_patient"),) if _FEWEST_LINKS <= ratio <= _MOST_LINKS else (Clue("links_implausible"),)
    return (Clue("rows_implausible"),) if ratio < 1 else ()


def _learned(source: Source, canonical: str, item: SourceTable) -> list[Clue]:
    standing = source.vocabulary.standing(canonical, name_key(item.table.name, source.table_place))
    return learned_clues(standing.confirmed, standing.rejected)


def _decided_before(source: Source, canonical: str, item: SourceTable) -> list[Clue]:
    decided = source.previous.table(canonical) if source.previous is not None else None
    return [Clue("decided_before")] if decided is not None and (decided.schema, decided.table) == item.key else []


def _size_clues(source: Source, canonical: str, item: SourceTable) -> list[Clue]:
    """Insurers are few and referred to; patients are referred to by most tables."""
    clues = []
    rows = item.table.row_count
    if canonical == "KASSEN" and rows is not None and rows > _MOST_INSURERS:
        clues.append(Clue("too_many_rows"))
    if canonical == "PATIENT" and rows is not None and rows < _FEWEST_PATIENTS:
        clues.append(Clue("too_few_rows", 1.0, (("count", str(rows)),)))
    count = sum(source.referred.get(item.key, {}).values())
    if not count:
        return clues
    if canonical in FIRST:
        return [*clues, Clue("referred_to", min(1.0, math.log2(1 + count) / 5), (("count", str(count)),))]
    # Chart entries, services and links stand at the end: hardly any table refers to them.
    return [*clues, Clue("referred_to_as_leaf", min(1.0, count / 5), (("count", str(count)),))] if count > 1 else clues
