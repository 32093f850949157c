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
# Stands for any affix.
_SOME = "*"


@dataclass(frozen=True, slots=True)
class _Read:
    """A name read in one way."""

    reading: Reading
    joined: str
    meanings: frozenset[str]


@dataclass(frozen=True, eq=False, slots=True)
class _Form:
    """A name without its random affixes: the ways to read it that can say anything, the best first.

    `is_known`: one of them consists of known words. Equal forms are one object, so that what was found out about one
    serves every center that has it.
    """

    reads: tuple[_Read, ...]
    plain: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class _Name:
    """A name in one source; `affixes`: those that were set aside, one for each read of its form."""

    form: _Form
    affixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a form says; `canonical`: it is the canonical name in that read, whose clue names the affix."""

    clues: tuple[Clue, ...] = ()
    canonical: int | None = None


def column_name_clues(table: str, field: str, name: str, place: AffixPlace, prefix: str) -> tuple[Clue, ...]:
    """What `name` says about being the canonical `field` of the canonical `table`."""
    read = _column_reads(name, place, prefix)
    return _clues(_column_verdict(table, field, read.form), read)


def table_name_clues(table: str, name: str, unmarked: tuple[str, ...], place: AffixPlace) -> tuple[Clue, ...]:
    """What `name` says about being the canonical `table`; `unmarked` are its words without BAK, OLD and the like."""
    read = _table_reads(name, unmarked, place)
    return _clues(_table_verdict(table, read.form), read)


def _clues(verdict: _Verdict, name: _Name) -> tuple[Clue, ...]:
    if verdict.canonical is None:
        return verdict.clues
    return (_canonical_clue(name.form.reads[verdict.canonical].reading, name.affixes[verdict.canonical]),)


@lru_cache(maxsize=65536)
def _column_verdict(table: str, field: str, form: _Form) -> _Verdict:
    return _verdict(field, form, lambda meant: field_strength(table, field, meant))


@lru_cache(maxsize=65536)
def _table_verdict(table: str, form: _Form) -> _Verdict:
    return _verdict(table, form, lambda meant: table_strength(table, meant))


def _verdict(wanted: str, form: _Form, strength_of: Callable[[frozenset[str]], float]) -> _Verdict:
    """The one clue that the best way to read a name gives."""
    target = _joined_canonical(wanted)
    best: tuple[float, int] | None = None
    for index, read in enumerate(form.reads):
        habit = 1.0 if read.reading.habitual else _UNUSUAL_AFFIX
        worth = _certainty(read.reading) if read.joined == target else strength_of(read.meanings) * habit
        if worth > (best[0] if best is not None else 0.0):
            best = worth, index
    if best is None:
        return _Verdict(_no_match(form, target, wanted))
    read = form.reads[best[1]]
    if read.joined == target:
        return _Verdict(canonical=best[1])
    return _Verdict((Clue("known_words", best[0], (("words", " ".join(read.reading.words)),)),))


def _no_match(name: _Form, target: str, wanted: str) -> tuple[Clue, ...]:
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
    """A way that leaves an unknown word, mostly the random affix itself, can only be a canonical name or nothing."""
    telling = [way for way in ways if _is_known(meanings(way)) or way.joined in canonical_names()]
    # Which affix it is, only the clue for a canonical name says.
    alike = tuple(Reading(way.words, _SOME if way.affix else "", way.habitual) for way in telling)
    return _Name(_form(alike, ways[0].joined), tuple(way.affix for way in telling))


@lru_cache(maxsize=65536)
def _form(ways: tuple[Reading, ...], plain: str) -> _Form:
    reads = tuple(_Read(reading, reading.joined, meanings(reading)) for reading in ways)
    return _Form(reads, plain, any(_is_known(read.meanings) for read in reads))


def _is_known(meant: frozenset[str]) -> bool:
    return bool(meant) and UNKNOWN not in meant


@lru_cache(maxsize=65536)
def _alike(left: str, right: str) -> float:
    return JaroWinkler.similarity(left, right)


@lru_cache(maxsize=64)
def _joined_canonical(name: str) -> str:
    return joined(name)


def _certainty(reading: Reading) -> float:
    return 1.0 if not reading.affix else 0.97 if reading.habitual else 0.9


def _canonical_clue(reading: Reading, affix: str) -> Clue:
    if not affix:
        return Clue("name_canonical")
    return Clue("affix_set_aside" if reading.habitual else "affix_guessed", 1.0, (("affix", affix),))


def shared_prefix(names: tuple[str, ...]) -> str:
    """The first word that all columns of a table share (BEH_ID, BEH_DATUM), which then says nothing."""
    if len(names) < 3:
        return ""
    firsts = {words[0] if len(words) > 1 else "" for words in map(words_of, names)}
    return firsts.pop() if len(firsts) == 1 else ""
