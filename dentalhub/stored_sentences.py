"""Sentences that were stored, in the language of whoever reads them.

Rows keep what happened as a text, in the language of the process that wrote it. The catalogue has each of our sentences
in each language, so a stored one is found there again, with what had been filled in; those of earlier versions as well.
What the catalogue does not know, such as a text that was cut off, stays as it was stored.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from dentalhub.message_files import read_messages

SOURCE_LANGUAGE = "en"
_PLACEHOLDER = re.compile(r"%\((\w+)\)[-+#0-9.]*([a-zA-Z])|%%")
# What is filled in there is a text of ours itself; everything else is a name or a number of a source.
_NESTED = frozenset({"advice", "cause", "changes", "problem", "reason"})
# With fewer letters of its own a sentence could be any text.
_LEAST_LETTERS = 8
# What is filled in comes from us, so less is enough.
_LEAST_LETTERS_WITHIN = 4

Forms = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence with placeholders, in one language that it may have been stored in."""

    pattern: re.Pattern[str]
    anchor: str
    letters: int
    forms: Forms


def retold(text: str, language: str | None = None) -> str:
    """`text` in `language` (default: the active one)."""
    code = (language or get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return _retold(text, code) if text else text


@lru_cache(maxsize=4096)
def _retold(text: str, language: str) -> str:
    return _found(text, language, _LEAST_LETTERS) or text


def _found(text: str, language: str, least_letters: int) -> str | None:
    """None where the catalogue does not know `text`."""
    plain, sentences = _known()
    if text in plain:
        return plain[text].get(language, text)
    for sentence in sentences:
        if sentence.anchor not in text:
            continue
        match = sentence.pattern.fullmatch(text)
        if match is None:
            continue
        values = {name: _part(name, value, language) for name, value in match.groupdict().items()}
        is_known = any(name in _NESTED and value is not None for name, value in values.items())
        if sentence.letters >= least_letters or is_known:
            return _filled(sentence.forms.get(language, ""), match.groupdict() | {n: v for n, v in values.items() if v})
    return None


def _part(name: str, value: str, language: str) -> str | None:
    """What was filled in, in `language`; None where it is no text of ours. Several of them have commas between."""
    if name not in _NESTED:
        return None
    parts = [_found(part, language, _LEAST_LETTERS_WITHIN) for part in value.split(", ")]
    if all(parts):
        return ", ".join(part for part in parts if part)
    return _found(value, language, _LEAST_LETTERS_WITHIN)


def _filled(template: str, values: Mapping[str, str]) -> str | None:
    """None for a language that does not have the sentence."""
    if not template:
        return None
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], "") if found[1] else "%", template)


@cache
def _known() -> tuple[dict[str, Forms], Sequence[_Sentence]]:
    """The plain sentences by their text, and those with placeholders, the most telling first."""
    plain: dict[str, Forms] = {}
    sentences: list[_Sentence] = []
    for forms in sorted(_all_forms(), key=lambda forms: forms[SOURCE_LANGUAGE]):
        for template in forms.values():
            if _PLACEHOLDER.search(template):
                sentences.append(_sentence(template, forms))
            else:
                plain.setdefault(template, forms)
    # English is what the sources say: a German text that looks the same must not hide it.
    plain |= {forms[SOURCE_LANGUAGE]: forms for forms in plain.values()}
    return plain, sorted(sentences, key=lambda sentence: -sentence.letters)


def _all_forms() -> Iterator[Forms]:
    """Each sentence of ours in all languages; singular and plural are two."""
    for language, _name in settings.LANGUAGES:
        for folder in settings.LOCALE_PATHS:
            file = Path(folder) / language / "LC_MESSAGES" / "django.mo"
            if file.is_file():
                for english, translated in read_messages(file.read_bytes()):
                    for source, target in zip(english, translated, strict=False):
                        yield {SOURCE_LANGUAGE: source, language: target}


def _sentence(template: str, forms: Forms) -> _Sentence:
    pattern, literals, seen, end = "", [], set[str](), 0
    for found in _PLACEHOLDER.finditer(template):
        literals.append(template[end : found.start()])
        pattern += re.escape(literals[-1])
        name, end = found[1], found.end()
        if name is None:
            pattern += "%"
        elif name in seen:
            pattern += f"(?P={name})"
        else:
            seen.add(name)
            pattern += f"(?P<{name}>{'.+?' if found[2] == 's' else '[-0-9.,]+'})"
    literals.append(template[end:])
    letters = sum(character.isalpha() for literal in literals for character in literal)
    return _Sentence(re.compile(pattern + re.escape(literals[-1]), re.DOTALL), max(literals, key=len), letters, forms)
