"""The development set parted by naming vocabulary: no center is scored by what another of its kind has taught."""

from collections.abc import Sequence
from dataclasses import dataclass

from mappings.matcher.source import source_of
from mappings.names import canonical_names, name_key
from tests.benchmarks.matcher.lexicon import unforeseen_words
from tests.benchmarks.matcher.views import TrueCenter

# Vocabularies that have words in common; none of them helps to score another.
_ALIKE = (
    frozenset({"german", "austrian", "mixed"}),
    frozenset({"english", "mixed", "reserved"}),
)
_NAMES = {
    "ivoris": "ivoris",
    "vocab/de": "german",
    "vocab/at": "austrian",
    "vocab/ab": "abbreviated",
    "vocab/en": "english",
    "vocab/mixed": "mixed",
    "vocab/it": "italian",
}


@dataclass(frozen=True)
class Fold:
    """The centers of one vocabulary, those that have no word in common with it, and the words to forget."""

    vocabulary: str
    tested: tuple[TrueCenter, ...]
    training: tuple[TrueCenter, ...]
    forgotten: frozenset[str]


def vocabulary_of(center: TrueCenter) -> str:
    """Which naming vocabulary the center was made with."""
    if any(trait.startswith("opaque:") for trait in center.traits):
        return "opaque"
    trait = next(item for item in center.traits if item.startswith("naming:")).removeprefix("naming:")
    named = next(name for start, name in _NAMES.items() if trait.startswith(f"{start}/"))
    return "reserved" if named == "ivoris" and not _has_canonical_table(center) else named


def alike(first: str, second: str) -> bool:
    """True when two vocabularies are the same or have words in common."""
    return first == second or any({first, second} <= family for family in _ALIKE)


def folds(centers: Sequence[TrueCenter]) -> tuple[Fold, ...]:
    """One for each vocabulary; every center is tested once."""
    vocabularies = {center.center_id: vocabulary_of(center) for center in centers}
    return tuple(_fold(name, centers, vocabularies) for name in dict.fromkeys((*_NAMES.values(), "opaque", "reserved")))


def _fold(name: str, centers: Sequence[TrueCenter], vocabularies: dict[str, str]) -> Fold:
    tested = tuple(center for center in centers if vocabularies[center.center_id] == name)
    training = tuple(center for center in centers if not alike(vocabularies[center.center_id], name))
    return Fold(name, tested, training, unforeseen_words(tested, training))


def _has_canonical_table(center: TrueCenter) -> bool:
    place = source_of(center.catalog).table_place
    tables = [truth.table.partition(".")[2] for truth in center.truth.values() if truth.table is not None]
    return any(name_key(name, place) in canonical_names() for name in tables)
