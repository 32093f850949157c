"""From scores to confidence: 0.9 and more is certain, 0.7 likely, 0.5 unsure, less is open. *Pure*."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from centers.catalog import Table
from mappings.canonical import CanonicalField
from mappings.column_scores import ColumnScore
from mappings.column_types import same_sort
from mappings.document import Evidence
from mappings.table_marks import Mark
from mappings.table_scores import TableScore

CERTAIN = 0.9
LIKELY = 0.7
UNSURE = 0.5
_JUST_LIKELY = 0.75
_MOST_LIKELY = 0.85
# A second table of the same name counts as a rival from this share of the rows on.
_RIVAL_ROWS = 0.05
_CLOSE = 0.1


class Sureness(StrEnum):
    """The word for a confidence."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"
    OPEN = "open"


def sureness(confidence: float) -> Sureness:
    """The word for a confidence from 0 to 1."""
    if confidence >= CERTAIN:
        return Sureness.CERTAIN
    if confidence >= LIKELY:
        return Sureness.LIKELY
    return Sureness.UNSURE if confidence >= UNSURE else Sureness.OPEN


def rivals(score: TableScore, ranked: Sequence[TableScore]) -> tuple[TableScore, ...]:
    """The tables that nothing but small differences sets apart from the chosen one."""
    return tuple(
        other
        for other in ranked
        if other.key != score.key
        and not other.marks
        and other.name >= score.name - _CLOSE
        and other.score >= score.score - 2 * _CLOSE
        and _rows(other.table) >= _RIVAL_ROWS * _rows(score.table)
    )


def table_confidence(score: TableScore, close: Sequence[TableScore]) -> float:
    """How sure the choice of the table is: its name, its columns, its marks and its rivals."""
    confidence = min(score.name, 0.97)
    if close:
        confidence = min(confidence, _JUST_LIKELY)
    if score.marks:
        confidence = min(confidence, UNSURE if Mark.BACKUP in score.marks or Mark.VIEW in score.marks else 0.6)
    if any(item.code == "column_missing" for item in score.evidence):
        confidence = min(confidence, 0.6)
    return round(confidence, 2)


def field_confidence(
    field: CanonicalField, score: TableScore, chosen: Mapping[str, TableScore], table_certainty: float
) -> tuple[float, tuple[Evidence, ...]]:
    """How sure the choice of the column is; never surer than the choice of its table."""
    best = score.columns[field.name]
    confidence, evidence = best.strength, list[Evidence]()
    twin = _twin(field.name, score, best)
    if twin:
        confidence = min(confidence, _JUST_LIKELY)
        evidence.append(Evidence("rival_column", -0.1, (("column", twin.column.name),)))
    if field.refers_to and field.refers_to in chosen:
        target = chosen[field.refers_to]
        proof = _join(best, score.table, target)
        if proof:
            evidence.append(proof)
            confidence += proof.weight
    if best.strength < CERTAIN:
        confidence = min(confidence, 0.89)
    # A weaker table weighs on all its columns, so that a wrong table is not taken for its well-named columns.
    limit = table_certainty if table_certainty >= CERTAIN else min(table_certainty, _MOST_LIKELY) + 0.02
    return round(max(0.0, min(confidence, limit, 0.98)), 2), tuple(evidence)


def _twin(name: str, score: TableScore, best: ColumnScore) -> ColumnScore | None:
    """Another column that could be meant as well and that no other field has taken."""
    taken = {item.column.name for item in score.columns.values()}
    return next(
        (
            other
            for other in score.ranked[name]
            if other.column.name not in taken and other.strength >= best.strength - _CLOSE
        ),
        None,
    )


def _join(best: ColumnScore, table: Table, target: TableScore) -> Evidence | None:
    name = target.table.qualified_name
    for key in table.foreign_keys:
        if key.columns == (best.column.name,):
            if (key.ref_schema, key.ref_table) == target.key:
                return Evidence("foreign_key", 0.04, (("table", name),))
            return Evidence("foreign_key_elsewhere", -0.3, (("table", f"{key.ref_schema}.{key.ref_table}"),))
    key_column = target.columns.get("ID")
    if key_column and not same_sort(key_column.column, best.column):
        return Evidence("key_types_differ", -0.15, (("table", name), ("column", key_column.column.name)))
    return None


def _rows(table: Table) -> int:
    return table.row_count or 0
