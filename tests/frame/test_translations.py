"""The German catalogue is complete, sound and compiled."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.test import Client

CATALOGUE = Path("dentalhub/locale/de/LC_MESSAGES/django.po")
SOURCES = ("centers", "dentalhub", "extraction", "mappings", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[-+#0-9.]*[a-zA-Z]|%%|%[sd]|\{\w*\}")
INFORMAL = re.compile(r"\b(du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: the English and the German texts, each one or, with a plural, two."""

    context: str
    english: tuple[str, ...]
    german: tuple[str, ...]
    is_obsolete: bool = False
    is_fuzzy: bool = False


def entries_of(file: polib.POFile | polib.MOFile) -> list[Entry]:
    return [
        Entry(
            context=entry.msgctxt or "",
            english=(entry.msgid, entry.msgid_plural) if entry.msgid_plural else (entry.msgid,),
            german=tuple(form for _number, form in sorted(entry.msgstr_plural.items())) or (entry.msgstr,),
            is_obsolete=entry.obsolete,
            is_fuzzy="fuzzy" in entry.flags,
        )
        for entry in file
    ]


def read_catalogue(root: Path) -> list[Entry]:
    return entries_of(polib.pofile(str(root / CATALOGUE)))


@pytest.fixture(scope="module")
def catalogue() -> list[Entry]:
    return read_catalogue(settings.BASE_DIR)


def test_every_text_has_a_german_one(catalogue: list[Entry]) -> None:
    untranslated = [entry.english for entry in catalogue if not all(form.strip() for form in entry.german)]
    assert untranslated == []


def test_no_entry_is_fuzzy_or_obsolete(catalogue: list[Entry]) -> None:
    assert [entry.english for entry in catalogue if entry.is_fuzzy or entry.is_obsolete] == []


def test_every_plural_has_both_forms(catalogue: list[Entry]) -> None:
    assert [entry.english for entry in catalogue if len(entry.german) != len(entry.english)] == []


def test_placeholders_agree_in_every_form(catalogue: list[Entry]) -> None:
    differing = [
        (english, german)
        for entry in catalogue
        for english, german in zip(entry.english, entry.german, strict=True)
        if Counter(PLACEHOLDER.findall(english)) != Counter(PLACEHOLDER.findall(german))
    ]
    assert differing == []


def test_no_text_says_du(catalogue: list[Entry]) -> None:
    assert [form for entry in catalogue for form in entry.german if INFORMAL.search(form)] == []


def test_header_names_no_date_and_no_person() -> None:
    header = polib.pofile(str(settings.BASE_DIR / CATALOGUE)).metadata
    assert header.keys() & {"POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team"} == set()


def test_compiled_file_is_that_of_the_catalogue(catalogue: list[Entry]) -> None:
    compiled = entries_of(polib.mofile(str((settings.BASE_DIR / CATALOGUE).with_suffix(".mo"))))
    assert set(compiled) == set(catalogue)


def test_catalogue_lacks_no_text_of_the_sources(catalogue: list[Entry], tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        if os.environ.get("CI"):
            pytest.fail("xgettext is missing; .ci/run installs it with Debian's package gettext")
        pytest.skip("xgettext is missing: install gettext to compare the catalogue with the sources")
    extracted = extracted_from_sources(tmp_path)
    known = {(entry.context, entry.english) for entry in catalogue}
    assert len(extracted) > 500
    assert [entry.english for entry in extracted if (entry.context, entry.english) not in known] == []


def extracted_from_sources(folder: Path) -> list[Entry]:
    """What makemessages finds, in a copy of the sources so that it cannot touch the working tree."""
    tree = folder / "tree"
    for name in SOURCES:
        shutil.copytree(
            settings.BASE_DIR / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "static", "locale")
        )
    shutil.copy(settings.BASE_DIR / "manage.py", tree)
    (tree / CATALOGUE).parent.mkdir(parents=True)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale=de", "--no-location"],
        cwd=tree,
        env=os.environ | {"DENTALHUB_SECRET_KEY": "unused", "DENTALHUB_DATA_DIR": str(folder / "data")},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return read_catalogue(tree)


@pytest.mark.django_db
def test_sign_in_page_is_german_for_a_german_browser(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"}).content.decode()
    assert '<html lang="de">' in page
    assert "Die Karteieinträge aller Zentren, jeden Tag, an einem Ort." in page
    assert "Anmelden</h1>" in page
    assert "Sign in" not in page
