"""What the name of a column or table says. *Pure*."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from mappings.matcher.clues import Clue
from mappings.names import AffixPlace, Reading, canonical_names, joined, readings, words_of
from mappings.patterns import field_strength, table_strength
from mappings.words import UNKNOWN, meanings

# Below this two names are only alike by chance.
_ALIKE = 0.88
_FUZZY_LENGTH = 4
_UNUSUAL_AFFIX = 0.85
_ELSEWHERE = (Clue("name_elsewhere"),)


@dataclass(frozen=True, slots=True)
class _Read:
    """A name read in one way."""

    reading: Reading
    joined: str
    meanings: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Name:
    """All ways to read a name, the best first; `is_known`: one of them consists of known words."""

    reads: tuple[_Read, ...]
    plain: str
    is_known: bool


@lru_cache(maxsize=65536)
def column_name_clues(table: str, field: str, name: str, place: AffixPlace, prefix: str) -> tuple[Clue, ...]:
    """What `name` says about being the canonical `field` of the canonical `table`."""
    return _clues(field, _column_reads(name, place, prefix), lambda meant: field_strength(table, field, meant))


def table_name_clues(table: str, name: str, unmarked: tuple[str, ...], place: AffixPlace) -> tuple[Clue, ...]:
    """What `name` says about being the canonical `table`; `unmarked` are its words without BAK, OLD and the like."""
    return _clues(table, _table_reads(name, unmarked, place), lambda meant: table_strength(table, meant))


def _clues(wanted: str, name: _Name, strength_of: Callable[[frozenset[str]], float]) -> tuple[Clue, ...]:
    """The one clue that the best way to read a name gives."""
    target = _joined_canonical(wanted)
    best: tuple[float, _Read] | None = None
    for read in name.reads:
        habit = 1.0 if read.reading.habitual else _UNUSUAL_AFFIX
        worth = _certainty(read.reading) if read.joined == target else strength_of(read.meanings) * habit
        if worth > (best[0] if best is not None else 0.0):
            best = worth, read
    if best is None:
        return _no_match(name, target, wanted)
    if best[1].joined == target:
        return (_canonical_clue(best[1].reading),)
    return (Clue("known_words", best[0], (("words", " ".join(best[1].reading.words)),)),)


def _no_match(name: _Name, target: str, wanted: str) -> tuple[Clue, ...]:
    is_ours = name.plain in canonical_names()
    if not is_ours and len(name.plain) >= _FUZZY_LENGTH <= len(target):
        alike = _alike(name.plain, target)
        if alike >= _ALIKE:
            return (Clue("name_alike", alike, (("name", wanted),)),)
    return _ELSEWHERE if is_ours or name.is_known else ()


@lru_cache(maxsize=65536)
def _column_reads(name: str, place: AffixPlace, prefix: str) -> _Name:
    ways = readings(name, place)
    if prefix and ways[0].words[:1] == (prefix,) and len(ways[0].words) > 1:
        ways = (Reading(ways[0].words[1:], prefix), *ways)
    return _read(ways)


@lru_cache(maxsize=65536)
def _table_reads(name: str, unmarked: tuple[str, ...], place: AffixPlace) -> _Name:
    ways = readings(name, place)
    if unmarked and len(unmarked) < len(ways[-1].words):
        ways = (*readings(" ".join(unmarked), place), *ways)
    return _read(ways)


def _read(ways: tuple[Reading, ...]) -> _Name:
    reads = tuple(_Read(reading, reading.joined, meanings(reading)) for reading in ways)
    is_known = any(bool(read.meanings) and UNKNOWN not in read.meanings for read in reads)
    return _Name(reads, reads[0].joined, is_known)


@lru_cache(maxsize=65536)
def _alike(left: str, right: str) -> float:
    return JaroWinkler.similarity(left, right)


@lru_cache(maxsize=64)
def _joined_canonical(name: str) -> str:
    return joined(name)


def _certainty(reading: Reading) -> float:
    return 1.0 if not reading.affix else 0.97 if reading.habitual else 0.9


def _canonical_clue(reading: Reading) -> Clue:
    if not reading.affix:
        return Clue("name_canonical")
    return Clue("affix_set_aside" if reading.habitual else "affix_guessed", 1.0, (("affix", reading.affix),))


def shared_prefix(names: tuple[str, ...]) -> str:
    """The first word that all columns of a table share (BEH_ID, BEH_DATUM), which then says nothing."""
    if len(names) < 3:
        return ""
    firsts = {words[0] if len(words) > 1 else "" for words in map(words_of, names)}
    return firsts.pop() if len(firsts) == 1 else ""
