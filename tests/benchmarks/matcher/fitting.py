"""Fits the matcher's confidence to centers whose truth is known: logistic regression with a penalty, in plain Python.

The centers are looked at as they are, without names and without values, so that a confidence keeps its meaning where a
source gives less to go by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mappings.canonical import canonical_tables
from mappings.matcher import clues
from mappings.matcher.clues import WeightSet, fitted_weights
from mappings.matcher.confidence import field_steps, logistic, table_steps
from mappings.matcher.source import source_of
from mappings.matcher.table_choice import choose_tables
from tests.benchmarks.matcher.views import TrueCenter

WEIGHTS = Path(clues.__file__).with_name("weights.yml")
_HEAD = "confidence:"
_ROUNDS = 400
_RATE = 1.0
_PENALTY = 0.0005


@dataclass(frozen=True, slots=True)
class Example:
    """What a confidence was made of, and whether the choice was right."""

    steps: tuple[float, ...]
    right: bool


def examples(centers: Iterable[TrueCenter], weights: WeightSet) -> tuple[list[Example], list[Example]]:
    """Of every chosen table, and of every chosen column in a table that is right."""
    tables, fields = [], []
    for center in centers:
        choice = choose_tables(source_of(center.catalog, center.profile), weights)
        for canonical in canonical_tables():
            scored = choice.chosen.get(canonical.name)
            if scored is None:
                continue
            truth = center.truth[canonical.name]
            is_table = truth.table == scored.item.table.qualified_name
            tables.append(Example(table_steps(choice, canonical.name), is_table))
            for field in canonical.fields:
                if is_table and field.name in scored.columns:
                    right = truth.columns[field.name] == scored.columns[field.name].column.name
                    fields.append(Example(field_steps(choice, canonical.name, field.name, field.kind), right))
    return tables, fields


def fit(centers: Sequence[TrueCenter]) -> WeightSet:
    """The shipped weights with the steps to a confidence fitted to `centers`."""
    weights = fitted_weights()
    tables, fields = examples(centers, weights)
    return replace(weights, confidence={"table": regression(tables), "field": regression(fields)})


def write_confidence(weights: WeightSet) -> None:
    """Put the fitted steps into the matcher's weights, at the end of the file."""
    text = WEIGHTS.read_text(encoding="utf-8")
    rows = "".join(f"  {name}: [{', '.join(map(str, row))}]\n" for name, row in sorted(weights.confidence.items()))
    WEIGHTS.write_text(f"{text[: text.index(_HEAD)]}{_HEAD}\n{rows}", encoding="utf-8")


def regression(given: Sequence[Example]) -> tuple[float, ...]:
    """Weights that make `logistic(steps)` the share of the examples that are right (Newton's method, ridge penalty)."""
    size = len(given[0].steps)
    weights = [0.0] * size
    for _ in range(_ROUNDS):
        slope = [-_PENALTY * len(given) * weight for weight in weights]
        curve = [[_PENALTY * len(given) * (row == column) for column in range(size)] for row in range(size)]
        for example in given:
            guess = logistic(example.steps, weights)
            for row, step in enumerate(example.steps):
                slope[row] += (example.right - guess) * step
                for column, other in enumerate(example.steps):
                    curve[row][column] += guess * (1 - guess) * step * other
        move = solved(curve, slope)
        weights = [weight + _RATE * step for weight, step in zip(weights, move, strict=True)]
        if max(map(abs, move)) < 1e-6:
            break
    return tuple(round(weight, 3) for weight in weights)


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a small system of linear equations, by elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for index in range(len(rows)):
        pivot = max(range(index, len(rows)), key=lambda row: abs(rows[row][index]))
        rows[index], rows[pivot] = rows[pivot], rows[index]
        head = rows[index]
        for row in range(len(rows)):
            if row != index:
                factor = rows[row][index] / head[index]
                rows[row] = [value - factor * other for value, other in zip(rows[row], head, strict=True)]
    return [rows[index][-1] / rows[index][index] for index in range(len(rows))]
