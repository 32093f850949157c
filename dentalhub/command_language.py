"""In which language a command on a terminal speaks. *Pure*."""

import re
from collections.abc import Collection, Mapping, Sequence

ENGLISH = "en"
# They store and log what others read: the language of whoever started them must not get into it.
SERVICES = frozenset({"qcluster", "execute_shard"})
_HELP = frozenset({"-h", "--help"})


def command_language(
    arguments: Sequence[str], environment: Mapping[str, str], configured: str, known: Collection[str]
) -> str | None:
    """The language for a command line without its program; None for a service, which keeps the installation's.

    `configured`, the installation's language where one was chosen, goes before the terminal's; JSON is for programs and
    always English.
    """
    wants_help = not arguments or arguments[0] == "help" or not _HELP.isdisjoint(arguments)
    if not wants_help and arguments[0] in SERVICES:
        return None
    if not wants_help and "--json" in arguments:
        return ENGLISH
    return configured if configured in known else terminal_language(environment, known)


def terminal_language(environment: Mapping[str, str], known: Collection[str]) -> str:
    """What the variables of the locale ask for, as gettext reads them; English where we do not speak it."""
    chosen = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    wished = [chosen]
    if _code(chosen) not in {"", "c", "posix"}:
        wished = [*environment.get("LANGUAGE", "").split(":"), chosen]
    return next((code for code in map(_code, wished) if code in known or code == ENGLISH), ENGLISH)


def _code(locale: str) -> str:
    return re.split(r"[_.@-]", locale, maxsplit=1)[0].lower()
