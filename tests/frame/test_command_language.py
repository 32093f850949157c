"""Every command of ours speaks the language of whoever sits at the terminal, and services that of the installation."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import load_command_class
from django.utils import translation

from dentalhub.command_language import SERVICES, command_language, terminal_language

KNOWN = ["de", "en"]
OURS = ("centers", "dentalhub", "extraction", "mappings")
FILES = sorted(path for app in OURS for path in (settings.BASE_DIR / app / "management/commands").glob("[a-z]*.py"))
COMMANDS = [(path.parents[2].name, path.stem) for path in FILES]
# What English help texts have and German ones have not.
ENGLISH_WORDS = re.compile(r"\b(the|of|and|with|only|print|this|that|usage|options|default|show|for)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_CH"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "de_AT.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "de"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr:de:en"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "en"}, "en"),
        # The C locale means English, whatever LANGUAGE says.
        ({"LANG": "C", "LANGUAGE": "de"}, "en"),
        ({"LANG": "deutsch"}, "en"),
    ],
)
def test_terminal_chooses_as_for_every_unix_program(environment: Mapping[str, str], language: str) -> None:
    assert terminal_language(environment, KNOWN) == language


def test_language_of_the_installation_goes_before_the_terminals() -> None:
    assert command_language(["extract"], {"LANG": "de_DE.UTF-8"}, "en", KNOWN) == "en"
    assert command_language(["extract"], {"LANG": "C"}, "de", KNOWN) == "de"
    assert command_language(["extract"], {"LANG": "de_DE.UTF-8"}, "", KNOWN) == "de"


def test_json_is_english_and_its_help_is_not() -> None:
    german = {"LANG": "de_DE.UTF-8"}
    assert command_language(["verify", "--json"], german, "de", KNOWN) == "en"
    assert command_language(["verify", "--json", "--help"], german, "", KNOWN) == "de"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_service_keeps_the_language_of_the_installation(service: str) -> None:
    assert command_language([service], {"LANG": "de_DE.UTF-8"}, "", KNOWN) is None
    assert command_language([service, "--help"], {"LANG": "de_DE.UTF-8"}, "", KNOWN) == "de"
    assert command_language(["help", service], {"LANG": "de_DE.UTF-8"}, "", KNOWN) == "de"


def test_services_are_commands() -> None:
    assert {name for _app, name in COMMANDS} >= SERVICES


@pytest.mark.parametrize(("app", "name"), COMMANDS)
def test_every_help_text_is_in_the_catalogue(app: str, name: str) -> None:
    """Looked up by the same means as on the command line."""
    command = load_command_class(app, name)
    with translation.override("en"):
        parser = command.create_parser("manage.py", name)
        texts = [command.help, *(action.help for action in parser._actions if action.help)]
    shown = [text for text in texts if text != "==SUPPRESS=="]
    with translation.override("de"):
        left = [text for text in shown if translation.gettext(text) == text]
    # What the command filled in before argparse saw it is looked up by the command itself.
    if (app, name) == ("extraction", "extract"):
        left = [text for text in left if "for the ledger; default: operation" not in text]
    assert left == []


def output_of(arguments: list[str], folder: Path, **locale: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"LANG", "LC_ALL", "LANGUAGE"}}
    environment = kept | {"DENTALHUB_DATA_DIR": str(folder), "DENTALHUB_LANGUAGE": "", **locale}
    # The database of the tests is not that of a process.
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


ALL_HELPS = """
import io, json, sys
from contextlib import redirect_stdout
from dentalhub.command_line import CommandLine
found = {}
for name in json.loads(sys.argv[1]):
    text = io.StringIO()
    with redirect_stdout(text):
        try:
            CommandLine(["manage.py", name, "--help"]).execute()
        except SystemExit:
            pass
    found[name] = text.getvalue()
sys.stdout.write(json.dumps(found))
"""


def all_helps(folder: Path, language: str) -> dict[str, str]:
    """What each of our commands says after --help, of one process, since each start takes half a second."""
    names = json.dumps([name for _app, name in COMMANDS])
    environment = os.environ | {
        "DENTALHUB_DATA_DIR": str(folder),
        "DENTALHUB_LANGUAGE": "",
        "LC_ALL": language,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
        "COLUMNS": "80",
    }
    run = subprocess.run(
        [sys.executable, "-c", ALL_HELPS, names],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: dict[str, str] = json.loads(run.stdout)
    return found


def test_help_of_every_command_is_german_under_a_german_locale(tmp_path: Path) -> None:
    helps = all_helps(tmp_path, "de_DE.UTF-8")
    assert {name: text.splitlines()[:1] for name, text in helps.items() if not text.startswith("Aufruf: ")} == {}
    # Names of options, choices and files stay; only what stands after them is read.
    prose = {name: re.sub(r"\{[^}]*\}|\S*[-_/.:]\S*|\[[^]]*\]", "", text) for name, text in helps.items()}
    assert {name: found for name, text in prose.items() if (found := ENGLISH_WORDS.findall(text))} == {}


def test_help_of_every_command_is_english_elsewhere(tmp_path: Path) -> None:
    helps = all_helps(tmp_path, "C.UTF-8")
    assert [name for name, text in helps.items() if not text.startswith("usage: ")] == []
    assert [name for name, text in helps.items() if re.search(r"\b(und|der|die|das|Optionen)\b", text)] == []


def test_errors_of_argparse_and_of_commands_are_german_under_a_german_locale(tmp_path: Path) -> None:
    run = output_of(["extract", "--date", "foo"], tmp_path, LANG="de_DE.UTF-8")
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == (
        "manage.py extract: Fehler: Argument --date: foo ist kein Datum; schreiben Sie es wie 2026-11-20."
    )
    run = output_of(["extract", "--workers", "0"], tmp_path, LANG="de_DE.UTF-8")
    assert (run.returncode, run.stderr) == (2, "CommandError: --workers muss mindestens 1 sein.\n")
    run = output_of(["extract", "--workers", "0"], tmp_path, LANG="C.UTF-8")
    assert (run.returncode, run.stderr) == (2, "CommandError: --workers must be at least 1.\n")


def test_unknown_command_is_answered_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    run = output_of(["extrac"], tmp_path, LANG="de_DE.UTF-8")
    assert run.returncode == 1
    assert run.stderr.splitlines()[0] == "Den Befehl extrac gibt es nicht. Meinten Sie extract?"


def test_list_of_commands_is_introduced_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    text = output_of(["help"], tmp_path, LANG="de_DE.UTF-8").stdout
    assert "„manage.py help BEFEHL“ sagt, was ein Befehl tut." in text
    assert "subcommand" not in text


def test_init_speaks_before_there_are_settings(tmp_path: Path) -> None:
    german = {"LANG": "de_DE.UTF-8", "DENTALHUB_ENV_FILE": str(tmp_path / "dentalhub.env")}
    assert output_of(["init", "--help"], tmp_path, **german).stdout.startswith("Aufruf: dentalhub init")
    said = output_of(["init"], tmp_path, **german).stdout
    assert said.splitlines()[0].endswith("dentalhub.env: DENTALHUB_SECRET_KEY, DENTALHUB_SECRET_KEYS erzeugt.")


def literal_messages(path: Path) -> Iterator[str]:
    """Texts with words that a command says without looking them up."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in {"CommandError", "write", "_say", "shown_progress", "advance"}:
            continue
        first = node.args[0]
        parts = first.values if isinstance(first, ast.JoinedStr) else [first]
        text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        if re.search(r"[A-Za-z]{3}", text):
            yield f"{path.stem}:{node.lineno}: {text}"


# The journal of a service, which others read; an address and a key of a list are in no language.
UNSPOKEN = re.compile(r"qcluster:|rotate_keys:\d+: stored:|sandbox:\d+: : localhost,")


def test_no_command_says_what_nobody_can_translate() -> None:
    found = [text for path in FILES for text in literal_messages(path) if not UNSPOKEN.match(text)]
    assert found == []


def test_every_module_of_a_command_can_be_loaded() -> None:
    assert all(import_module(f"{app}.management.commands.{name}").Command.help for app, name in COMMANDS)
