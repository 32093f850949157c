"""How well each column of a table suits each canonical field. *Pure*."""

from dataclasses import dataclass, replace

from centers.catalog import Column, Table
from mappings.canonical import CanonicalField, CanonicalTable
from mappings.column_types import type_fit
from mappings.document import Evidence
from mappings.names import AffixPlace, Reading, joined, readings, words_of
from mappings.patterns import field_strength
from mappings.words import meanings

CANONICAL = 0.98
CANONICAL_WITH_AFFIX = 0.96
# The affix is not the habit of the source, so the rest of the name may have been a word of its own.
CANONICAL_BY_GUESS = 0.8
WEAKEST = 0.3
_SUPERSEDED = 0.65


@dataclass(frozen=True, slots=True)
class ColumnScore:
    """`strength` from 0 to 1: how far name, type and keys speak for `column`."""

    column: Column
    strength: float
    evidence: tuple[Evidence, ...]
    meanings: frozenset[str]


def column_scores(canonical: CanonicalTable, table: Table, place: AffixPlace) -> dict[str, tuple[ColumnScore, ...]]:
    """Per canonical field the columns that come into question, best first, ties by name."""
    prefix = table_prefix(table)
    found: dict[str, tuple[ColumnScore, ...]] = {}
    for field in canonical.fields:
        scores = [_score(canonical.name, field, table, column, place, prefix) for column in table.columns]
        kept = [score for score in scores if score is not None and score.strength >= WEAKEST]
        found[field.name] = tuple(sorted(_newer_first(kept), key=lambda score: (-score.strength, score.column.name)))
    return found


def _newer_first(scores: list[ColumnScore]) -> list[ColumnScore]:
    """Where PATNR and PATNR_NEU stand side by side, the new one is likely in use, and neither is certain."""
    if not any("new" in score.meanings for score in scores):
        return scores
    return [
        score
        if "new" in score.meanings
        else replace(
            score,
            strength=min(score.strength, _SUPERSEDED),
            evidence=(*score.evidence, Evidence("newer_column", _SUPERSEDED - 1)),
        )
        for score in scores
    ]


def table_prefix(table: Table) -> str:
    """The first word that all columns of a table share (BEH_ID, BEH_DATUM), which then says nothing."""
    if len(table.columns) < 3:
        return ""
    firsts = {words[0] if len(words) > 1 else "" for words in (words_of(column.name) for column in table.columns)}
    return firsts.pop() if len(firsts) == 1 else ""


def _score(
    table_name: str, field: CanonicalField, table: Table, column: Column, place: AffixPlace, prefix: str
) -> ColumnScore | None:
    fit = type_fit(field.kind, column)
    if not fit:
        return None
    strength, reading, evidence = _name_strength(table_name, field.name, column.name, place, prefix)
    if not strength:
        return None
    proofs = [evidence, _type_evidence(column, fit)]
    strength *= 1.0 if fit == 1.0 else 0.85
    if field.kind == "key" and table.primary_key:
        is_key = table.primary_key == (column.name,)
        strength = min(strength + 0.02, 0.99) if is_key else strength * 0.7
        proofs.append(Evidence("primary_key" if is_key else "not_primary_key", 0.02 if is_key else -0.3))
    return ColumnScore(column, round(strength, 4), tuple(proofs), meanings(reading))


def _name_strength(
    table_name: str, field_name: str, column_name: str, place: AffixPlace, prefix: str
) -> tuple[float, Reading, Evidence]:
    wanted = joined(field_name)
    best = (0.0, Reading(()), Evidence("name_unknown", 0.0))
    for reading in _column_readings(column_name, place, prefix):
        if reading.joined == wanted:
            strength, code = _canonical_strength(reading)
            detail = (("affix", reading.affix),) if reading.affix else ()
            found = (strength, reading, Evidence(code, strength, detail))
        else:
            strength = field_strength(table_name, field_name, meanings(reading))
            strength *= 1.0 if reading.habitual else 0.8
            found = (strength, reading, Evidence("known_words", strength, (("words", " ".join(reading.words)),)))
        if found[0] > best[0]:
            best = found
    return best


def _column_readings(name: str, place: AffixPlace, prefix: str) -> tuple[Reading, ...]:
    ways = readings(name, place)
    if not prefix or ways[0].words[:1] != (prefix,):
        return ways
    return (Reading(ways[0].words[1:], prefix), *ways)


def _canonical_strength(reading: Reading) -> tuple[float, str]:
    if not reading.affix:
        return CANONICAL, "name_canonical"
    if reading.habitual:
        return CANONICAL_WITH_AFFIX, "affix_set_aside"
    return CANONICAL_BY_GUESS, "affix_guessed"


def _type_evidence(column: Column, fit: float) -> Evidence:
    length = column.max_length if column.max_length is not None else None
    shown = column.data_type if length is None else f"{column.data_type}({'max' if length < 0 else length})"
    return Evidence("type_fits" if fit == 1.0 else "type_odd", 0.0 if fit == 1.0 else -0.15, (("type", shown),))
