"""The tables of docs/errors.md as the modules have them; `python -m tests.centers.error_document` prints them."""

import os
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "errors.md"


def kinds_table() -> str:
    """Each code with what people read, what dentalhub does and whose breaker counts it."""
    from centers.error_numbers import ACTION_OF_KIND
    from centers.source_errors import ADVICE, breaker_scope

    rows = []
    for kind, advice in ADVICE.items():
        happened, _separator, to_do = str(advice).partition(". ")
        scope = breaker_scope(kind) or "none"
        rows.append(f"| `{kind}` | {happened}. | {ACTION_OF_KIND[kind]} | {scope} | {to_do} |")
    return "\n".join(["| code | what happened | action | breaker | what to do next |", "|---|---|---|---|---|", *rows])


def numbers_table() -> str:
    """Native numbers, their code and action."""
    from centers.error_numbers import NUMBER_RULES

    rows = [f"| {_listed(rule.numbers)} | `{rule.kind}` | {rule.action} |" for rule in NUMBER_RULES]
    return "\n".join(["| number | code | action |", "|---|---|---|", *rows])


def states_table() -> str:
    """SQLSTATEs, their code and action."""
    from centers.error_numbers import STATE_RULES

    rows = [f"| {_listed(rule.states)} | `{rule.kind}` | {rule.action} |" for rule in STATE_RULES]
    return "\n".join(["| SQLSTATE | code | action |", "|---|---|---|", *rows])


def _listed(values: tuple[int, ...] | tuple[str, ...]) -> str:
    return ", ".join(str(value) for value in values)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    django.setup()
    print(kinds_table(), numbers_table(), states_table(), sep="\n\n")
