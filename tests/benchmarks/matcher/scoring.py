"""The set's own scorer (score.py), called on predictions in memory."""

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mappings.matcher.clues import WeightSet
from mappings.proposal import propose
from mappings.schema_documents import prediction
from mappings.vocabulary import NO_VOCABULARY, Vocabulary
from tests.benchmarks.matcher.dev_set import SCHEMAS
from tests.benchmarks.matcher.views import TrueCenter

# One figure of score.py; None where it is not defined.
Figures = Mapping[str, float | None]
_ACCEPTED, _AUTO = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was proposed for a center, in the scorer's form, beside the center that it was proposed for."""

    center: TrueCenter
    prediction: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """One proposed column: how sure the matcher was, and whether it was right."""

    confidence: float
    right: bool


def outcome(center: TrueCenter, weights: WeightSet | None = None, vocabulary: Vocabulary = NO_VOCABULARY) -> Outcome:
    """Propose for one center."""
    return Outcome(center, prediction(propose(center.catalog, center.profile, vocabulary, weights=weights)))


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """The figures of each zone, then of ALL, as score.py prints them."""
    counts = [(item.center.zone, _counts(item)) for item in outcomes]
    zones = [zone for zone in "SCBA" if any(found == zone for found, _ in counts)]
    found = {zone: _scorer().total([row for where, row in counts if where == zone]) for zone in zones}
    return {**found, "ALL": _scorer().total([row for _, row in counts])}


def judged(item: Outcome) -> list[Judged]:
    """Every proposed column of one center."""
    found = []
    for name, truth in item.center.truth.items():
        entry = item.prediction.get(name) or {}
        for field, column in entry.get("columns", {}).items():
            right = entry["table"] == truth.table and column["actual"] == truth.columns[field]
            found.append(Judged(column["confidence"], right))
    return found


def _counts(item: Outcome) -> dict[str, float]:
    truth = {
        name: {"table": table.table, "columns": table.columns, "notes": table.notes}
        for name, table in item.center.truth.items()
    }
    checked = _scorer().proposals(dict(item.prediction), item.center.center_id)
    counts, _errors = _scorer().score_center(truth, checked, _ACCEPTED, _AUTO)
    return {**counts, "missing": 0}


@cache
def _scorer() -> Any:
    """The module as the set delivers it; it is no part of a package."""
    spec = importlib.util.spec_from_file_location("schema_score", SCHEMAS / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SCHEMAS / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
