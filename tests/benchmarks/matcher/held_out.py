"""Each center scored by a matcher that has seen no other center of its naming vocabulary, and none that is like it.

In each fold the confidence is fitted to the training centers alone, and the lexicon loses every word that the tested
centers use and no training center does. The weights of the clues are the shipped ones: they name no word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mappings.matcher.clues import WeightSet
from tests.benchmarks.matcher.folds import Fold, folds
from tests.benchmarks.matcher.lexicon import forgotten
from tests.benchmarks.matcher.scoring import Outcome, outcome
from tests.benchmarks.matcher.views import TrueCenter, without_names, without_values

Fit = Callable[[Sequence[TrueCenter]], WeightSet]


@dataclass(frozen=True)
class FoldOutcome:
    """A fold and what was proposed for its tested centers."""

    fold: Fold
    outcomes: tuple[Outcome, ...]


def held_out(centers: Sequence[TrueCenter], fit: Fit) -> list[FoldOutcome]:
    """Propose for every center in its own fold; `fit` makes the weights from the fold's training centers."""
    found = []
    for fold in folds(centers):
        with forgotten(fold.forgotten):
            weights = fit(training_views(fold.training))
            outcomes = tuple(outcome(center, weights) for center in fold.tested)
        found.append(FoldOutcome(fold, outcomes))
    return found


def training_views(centers: Sequence[TrueCenter]) -> list[TrueCenter]:
    """What the confidence is fitted to: the centers as they are, without names, and without values."""
    return [*centers, *map(without_names, centers), *map(without_values, centers)]
