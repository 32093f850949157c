"""Commands whose `--version N` means a mapping's version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class VersionCommand(BaseCommand):
    """Django gives every command a `--version` of its own, which these replace."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)
