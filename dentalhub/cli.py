"""The `dentalhub` console script: Django's management commands, which it also accepts with hyphens."""

import argparse
import gettext
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

from dentalhub.command_language import ENGLISH, terminal_language
from dentalhub.environment_file import environment_file, write_missing_keys

LOCALES = Path(__file__).with_name("locale")


def init_parser(_: Callable[[str], str] = str) -> ArgumentParser:
    """The options of `init`, which is no command of Django's; `_` says them in the reader's language."""
    text = _("Make this installation's secret keys; kept ones stay.")
    parser = ArgumentParser(prog="dentalhub init", description=text)
    help_text = _("one file each, for docker-compose.yml")
    parser.add_argument("--secrets", type=Path, metavar="FOLDER", help=help_text)
    return parser


def init(arguments: Sequence[str] = ()) -> int:
    """Write the secret keys that settings need, which no other command can do without."""
    _ = _words_before_settings()
    folder: Path | None = init_parser(_).parse_args(arguments).secrets
    place = folder or environment_file()
    try:
        made = _write_files(folder) if folder else write_missing_keys(place)
    except OSError as error:
        sys.stderr.write(_("%(place)s cannot be written: %(error)s.") % {"place": place, "error": error.strerror})
        sys.stderr.write("\n")
        return 1
    text = _("%(place)s: %(names)s made.") if made else _("%(place)s has its keys already.")
    sys.stdout.write(text % {"place": place, "names": ", ".join(made)} + "\n")
    steps = "docker compose up -d" if folder else "dentalhub migrate, dentalhub create_person, dentalhub serve"
    sys.stdout.write(_("Next: %(steps)s.") % {"steps": steps} + "\n")
    return 0


def _words_before_settings() -> Callable[[str], str]:
    """The catalogue without Django, which would ask for the keys that `init` makes; argparse's words are in it."""
    languages = [folder.name for folder in LOCALES.iterdir()]
    language = os.environ.get("DENTALHUB_LANGUAGE") or terminal_language(os.environ, languages)
    catalogue = gettext.translation("django", LOCALES, [language or ENGLISH], fallback=True)
    vars(argparse)["_"] = catalogue.gettext
    return catalogue.gettext


def _write_files(folder: Path) -> list[str]:
    from dentalhub.secret_files import write_missing_files  # 0.1 s that no other command needs

    return write_missing_files(folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that `argv` (default: the process's own arguments) names; exits like Django does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    arguments = list(argv if argv is not None else sys.argv)
    if arguments[1:2] == ["init"]:
        sys.exit(init(arguments[2:]))
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        arguments[1] = arguments[1].replace("-", "_")

    from dentalhub.command_line import CommandLine  # Django, which `init` does without

    CommandLine(arguments).execute()
