"""Physical names: canonical words with the random suffixes of an Ivoris installation (*pure*)."""

import random
import string

from dentalhub.sandbox.traits import SourceForm

_ALPHABET = string.ascii_uppercase + string.digits
# A suffix that is a word would make a table look like a backup, or a column like another one.
_WORDS = frozenset(
    {"ALT", "BAK", "OLD", "NEU", "KOPI", "COPY", "TEST", "NAME", "ART", "ID", "NR", "DAT", "TEXT", "TMP"}
)
_BARE_WORDS = frozenset({"ID", "DELKZ", "AKTIV"})


class Naming:
    """Gives out the names of one source; each table name once."""

    def __init__(self, rng: random.Random, form: SourceForm) -> None:
        self._rng = rng
        self._form = form
        self._bare = rng.random() < 0.5  # ID and the delete flag go without suffix in every other installation
        self._taken: set[str] = set()

    def table(self, word: str) -> str:
        """A new table name for ``word``."""
        while True:
            name = self._suffixed(word)
            if name.upper() not in self._taken:
                self._taken.add(name.upper())
                return name

    def column(self, word: str) -> str:
        """A column name for ``word``; words are unique within a table, hence the names are."""
        if self._bare and word in _BARE_WORDS:
            return self.plain(word)
        return self._suffixed(word)

    def plain(self, word: str) -> str:
        """The word without suffix, in this source's case."""
        return word.lower() if self._form.lower_case else word

    def _suffixed(self, word: str) -> str:
        return self.plain(f"{word}_{self._suffix()}" if self._form.suffixes else word)

    def _suffix(self) -> str:
        while True:
            suffix = "".join(self._rng.choices(_ALPHABET, k=self._rng.randint(2, 4)))
            if suffix not in _WORDS and not suffix.isdigit():
                return suffix
