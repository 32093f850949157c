"""One thing that speaks for or against a candidate, and how much it weighs. *Pure* after loading the weights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from mappings.document import Evidence

Weights = Mapping[str, float]


class Clue(NamedTuple):
    """`code` names the kind of clue; `amount` from 0 to 1 says how much of it is there; `detail` fills its sentence."""

    code: str
    amount: float = 1.0
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WeightSet:
    """Weights in log-odds: of clues for a column, of clues for a table, and of the steps to a confidence."""

    column: Weights
    table: Weights
    confidence: Mapping[str, tuple[float, ...]]


@cache
def fitted_weights() -> WeightSet:
    """The weights that `weights.yml` holds."""
    data = yaml.safe_load(Path(__file__).with_name("weights.yml").read_text(encoding="utf-8"))
    return WeightSet(data["column"], data["table"], {name: tuple(row) for name, row in data["confidence"].items()})


def total(clues: Iterable[Clue], weights: Weights) -> float:
    """The sum of the clues in log-odds; a clue without a weight counts nothing."""
    worth = 0.0
    for clue in clues:
        worth += weights.get(clue.code, 0.0) * clue.amount
    return worth


def evidence(clues: Iterable[Clue], weights: Weights) -> tuple[Evidence, ...]:
    """The clues as evidence, the heaviest first; what weighs nothing is left out."""
    weighed = [Evidence(clue.code, round(weights.get(clue.code, 0.0) * clue.amount, 2), clue.detail) for clue in clues]
    return tuple(sorted((item for item in weighed if item.weight), key=lambda item: (-abs(item.weight), item.code)))
