"""A sentence that was stored in one language is read in another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.utils import translation

from centers.exceptions import SourceErrorKind
from centers.source_errors import advice
from dentalhub.message_files import read_messages
from dentalhub.stored_sentences import _PLACEHOLDER, retold
from extraction.causes import Cause, cause_label
from mappings.holds import hold_sentence

PAIRS = [
    ("The center is paused.", "Das Zentrum ist pausiert."),
    (
        "A column is missing. Discover the center again and review its mapping. (KARTEI_X)",
        "Eine Spalte fehlt. Erkunden Sie das Zentrum erneut und prüfen Sie seine Zuordnung. (KARTEI_X)",
    ),
    (
        "Schema changed: KARTEI.DATUM is gone, LEISTUNG was renamed. On hold until a new version is approved.",
        (
            "Schema geändert: KARTEI.DATUM gibt es nicht mehr, LEISTUNG wurde umbenannt. Angehalten, bis eine neue "
            "Version freigegeben ist."
        ),
    ),
    (
        "Not tried: login failed since 13:05; next try at 20.11.2026 13:05.",
        "Nicht versucht: Anmeldung fehlgeschlagen seit 13:05; nächster Versuch: 20.11.2026 13:05.",
    ),
    (
        "The environment variable IVORIS_PASSWORD is not set.",
        "Die Umgebungsvariable IVORIS_PASSWORD ist nicht gesetzt.",
    ),
]


@pytest.mark.parametrize(("english", "german"), PAIRS)
def test_sentence_is_retold_in_both_directions(english: str, german: str) -> None:
    assert retold(english, "de") == german
    assert retold(german, "en") == english
    assert (retold(english, "en"), retold(german, "de")) == (english, german)


def test_active_language_is_the_readers() -> None:
    with translation.override("de-at"):
        assert retold("The center is paused.") == "Das Zentrum ist pausiert."
    with translation.override("en"):
        assert retold("Das Zentrum ist pausiert.") == "The center is paused."


@pytest.mark.parametrize(
    "text",
    ["", "Nothing that anybody wrote.", "Praxis Müller (Wien)", "ODBC 18: (4711)", "A column is missing. Discov"],
)
def test_text_that_is_not_ours_stays(text: str) -> None:
    assert (retold(text, "de"), retold(text, "en")) == (text, text)


def test_names_of_a_source_are_never_translated() -> None:
    # “Region” and “center” are words of ours as well.
    assert retold("The approved mapping has no table for center. Review the mapping.", "de").count(" center.") == 1


def test_word_between_that_is_not_ours_stays_with_the_sentence_around_it() -> None:
    assert retold("Not tried: something odd since 13:05; one try is under way.", "de").startswith(
        "Nicht versucht: something odd seit 13:05"
    )


@pytest.mark.parametrize("kind", list(SourceErrorKind))
def test_every_advice_is_retold(kind: SourceErrorKind) -> None:
    with translation.override("en"):
        english = advice(kind)
    with translation.override("de"):
        assert retold(english) == advice(kind)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_retold(cause: Cause) -> None:
    with translation.override("en"):
        english = cause_label(cause)
    with translation.override("de"):
        assert retold(english) == cause_label(cause)


def test_hold_with_many_changes_is_retold() -> None:
    hold = "gone:KARTEI.DATUM renamed:LEISTUNG type_changed:KASSEN.ART more:3"
    with translation.override("en"):
        english = hold_sentence(hold)
    with translation.override("de"):
        german = hold_sentence(hold)
    assert (retold(english, "de"), retold(german, "en")) == (german, english)


# Where sentences come from that are stored: whatever raises or tells one of these.
TELLERS = ("Failure(", "SourceError(", "CredentialError(", "SuppressionKeyError(", "DryRun(", "DeliveryError(")


def told_templates() -> Iterator[str]:
    for app in ("centers", "extraction", "mappings"):
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if {"migrations", "management"}.isdisjoint(path.parts) and any(teller in text for teller in TELLERS):
                yield from templates_in(ast.parse(text))


def templates_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "gettext_lazy"}:
            (text,) = node.args
            assert isinstance(text, ast.Constant)
            yield str(text.value)


def filled(template: str) -> str:
    """With what sources and counts look like."""
    return _PLACEHOLDER.sub(lambda found: "%" if found[1] is None else "3" if found[2] != "s" else "KX_9", template)


def test_every_sentence_of_whoever_tells_a_failure_is_retold() -> None:
    file = polib.pofile(str(Path(settings.BASE_DIR) / "dentalhub/locale/de/LC_MESSAGES/django.po"))
    german = {entry.msgid: entry.msgstr for entry in file if not entry.msgctxt}
    templates = sorted(set(told_templates()))
    assert len(templates) > 100
    # “%(advice)s (%(name)s)” is nothing without the sentence inside it.
    wanted = [template for template in templates if sum(map(str.isalpha, _PLACEHOLDER.sub("", template))) >= 8]
    lost = [text for text in wanted if retold(filled(text), "de") != filled(german[text])]
    assert lost == []


def test_catalogue_is_read_as_gettext_reads_it() -> None:
    file = Path(settings.BASE_DIR) / "dentalhub/locale/de/LC_MESSAGES/django.mo"
    expected: dict[tuple[str, ...], tuple[str, ...]] = {
        ((entry.msgid, entry.msgid_plural) if entry.msgid_plural else (entry.msgid,)): tuple(
            entry.msgstr_plural.values()
        )
        or (entry.msgstr,)
        for entry in polib.mofile(str(file))
    }
    read = {tuple(sources): tuple(targets) for sources, targets in read_messages(file.read_bytes())}
    assert read.keys() == expected.keys()
    # The same words with another context have another translation.
    assert sum(read[key] != expected[key] for key in read) < 60
