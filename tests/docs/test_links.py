"""Links in the guides lead somewhere, and the README leads to every guide."""

import re
from pathlib import Path

from tests.docs.lines import ROOT, guides

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """The headings, as GitHub makes anchors of them."""
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return set(found)


def broken(path: Path) -> list[str]:
    """The links of a guide that lead nowhere."""
    wrong = []
    for link in _LINK.findall(_FENCED.sub("", path.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        file, _sign, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}: {link}")
    return wrong


def test_every_link_leads_somewhere() -> None:
    assert [link for path in guides() for link in broken(path)] == []


def test_readme_leads_to_every_guide() -> None:
    links = set(_LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    guides_there = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert guides_there - links == set()


def test_broken_link_is_found(tmp_path: Path) -> None:
    guide = tmp_path / "a.md"
    guide.write_text("# One & two\n[x](#one--two) [y](#three) [z](b.md) [w](https://example.org)\n", encoding="utf-8")
    assert broken(guide) == ["a.md: #three", "a.md: b.md"]
