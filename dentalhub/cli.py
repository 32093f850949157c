"""The `dentalhub` console script: Django's management commands, which it also accepts with hyphens."""

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that `argv` (default: the process's own arguments) names; exits like Django does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    from django.core.management import execute_from_command_line

    arguments = list(argv if argv is not None else sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        arguments[1] = arguments[1].replace("-", "_")
    execute_from_command_line(arguments)
