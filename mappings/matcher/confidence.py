"""From scores to calibrated confidence: of fields at 0.9, nine of ten are right. *Pure*.

The steps are fitted on centers whose truth is known (docs/matcher.md); what the network has learned from its own
decisions may move a confidence, but never over the line above which a field is certain.
"""

import math
from collections.abc import Sequence

from mappings.confidence import CERTAIN
from mappings.matcher.clues import Clue, Weights, WeightSet, total
from mappings.matcher.column_choice import ScoredColumn
from mappings.matcher.table_choice import Choice
from mappings.matcher.table_clues import MOST_COLUMN
from mappings.matcher.table_comparison import ScoredTable

_LEARNED = frozenset({"learned", "decided_before"})
_NAMES = frozenset({"name_canonical", "affix_set_aside", "affix_guessed", "known_words", "flag_in_many_tables"})
_JUST_NOT_CERTAIN = 0.89
_MOST = 0.99
_DOUBTED = 0.85
# Two tables that nothing sets apart, and one that looks like a copy of the table in use.
_EITHER = 0.75
_COPY = 0.5
# A table that lacks a field without which nothing is extracted.
_INCOMPLETE = 0.6
_SPEAKING_NAME = 0.75
_HALF_NAMED = 0.5
_DISPROOFS = frozenset({"values_contradict", "not_filled_any_more", "foreign_key_elsewhere"})
_JOINS = frozenset({"foreign_key", "values_in_key"})
_HIGHEST_SCORE = 8.0
_WIDEST_MARGIN = 5.0
_CLOSE = 1.0


def table_steps(choice: Choice, canonical: str, learned: float = 0.0) -> tuple[float, ...]:
    """What the confidence in a chosen table is made of, each from -1 to 1.

    A constant, its score, its margin, whether that is small, what its name says, whether no value was seen, and whether
    neither a value was seen nor a name known. `learned`: how much of the score to leave out.
    """
    scored = choice.chosen[canonical]
    name = _named(scored.clues)
    unseen = 0.0 if scored.item.profiles else 1.0
    return (
        1.0,
        _part(scored.score - learned, _HIGHEST_SCORE),
        *_margin_steps(_table_margin(choice, canonical) - learned),
        name,
        unseen,
        unseen * (1 - name),
    )


def field_steps(choice: Choice, canonical: str, name: str, kind: str, learned: float = 0.0) -> tuple[float, ...]:
    """What the confidence in a column is made of where its table is right.

    A constant, its score, its margin, whether that is small, whether it is a flag whose name says nothing, and whether
    no value of it was seen. `learned`: how much of the score to leave out.
    """
    scored = choice.chosen[canonical]
    best = scored.columns[name]
    profile = scored.item.values(best.column)
    return (
        1.0,
        _part(best.score - learned, _HIGHEST_SCORE),
        *_margin_steps(best.score - learned - _rival_score(scored, name)),
        1.0 if kind == "flag" and not _named(best.clues) else 0.0,
        0.0 if profile is not None and profile.values else 1.0,
    )


def table_confidence(choice: Choice, canonical: str, weights: WeightSet) -> float:
    """How sure the choice of a table is, from 0 to 1."""
    learned = learned_score(choice.chosen[canonical], weights)
    return _held_back(_of_table(choice, canonical, weights), _of_table(choice, canonical, weights, learned))


def field_confidence(choice: Choice, canonical: str, name: str, kind: str, weights: WeightSet) -> float:
    """How sure the choice of a column is, from 0 to 1: it is right when the table is, and the column in it."""
    scored = choice.chosen[canonical]
    by_itself = _of_field(choice, canonical, name, kind, weights, _learned(scored.columns[name].clues, weights.column))
    by_itself *= _of_table(choice, canonical, weights, learned_score(scored, weights))
    everything = _of_field(choice, canonical, name, kind, weights) * _of_table(choice, canonical, weights)
    return _held_back(everything, by_itself)


def learned_score(scored: ScoredTable, weights: WeightSet) -> float:
    """The part of a table's score that comes from earlier decisions, about it and about its columns."""
    columns = [_learned(entry.clues, weights.column) for entry in scored.columns.values()]
    of_columns = weights.table.get("columns_fit", 0.0) * sum(columns) / MOST_COLUMN / max(len(columns), 1)
    return _learned(scored.clues, weights.table) + of_columns


def _of_table(choice: Choice, canonical: str, weights: WeightSet, learned: float = 0.0) -> float:
    scored = choice.chosen[canonical]
    confidence = logistic(table_steps(choice, canonical, learned), weights.confidence["table"])
    if not scored.item.profiles and _named(scored.clues) < _SPEAKING_NAME:
        # Neither a value was seen nor does the name say it: its columns alone are those of other tables, too.
        confidence = min(confidence, _DOUBTED)
    if _table_margin(choice, canonical) - learned < _CLOSE:
        confidence = min(confidence, _EITHER)
    if any(clue.code == "column_missing" for clue in scored.clues):
        confidence = min(confidence, _INCOMPLETE)
    if scored.marks:
        confidence = min(confidence, _COPY)
    return confidence


def _of_field(choice: Choice, canonical: str, name: str, kind: str, weights: WeightSet, learned: float = 0.0) -> float:
    scored = choice.chosen[canonical]
    best = scored.columns[name]
    confidence = logistic(field_steps(choice, canonical, name, kind, learned), weights.confidence["field"])
    profile = scored.item.values(best.column)
    is_unseen = profile is None or not profile.values
    is_proven = any(clue.code in _JOINS for clue in best.clues)
    # Values cannot tell a deleted row from a locked one; and what is neither seen nor named nor joined is a guess.
    if (kind == "flag" or (is_unseen and not is_proven)) and _named(best.clues) < _HALF_NAMED:
        return min(confidence, _DOUBTED)
    if any(clue.code in _DISPROOFS and clue.amount >= _HALF_NAMED for clue in best.clues):
        return min(confidence, _DOUBTED)
    return confidence


def _held_back(confidence: float, by_itself: float) -> float:
    """What people decided elsewhere helps to find a name; that it is right here, this source itself must show."""
    if round(by_itself, 2) < CERTAIN:
        confidence = min(confidence, _JUST_NOT_CERTAIN)
    return round(min(confidence, _MOST), 2)


def _learned(clues: Sequence[Clue], weights: Weights) -> float:
    return max(0.0, total((clue for clue in clues if clue.code in _LEARNED), weights))


def runner_up_confidence(score: float, best: float) -> float:
    """How sure a candidate is that scores `score` where the chosen one scores `best`: their odds against each other."""
    return round(1 / (1 + math.exp(min(30.0, max(best - score, 0.0) + max(-score, 0.0) + 0.1))), 2)


def logistic(steps: Sequence[float], weights: Sequence[float]) -> float:
    """1 / (1 + e^-sum), from 0 to 1."""
    worth = sum(step * weight for step, weight in zip(steps, weights, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, worth))))


def rival(scored: ScoredTable, name: str) -> ScoredColumn | None:
    """The best other column that no other field has taken."""
    taken = {entry.column.name for entry in scored.columns.values()}
    return next((entry for entry in scored.ranked[name] if entry.column.name not in taken), None)


def _rival_score(scored: ScoredTable, name: str) -> float:
    other = rival(scored, name)
    return max(other.score, 0.0) if other is not None else 0.0


def _table_margin(choice: Choice, canonical: str) -> float:
    scored = choice.chosen[canonical]
    taken = {item.key for item in choice.chosen.values()}
    other = next((item.score for item in choice.ranked[canonical] if item.key not in taken), 0.0)
    return scored.score - max(other, 0.0)


def _margin_steps(margin: float) -> tuple[float, float]:
    return (_part(margin, _WIDEST_MARGIN), 1.0 if margin < _CLOSE else 0.0)


def _part(value: float, most: float) -> float:
    return max(-1.0, min(value / most, 1.0))


def _named(clues: Sequence[Clue]) -> float:
    """How much of its name is known to mean what is looked for, from 0 to 1."""
    return max((clue.amount for clue in clues if clue.code in _NAMES), default=0.0)
