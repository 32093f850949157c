"""Every action that the code records has a label and a kind."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from dentalhub.audit_actions import all_actions, kind_of, label_of
from dentalhub.audit_kinds import DEFAULT_DAYS, Kind

ROOT = Path(__file__).resolve().parents[2]
RECORDING = {"record": 1, "Note": 0, "Draft": 0}
# Where the action is passed on, and where it comes from.
PASSED_ON = {
    ("centers/center_views.py", "action"),
    ("centers/edit_views.py", "event"),
    ("dentalhub/audit.py", "note.action"),
    ("dentalhub/audit.py", "action"),
    ("extraction/held.py", "action"),
    ("mappings/learned_names.py", "action"),
}


def recorded() -> Iterator[tuple[str, ast.expr]]:
    """The file and the argument of each call that names an action."""
    for app in ("dentalhub", "centers", "mappings", "extraction"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = RECORDING.get(name)
                if place is not None and len(node.args) > place:
                    yield path.relative_to(ROOT).as_posix(), node.args[place]


def unknown(file: str, action: ast.expr) -> str:
    """Empty when the action is registered."""
    if isinstance(action, ast.IfExp):
        return unknown(file, action.body) or unknown(file, action.orelse)
    if isinstance(action, ast.Constant):
        return "" if str(action.value) in all_actions() else f"{file}: {action.value!s}"
    if isinstance(action, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z_]+" for part in action.values]
        pattern = re.compile("".join(parts))
        return "" if any(pattern.fullmatch(known) for known in all_actions()) else f"{file}: {ast.unparse(action)}"
    text = ast.unparse(action)
    return "" if (file, text) in PASSED_ON else f"{file}: {text}"


def test_every_recorded_action_is_registered() -> None:
    found = list(recorded())
    assert len(found) > 30
    assert [name for file, action in found if (name := unknown(file, action))] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_action_has_a_label(language: str) -> None:
    with translation.override(language):
        labels = [label_of(action) for action in all_actions()]
    assert [label for label in labels if not label or "." in label] == []
    assert len(set(labels)) == len(labels)


def test_unknown_action_is_its_own_label() -> None:
    assert (label_of("no.such_thing"), kind_of("no.such_thing")) == ("no.such_thing", Kind.OTHER)


def test_every_kind_has_a_retention() -> None:
    assert set(DEFAULT_DAYS) == set(Kind)
    assert DEFAULT_DAYS[Kind.CHAIN] == 0
