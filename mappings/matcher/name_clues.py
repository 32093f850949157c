"""What the name of a column or table says. *Pure*."""

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


@lru_cache(maxsize=65536)
def column_name_clues(table: str, field: str, name: str, place: AffixPlace, prefix: str) -> tuple[Clue, ...]:
    """What `name` says about being the canonical `field` of the canonical `table`."""
    best: tuple[float, Clue] | None = None
    known = False
    for reading in _without_prefix(name, place, prefix):
        if reading.joined == joined(field):
            found = (_certainty(reading), _canonical_clue(reading))
        else:
            meant = meanings(reading)
            known = known or (bool(meant) and UNKNOWN not in meant)
            strength = field_strength(table, field, meant) * (1.0 if reading.habitual else _UNUSUAL_AFFIX)
            found = (strength, Clue("known_words", strength, (("words", " ".join(reading.words)),)))
        if best is None or found[0] > best[0]:
            best = found
    if best is not None and best[0] > 0:
        return (best[1],)
    return _no_match(name, field, place, known)


@lru_cache(maxsize=65536)
def table_name_clues(table: str, name: str, unmarked: tuple[str, ...], place: AffixPlace) -> tuple[Clue, ...]:
    """What `name` says about being the canonical `table`; `unmarked` are its words without BAK, OLD and the like."""
    ways = readings(name, place)
    if unmarked and len(unmarked) < len(ways[-1].words):
        ways = (*readings(" ".join(unmarked), place), *ways)
    best: tuple[float, Clue] | None = None
    known = False
    for reading in ways:
        if reading.joined == joined(table):
            found = (_certainty(reading), _canonical_clue(reading))
        else:
            meant = meanings(reading)
            known = known or (bool(meant) and UNKNOWN not in meant)
            strength = table_strength(table, meant) * (1.0 if reading.habitual else _UNUSUAL_AFFIX)
            found = (strength, Clue("known_words", strength, (("words", " ".join(reading.words)),)))
        if best is None or found[0] > best[0]:
            best = found
    if best is not None and best[0] > 0:
        return (best[1],)
    return _no_match(name, table, place, known)


def _no_match(name: str, wanted: str, place: AffixPlace, known: bool) -> tuple[Clue, ...]:
    plain = readings(name, place)[0].joined
    alike = JaroWinkler.similarity(plain, joined(wanted)) if len(plain) >= _FUZZY_LENGTH <= len(wanted) else 0.0
    if alike >= _ALIKE and plain not in canonical_names():
        return (Clue("name_alike", alike, (("name", wanted),)),)
    if known or plain in canonical_names():
        return (Clue("name_elsewhere"),)
    return ()


def _without_prefix(name: str, place: AffixPlace, prefix: str) -> tuple[Reading, ...]:
    ways = readings(name, place)
    if not prefix or ways[0].words[:1] != (prefix,) or len(ways[0].words) < 2:
        return ways
    return (Reading(ways[0].words[1:], prefix), *ways)


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
