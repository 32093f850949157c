"""A new swap must say where the focus goes when it replaces what had it."""

import ast
from pathlib import Path

import pytest

from tests.frame.htmx_swaps import Swap, swaps, swaps_of

ROOT = Path(__file__).resolve().parents[2]
REGISTER = Path(__file__).with_name("htmx_swaps.txt")


def registered() -> dict[str, str]:
    """Each registered swap, and what is said about its focus."""
    lines = [line for line in REGISTER.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {swap: focus for swap, _, focus in (line.rpartition(" | ") for line in lines)}


def is_test(name: str) -> bool:
    path, _, function = name.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_swap_is_registered_and_nothing_else() -> None:
    """Add a line to htmx_swaps.txt, and a test to test_focus_after_swaps.py where the element is inside."""
    assert sorted(registered()) == sorted({str(swap) for swap in swaps()})


def test_swap_of_what_is_around_it_names_its_test() -> None:
    said = registered()
    assert [str(swap) for swap in sorted(swaps()) if swap.is_inside and said.get(str(swap)) == "outside"] == []


def test_named_tests_exist() -> None:
    named = set(registered().values()) - {"outside", "empty"}
    assert [name for name in sorted(named) if not is_test(name)] == []


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<div id="a"><p><br></p><a hx-get="{% url "x" %}" hx-target="#a">', ("a", "#a", "innerHTML", True)),
        ('<div id="a"></div><a hx-get="x" hx-target="#a">', ("a", "#a", "innerHTML", False)),
        ('<button name="b" hx-post="x" hx-swap="outerHTML">', ("button[b]", "this", "outerHTML", True)),
        ('<i hx-delete="x" hx-target="closest tr">', ("i", "closest tr", "innerHTML", True)),
        ('<form hx-post="x" hx-target="#main">', ("form", "#main", "innerHTML", True)),
        (
            '<p id="a-{{ x }}"><input{% if y %} hx-get="x"{% endif %} hx-target="#a-{{ x }}">',
            ("input", "#a-{}", "innerHTML", True),
        ),
        ('<p id="a"></p><form hx-get="x" hx-target="{{ t }}">', ("form", "{}", "innerHTML", False)),
    ],
)
def test_reader_sees_what_is_replaced(markup: str, expected: tuple[str, str, str, bool], tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(markup, encoding="utf-8")
    assert list(swaps_of(file, tmp_path)) == [Swap("page.html", *expected)]
