"""Vocabulary files: YAML out and in, with every problem of a file by line. *Pure*.

A file holds names and numbers of centers, nothing else: it may leave the network.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _

from centers.entry_checks import unknown_key
from centers.exceptions import FileProblem, ImportFileError
from centers.yaml_positions import Path, YamlDocument, read_yaml
from mappings.canonical import canonical_order
from mappings.lessons import LONGEST_KEY, is_teachable
from mappings.vocabulary import Name, Standing, Vocabulary

HEADER = "# Names that reviewers of this network confirmed or rejected, and in how many centers. No patient's data.\n"
MOST_CENTERS = 1_000_000
_TOP = "names"
_COUNTS = ["confirmed", "rejected"]
_KEY = re.compile(rf"[A-Z0-9]{{1,{LONGEST_KEY}}}")


def write_vocabulary(vocabulary: Vocabulary) -> str:
    """The file of `vocabulary`, in the order of the canonical model; read again it says the same."""
    names: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    order = canonical_order()
    for canonical, key in sorted(vocabulary.entries, key=lambda name: (order.get(name[0], len(order)), name)):
        standing = vocabulary.entries[canonical, key]
        counts = {"confirmed": standing.confirmed, "rejected": standing.rejected}
        names[canonical][key] = {word: count for word, count in counts.items() if count}
    return HEADER + yaml.safe_dump({_TOP: dict(names)}, sort_keys=False, width=120)


def read_vocabulary(text: str) -> dict[Name, Standing]:
    """How many centers confirmed and rejected each name. Raises ImportFileError with every problem found."""
    document = read_yaml(text)
    reader = _Reader(document)
    found = dict(reader.read())
    if reader.problems:
        raise ImportFileError(reader.problems)
    return found


class _Reader:
    """Collects the names and the problems of one document."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self.problems: list[FileProblem] = list(document.problems)

    def read(self) -> Iterator[tuple[Name, Standing]]:
        data = self._document.data
        if not isinstance(data, dict) or not isinstance(data.get(_TOP), dict):
            self._add((), _("The file needs the key names with canonical names below it."))
            return
        self._refuse_unknown((), data, [_TOP])
        for canonical, keys in data[_TOP].items():
            path: Path = (_TOP, canonical)
            if canonical not in canonical_order():
                self.problems.append(unknown_key(self._document, path, list(canonical_order())))
            elif not isinstance(keys, dict):
                self._add(path, _("Here must stand keys with values."))
            else:
                yield from self._names(path, canonical, keys)

    def _names(self, path: Path, canonical: str, keys: dict[str, Any]) -> Iterator[tuple[Name, Standing]]:
        for key, counts in keys.items():
            place = (*path, key)
            if not _KEY.fullmatch(key):
                self._add_to_key(place, _("A name consists of capital letters and digits, without any others."))
            elif not is_teachable(canonical, key):
                text = _("%(name)s teaches nothing: it is the canonical name, or it has no meaning elsewhere.")
                self._add_to_key(place, text % {"name": key})
            elif (standing := self._standing(place, counts)) is not None:
                yield (canonical, key), standing

    def _standing(self, path: Path, counts: Any) -> Standing | None:
        if not isinstance(counts, dict):
            self._add(path, _("Here must stand confirmed or rejected with a number of centers."))
            return None
        self._refuse_unknown(path, counts, _COUNTS)
        numbers = [counts.get(word, 0) for word in _COUNTS]
        wrong = [word for word, number in zip(_COUNTS, numbers, strict=True) if not _is_count(number)]
        for word in wrong:
            text = _("%(key)s must be a whole number from 0 to %(most)s.")
            self._add((*path, word), text % {"key": word, "most": MOST_CENTERS})
        if wrong:
            return None
        if not any(numbers):
            self._add(path, _("Here must stand confirmed or rejected with a number of centers."))
            return None
        return Standing(*numbers)

    def _refuse_unknown(self, path: Path, data: dict[str, Any], known: list[str]) -> None:
        self.problems += [unknown_key(self._document, (*path, key), known) for key in data if key not in known]

    def _add(self, path: Path, message: str) -> None:
        self.problems.append(FileProblem(*self._document.position(path), message))

    def _add_to_key(self, path: Path, message: str) -> None:
        self.problems.append(FileProblem(*self._document.key_position(path), message))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_CENTERS
