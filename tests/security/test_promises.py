"""SECURITY.md names proofs that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_proof_is_there() -> None:
    """`tests/...` is a path; a name alone stands beside the path before it."""
    missing, folder = [], ROOT
    for name in re.findall(r"`([\w/]+\.(?:py|txt))`", TEXT):
        path = ROOT / name if "/" in name else folder / name
        folder = path.parent
        if not path.is_file():
            missing.append(name)
    assert missing == []
    assert TEXT.count("`tests/") >= 14


def test_every_page_that_it_links_to_is_there() -> None:
    assert [path for path in re.findall(r"\]\(([^)#]+)\)", TEXT) if not (ROOT / path).is_file()] == []


def test_every_proof_of_the_standard_is_there() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|docs)/[\w/]+\.\w+)`", text))
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []
    links = set(re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", text))
    assert sorted(name for name in links if not (ROOT / "docs" / name).is_file()) == []
    states = set(re.findall(r"^\| \d[^|]*\| ([^|]+) \|", text, re.MULTILINE))
    assert states == {"met", "met in part", "not met", "operator", "n/a"}
    assert len(named) >= 50
