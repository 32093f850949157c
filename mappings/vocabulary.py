"""What this network calls the canonical tables and fields, as reviewers decided. *Pure*.

A name is kept as its key (`mappings.names.name_key`): what two centers' names have in common without random affixes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# A canonical name ("KARTEI" for a table, "KARTEI.DATUM" for a field) and a name key.
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """In how many centers reviewers confirmed a name for a canonical one, and in how many they rejected it.

    `imported`: nobody in this network has decided about the name; another network's file vouches for it. However
    many centers that network has, its word counts like that of one center, and ends where this network has its own.
    """

    confirmed: int = 0
    rejected: int = 0
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one center teaches: the names that its approved mapping uses, and those that its reviewers turned down."""

    confirmed: frozenset[Name] = frozenset()
    rejected: frozenset[Name] = frozenset()


UNKNOWN = Standing()


@dataclass(frozen=True)
class Vocabulary:
    """The standing of every name that was ever decided, by canonical name and name key."""

    entries: Mapping[Name, Standing] = field(default_factory=dict)

    def standing(self, canonical: str, key: str) -> Standing:
        """How often `key` was confirmed and rejected for `canonical`; zeros for a name that nobody decided."""
        return self.entries.get((canonical, key), UNKNOWN)


@dataclass(frozen=True)
class OverheardVocabulary(Vocabulary):
    """`imported` gets the names for which somebody asked while only an imported file knew them."""

    imported: set[Name] = field(default_factory=set)

    def standing(self, canonical: str, key: str) -> Standing:
        """As it is, and noted."""
        found = super().standing(canonical, key)
        if found.imported:
            self.imported.add((canonical, key))
        return found


NO_VOCABULARY = Vocabulary()


def vocabulary_of(lessons: Iterable[Lesson]) -> Vocabulary:
    """The vocabulary of a network whose centers teach `lessons`, one for each center."""
    confirmed: Counter[Name] = Counter()
    rejected: Counter[Name] = Counter()
    for lesson in lessons:
        confirmed.update(lesson.confirmed)
        rejected.update(lesson.rejected)
    names = sorted(confirmed.keys() | rejected.keys())
    return Vocabulary({name: Standing(confirmed[name], rejected[name]) for name in names})


def with_imported(own: Vocabulary, imported: Mapping[Name, Standing]) -> Vocabulary:
    """`own`, and for the names that it does not know the one voice of an imported file.

    A name that was confirmed as often as rejected elsewhere says nothing here.
    """
    voices = {
        name: Standing(int(counts.confirmed > counts.rejected), int(counts.rejected > counts.confirmed), imported=True)
        for name, counts in imported.items()
        if counts.confirmed != counts.rejected
    }
    return Vocabulary({**voices, **own.entries})
