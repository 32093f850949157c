"""Every element of the templates that asks with htmx, what it replaces, and whether it is part of that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_ASKS = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-{}")
# A part of the design system that asks for what it is told to replace, such as the filter of a list.
_COMPONENT = re.compile(r'{%\s*component\s+"(\w+)"(?:(?!%}).)*?\btarget="([^"]+)"(?:(?!%}).)*?%}')
_DJANGO = re.compile(r"{%.*?%}|{#.*?#}")
_VALUE = re.compile(r"{{.*?}}")
_VOID = {"input", "br", "hr", "img", "meta", "link", "use", "path", "rect", "source", "col"}


@dataclass(frozen=True, slots=True, order=True)
class Swap:
    """One element that replaces something; `{}` stands for what a template fills in."""

    template: str
    element: str
    target: str
    swap: str
    # True when the template itself shows that the element is part of what it replaces.
    is_inside: bool

    def __str__(self) -> str:
        return f"{self.template} | {self.element} | {self.target} | {self.swap}"


def swaps(folder: Path = TEMPLATES) -> set[Swap]:
    """Those of all templates in `folder`."""
    return {swap for file in sorted(folder.rglob("*.html")) for swap in swaps_of(file, folder)}


def swaps_of(file: Path, folder: Path) -> Iterator[Swap]:
    """Those of one template."""
    reader = _Reader(file.relative_to(folder).as_posix())
    text = _COMPONENT.sub(r'<\1 hx-get hx-target="#\2" hx-swap="outerHTML"></\1>', file.read_text(encoding="utf-8"))
    reader.feed(_VALUE.sub("{}", _DJANGO.sub("", text)))
    yield from reader.found


class _Reader(HTMLParser):
    def __init__(self, template: str) -> None:
        super().__init__()
        self._template = template
        self._open: list[tuple[str, str]] = []
        self.found: list[Swap] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if any(name in values for name in _ASKS):
            target = values.get("hx-target", "this")
            around = {f"#{identity}" for _, identity in self._open if identity} | {"#main", "this"}
            inside = target in around or target.startswith("closest ")
            name = f"{tag}[{values['name']}]" if "name" in values else tag
            swap = values.get("hx-swap", "innerHTML")
            self.found.append(Swap(self._template, name, target, swap, inside))
        if tag not in _VOID:
            self._open.append((tag, values.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        # Branches of a template may open an element twice and close it once.
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return
