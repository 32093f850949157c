"""Each center scored by a matcher that has seen no other center of its naming vocabulary, and none that is like it.

In each fold the confidence is fitted to the training centers alone (as they are, without names, without values), and
the lexicon loses every word that the tested centers use and no training center does. The weights of the clues are the
shipped ones: they name no word.
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
    """A fold and what was proposed for its tested centers: as they are, then without names and without values."""

    fold: Fold
    outcomes: tuple[Outcome, ...]
    with_less: tuple[Outcome, ...]


def held_out(centers: Sequence[TrueCenter], fit: Fit) -> list[FoldOutcome]:
    """Propose for every center in its own fold; `fit` makes the weights from the fold's training centers."""
    found = []
    for fold in folds(centers):
        with forgotten(fold.forgotten):
            weights = fit([*fold.training, *with_less(fold.training)])
            outcomes = tuple(outcome(center, weights) for center in fold.tested)
            doubtful = tuple(outcome(center, weights) for center in with_less(fold.tested))
        found.append(FoldOutcome(fold, outcomes, doubtful))
    return found


def with_less(centers: Sequence[TrueCenter]) -> list[TrueCenter]:
    """The centers without names, and without values: where a matcher has reason to doubt."""
    return [*map(without_names, centers), *map(without_values, centers)]
