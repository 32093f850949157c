"""How much better the matcher gets by the decisions of reviewers: one half of the set approved, the other proposed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.matcher.halves import Half, after_approving, halves
from tests.benchmarks.matcher.lexicon import canonical_words, forgotten, known_words
from tests.benchmarks.matcher.scoring import Figures, figures
from tests.benchmarks.matcher.views import TrueCenter

STEPS = (0, 5, 10, 20)


@dataclass(frozen=True)
class Lessons:
    """After approving `approved` centers, which taught `names`: the figures of the half that nobody approved."""

    half: str
    approved: int
    names: int
    figures: Figures


def learning(centers: Sequence[TrueCenter]) -> list[Lessons]:
    """Both halves, each with more and more of the other approved."""
    first, second = halves(centers)
    return [*_curve("second", second, first), *_curve("first", first, second)]


def learning_from_nothing(centers: Sequence[TrueCenter]) -> list[Lessons]:
    """The same with a lexicon that knows none of the set's names but the canonical ones: only approvals teach them."""
    with forgotten(known_words(centers) - canonical_words()):
        return learning(centers)


def _curve(name: str, pupils: Half, teachers: Half) -> list[Lessons]:
    found = []
    for count in STEPS:
        outcomes, vocabulary = after_approving(pupils, teachers[:count])
        found.append(Lessons(name, count, len(vocabulary.entries), figures(outcomes)["ALL"]))
    return found
