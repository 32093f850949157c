"""How well each table suits each canonical one: name, columns, keys, and what speaks against it. *Pure*."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from centers.catalog import Table
from mappings.canonical import CanonicalTable
from mappings.column_scores import CANONICAL, CANONICAL_BY_GUESS, CANONICAL_WITH_AFFIX, ColumnScore, column_scores
from mappings.document import Evidence
from mappings.names import AffixPlace, Reading, joined, readings
from mappings.patterns import table_strength
from mappings.table_marks import Mark, marks_of
from mappings.words import meanings

_MARK_PENALTY = {Mark.VIEW: 0.6, Mark.BACKUP: 0.5, Mark.STAGING: 0.5, Mark.SUCCESSOR: 0.3, Mark.EMPTY: 0.15}
_CHOICES_PER_FIELD = 4


@dataclass(frozen=True, slots=True)
class TableScore:
    """`score` ranks the candidates; `name` is the part that the name earns; `columns` the chosen column per field."""

    table: Table
    score: float
    name: float
    columns: Mapping[str, ColumnScore]
    ranked: Mapping[str, tuple[ColumnScore, ...]]
    marks: frozenset[Mark]
    evidence: tuple[Evidence, ...]

    @property
    def key(self) -> tuple[str, str]:
        return (self.table.schema, self.table.name)


def table_score(canonical: CanonicalTable, table: Table, tables: AffixPlace, columns: AffixPlace) -> TableScore | None:
    """The score of `table` as `canonical`; None when its name says nothing or a necessary column is not there."""
    marked = marks_of(table, tables)
    name, evidence = _name_strength(canonical.name, table.name, marked.words, tables)
    if not name:
        return None
    ranked = column_scores(canonical, table, columns)
    chosen = choose_columns(ranked)
    needed = _needed(canonical)
    missing = [field for field in needed if field not in chosen]
    if len(missing) * 2 >= len(needed):
        return None
    fit = sum(chosen[field].strength for field in needed if field in chosen) / len(needed)
    score = 0.5 * name + 0.5 * fit + _liveliness(table) - sum(_MARK_PENALTY[mark] for mark in marked.marks)
    proofs = [evidence, *(Evidence(mark.value, -_MARK_PENALTY[mark]) for mark in sorted(marked.marks))]
    proofs += [Evidence("column_missing", -0.5 / len(needed), (("field", field),)) for field in missing]
    return TableScore(table, round(score, 4), name, chosen, ranked, marked.marks, tuple(proofs))


def choose_columns(ranked: Mapping[str, tuple[ColumnScore, ...]]) -> dict[str, ColumnScore]:
    """A different column for every field so that the strengths add up to the most; fields without one are left out."""
    fields = sorted(field for field in ranked if ranked[field])
    options: list[tuple[ColumnScore | None, ...]] = [(*ranked[field][:_CHOICES_PER_FIELD], None) for field in fields]
    best: tuple[float, dict[str, ColumnScore]] = (-1.0, {})
    for combination in product(*options):
        chosen = {field: score for field, score in zip(fields, combination, strict=True) if score is not None}
        if len({score.column.name for score in chosen.values()}) < len(chosen):
            continue
        # Squares: one column that is surely right counts more than two that are half right.
        total = sum(score.strength**2 for score in chosen.values())
        if total > best[0]:
            best = (total, chosen)
    return best[1]


def _needed(canonical: CanonicalTable) -> list[str]:
    required = [field.name for field in canonical.fields if field.required]
    return required or [field.name for field in canonical.fields if field.kind != "flag"]


def _name_strength(canonical: str, name: str, unmarked: tuple[str, ...], place: AffixPlace) -> tuple[float, Evidence]:
    best = (0.0, Evidence("name_unknown", 0.0))
    ways = readings(name, place)
    if unmarked and len(unmarked) < len(ways[-1].words):
        # Without its BAK or OLD, so that a backup is recognised as a backup of this table.
        ways = (*readings(" ".join(unmarked), place), *ways)
    for reading in ways:
        found = _reading_strength(canonical, reading)
        if found[0] > best[0]:
            best = found
    return best


def _reading_strength(canonical: str, reading: Reading) -> tuple[float, Evidence]:
    if reading.joined != joined(canonical):
        strength = table_strength(canonical, meanings(reading)) * (1.0 if reading.habitual else 0.8)
        return strength, Evidence("known_words", strength, (("words", " ".join(reading.words)),))
    if not reading.affix:
        return CANONICAL, Evidence("name_canonical", CANONICAL)
    strength, code = (
        (CANONICAL_WITH_AFFIX, "affix_set_aside") if reading.habitual else (CANONICAL_BY_GUESS, "affix_guessed")
    )
    return strength, Evidence(code, strength, (("affix", reading.affix),))


def _liveliness(table: Table) -> float:
    """At most 0.1: many rows, a primary key and references are what a table in daily use has."""
    rows = min(math.log10(table.row_count + 1), 6.0) / 6.0 if table.row_count else 0.0
    return 0.05 * rows + (0.025 if table.primary_key else 0.0) + (0.025 if table.foreign_keys else 0.0)
