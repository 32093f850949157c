"""The matcher's lexicon (`mappings.words`) without the words of some centers: how names look that nobody foresaw."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from mappings import words
from mappings.matcher.source import source_of
from mappings.names import AffixPlace, canonical_names, readings
from tests.benchmarks.matcher.caches import clear_caches
from tests.benchmarks.matcher.views import TrueCenter


def known_words(centers: Iterable[TrueCenter]) -> frozenset[str]:
    """The words of the lexicon that the true names of `centers` use, compounds taken apart."""
    return frozenset().union(*(_roots(word) for center in centers for word in _true_words(center)))


def canonical_words() -> frozenset[str]:
    """The words of the canonical names: every matcher knows them."""
    return frozenset().union(*map(_roots, canonical_names()))


def unforeseen_words(tested: Iterable[TrueCenter], training: Iterable[TrueCenter]) -> frozenset[str]:
    """What the lexicon must not know when `tested` are centers of which nobody has heard."""
    return known_words(tested) - known_words(training) - canonical_words()


@contextmanager
def forgotten(gone: frozenset[str]) -> Iterator[None]:
    """The matcher without these words of its lexicon."""
    kept = {word: meaning for word, meaning in words._MEANING_OF.items() if word not in gone}
    with patch.object(words, "_MEANING_OF", kept):
        clear_caches()
        yield
    clear_caches()


def _true_words(center: TrueCenter) -> Iterator[str]:
    source = source_of(center.catalog)
    for truth in center.truth.values():
        if truth.table is not None:
            yield from _words(truth.table.partition(".")[2], source.table_place)
        for column in truth.columns.values():
            if column is not None:
                yield from _words(column, source.column_place)


def _words(name: str, place: AffixPlace) -> tuple[str, ...]:
    """The words without the source's random affix: that it reads like a word is chance."""
    return readings(name, place)[0].words


def _roots(word: str) -> frozenset[str]:
    return frozenset(words._parts(word) or ()) & frozenset(words._MEANING_OF)
