"""What each kind of evidence is worth: the figures with all of it, and with one kind taken away."""

from collections.abc import Sequence

from tests.benchmarks.matcher.halves import taught_by_the_other_half
from tests.benchmarks.matcher.scoring import Figures, figures, outcome
from tests.benchmarks.matcher.views import TrueCenter, without_keys, without_names, without_values


def ablation(centers: Sequence[TrueCenter]) -> dict[str, dict[str, Figures]]:
    """The figures of each zone by what was taken away. Learning: names that the truths of the other half teach."""
    nameless, valueless, keyless = (
        [hide(center) for center in centers] for hide in (without_names, without_values, without_keys)
    )
    return {
        "all evidence": figures(taught_by_the_other_half(centers)),
        "without names": figures(taught_by_the_other_half(nameless, centers)),
        "without values": figures(taught_by_the_other_half(valueless)),
        "without keys": figures(taught_by_the_other_half(keyless)),
        "without learning": figures([outcome(center) for center in centers]),
        "without names and keys": figures(
            taught_by_the_other_half([without_keys(center) for center in nameless], centers)
        ),
        "without values and keys": figures(taught_by_the_other_half([without_keys(center) for center in valueless])),
    }
