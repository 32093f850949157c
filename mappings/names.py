"""How physical names are read: folding, words, and the random affixes that a source puts on its names. *Pure*."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from mappings.canonical import canonical_tables

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "ss"})
# Letters of other alphabets that look like Latin ones; an old installation may hold them by accident or by malice.
_LOOK_ALIKES = str.maketrans("АВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABCEHIJKMOPSTXYABEZHIKMNOPTYX")
# A digit ends a word only before a new capitalised one: Note2Text, but Patient_9QB.
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[A-Z0-9]+")
_AFFIX = re.compile(r"[A-Z0-9]{2,4}")
# Share of the names that must carry an affix before it counts as the habit of the whole source.
_HABIT = 0.85
_SPEAKING = frozenset({"NEU", "NEW", "ALT", "OLD"})


class AffixPlace(StrEnum):
    """Where a source puts a random affix."""

    # Enum hashes by a function in Python, and every look at a name asks for it.
    __hash__ = str.__hash__

    NONE = "none"
    SUFFIX = "suffix"  # KARTEI_MN
    PREFIX = "prefix"  # MN_KARTEI
    FLAT = "flat"  # KARTEIMN


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name: its words, the affix that was set aside, and whether the source's habit backs that."""

    words: tuple[str, ...]
    affix: str = ""
    habitual: bool = True

    @property
    def joined(self) -> str:
        return "".join(self.words)


@lru_cache(maxsize=65536)
def words_of(name: str) -> tuple[str, ...]:
    """The words of `name` in upper-case ASCII: P_NAME, pName and P-Name are all ("P", "NAME")."""
    if name.isascii():
        # As below, where nothing has to be spelled in another way.
        is_mixed = name not in (name.upper(), name.lower())
        return tuple(_WORD.findall((_CAMEL.sub(" ", name) if is_mixed else name).upper()))
    spelled = unicodedata.normalize("NFC", name).translate(_SPELLED_OUT)
    mixed = any(letter.islower() for letter in spelled) and any(letter.isupper() for letter in spelled)
    parted = _CAMEL.sub(" ", spelled) if mixed else spelled
    plain = unicodedata.normalize("NFKD", parted).upper().translate(_LOOK_ALIKES)
    return tuple(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))


def joined(name: str) -> str:
    """The words of `name` without anything between them."""
    return "".join(words_of(name))


@cache
def canonical_names() -> frozenset[str]:
    """All canonical table and field names, joined. They are whole words, never word plus affix."""
    tables = canonical_tables()
    return frozenset(joined(table.name) for table in tables) | frozenset(
        joined(field.name) for table in tables for field in table.fields
    )


def affix_place(names: Iterable[str]) -> AffixPlace:
    """The habit of a source, from all names of one sort (its tables, or its columns).

    Canonical names are left out of the count: many sources have an affix on everything but ID and DELKZ.
    """
    split = [words for words in map(words_of, sorted(set(names))) if words and "".join(words) not in canonical_names()]
    if len(split) < 2:
        return AffixPlace.NONE
    for place, at in ((AffixPlace.SUFFIX, -1), (AffixPlace.PREFIX, 0)):
        marked = [words[at] for words in split if len(words) > 1 and _AFFIX.fullmatch(words[at])]
        # The same affix on everything is a prefix such as TBL_, which says nothing but is not random either.
        if len(marked) >= _HABIT * len(split) and len(set(marked)) > 1:
            return place
    flat = [words for words in split if len(words) == 1 and _flat_affix(words[0])]
    one_word = sum(len(words) == 1 for words in split)
    return AffixPlace.FLAT if one_word >= _HABIT * len(split) and len(flat) >= 4 else AffixPlace.NONE


@lru_cache(maxsize=65536)
def readings(name: str, place: AffixPlace) -> tuple[Reading, ...]:
    """The ways to read `name` in a source with that habit, best first."""
    words = words_of(name)
    whole = Reading(words)
    if whole.joined in canonical_names():
        return (whole,)
    if place is AffixPlace.FLAT:
        affix = _flat_affix(whole.joined)
        if affix:
            return (Reading((whole.joined.removesuffix(affix),), affix), whole)
        return (*(Reading((whole.joined[:-size],), whole.joined[-size:]) for size in (2, 3, 4)), whole)
    if len(words) < 2:
        return (whole,)
    if place is AffixPlace.SUFFIX and _AFFIX.fullmatch(words[-1]):
        return (Reading(words[:-1], words[-1]), whole)
    if place is AffixPlace.PREFIX and _AFFIX.fullmatch(words[0]):
        return (Reading(words[1:], words[0]), whole)
    spare = [Reading(words[:-1], words[-1], habitual=False), Reading(words[1:], words[0], habitual=False)]
    return (whole, *(item for item in spare if _may_be_affix(item)))


def _may_be_affix(reading: Reading) -> bool:
    """Numbers tell NAME_2 from NAME, words of time PATNR_NEU from PATNR, our own KASSEN_ART from KASSEN: not random."""
    affix = reading.affix
    if len(affix) > 4 or affix.isdigit() or affix in _SPEAKING or affix in canonical_names():
        return False
    return reading.joined in canonical_names() or any(letter.isdigit() for letter in affix)


def _flat_affix(word: str) -> str:
    """The two to four characters behind a canonical name; of two canonical names the longer one is meant."""
    ends = [len(word) - size for size in (2, 3, 4)]
    return next((word[end:] for end in sorted(ends, reverse=True) if word[:end] in canonical_names()), "")


@lru_cache(maxsize=65536)
def name_key(name: str, place: AffixPlace) -> str:
    """The name without the source's random affix, joined: what two centers' names have in common."""
    return readings(name, place)[0].joined
