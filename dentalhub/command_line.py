"""Django's command line in the language of whoever sits at the terminal: help, errors and results.

Django and argparse speak English only; their words are in our catalogue (`command_words`) and looked up here, once for
all commands.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, ManagementUtility, get_commands
from django.core.management.base import DjangoHelpFormatter
from django.utils import translation
from django.utils.translation import gettext as _

from dentalhub.command_language import command_language


class SpokenHelpFormatter(DjangoHelpFormatter):
    """Looks up what Django and argparse, and commands that only marked their texts, gave it in English."""

    def add_text(self, text: str | None) -> None:
        super().add_text(_(text) if text else text)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return _(action.help) if action.help else action.help


class CommandLine(ManagementUtility):
    """Runs the command that its arguments name."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        self._speak()
        if apps.ready and subcommand not in get_commands():
            sys.stderr.write("\n".join([*_unknown(subcommand, get_commands(), self.prog_name), ""]))
            sys.exit(1)
        command = super().fetch_command(subcommand)
        # Instead of every command's own `create_parser`.
        vars(command)["create_parser"] = partial(command.create_parser, formatter_class=SpokenHelpFormatter)
        return command

    def main_help_text(self, commands_only: bool = False) -> str:
        self._speak()
        text = super().main_help_text(commands_only)
        english = f"Type '{self.prog_name} help <subcommand>' for help on a specific subcommand."
        spoken = _("“%(program)s help COMMAND” says what a command does.") % {"program": self.prog_name}
        return text.replace(english, spoken).replace("Available subcommands:", _("The commands:"))

    def _speak(self) -> None:
        """From here on in the reader's language. Before the apps are there, only English can be spoken."""
        if not apps.ready:
            return
        codes = [code for code, _name in settings.LANGUAGES]
        language = command_language(self.argv[1:], os.environ, settings.COMMAND_LANGUAGE, codes)
        if language is not None:
            speak(language)


def speak(language: str) -> None:
    """This thread's language; argparse, which knows no other way, looks its words up in our catalogue."""
    translation.activate(language)
    vars(argparse)["_"] = translation.gettext
    vars(argparse)["ngettext"] = translation.ngettext


def _unknown(subcommand: str, known: Iterable[str], program: str) -> list[str]:
    near = get_close_matches(subcommand, known)
    lines = [_("There is no command %(name)s.") % {"name": subcommand}]
    if near:
        lines = [_("There is no command %(name)s. Did you mean %(other)s?") % {"name": subcommand, "other": near[0]}]
    return [*lines, _("“%(program)s help” lists all commands.") % {"program": program}]
