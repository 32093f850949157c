"""The development set in two halves that teach each other."""

from collections.abc import Sequence

from mappings.matcher.clues import WeightSet
from mappings.vocabulary import Vocabulary
from tests.benchmarks.matcher.lessons_of_truth import learned_from
from tests.benchmarks.matcher.scoring import Outcome, outcome
from tests.benchmarks.matcher.views import TrueCenter

Half = Sequence[TrueCenter]


def halves(centers: Sequence[TrueCenter]) -> tuple[Half, Half]:
    """The first and the second half in the order of the set, which says nothing about the centers."""
    middle = len(centers) // 2
    return centers[:middle], centers[middle:]


def taught_by_the_other_half(seen: Sequence[TrueCenter], original: Sequence[TrueCenter] | None = None) -> list[Outcome]:
    """Propose for `seen` with what the other half of `original` (the same centers, names and all) has taught."""
    teachers = halves(original or seen)
    return [
        outcome(center, vocabulary=vocabulary)
        for half, teacher in zip(halves(seen), reversed(teachers), strict=True)
        for vocabulary in (learned_from(teacher),)
        for center in half
    ]


def after_approving(pupils: Half, teachers: Half, weights: WeightSet | None = None) -> tuple[list[Outcome], Vocabulary]:
    """Propose for `pupils` after `teachers` were approved; also what was learned."""
    vocabulary = learned_from(teachers)
    return [outcome(center, weights, vocabulary) for center in pupils], vocabulary
