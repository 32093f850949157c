"""Nothing inline, nothing from elsewhere, nothing missing."""

import hashlib
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from dentalhub import states

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "dentalhub" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "icons.svg").read_text()))
OURS = sorted([*(STATIC / "css").glob("*.css"), *(STATIC / "js").glob("*.js")])
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx code that needs eval": re.compile(r"\bhx-on|hx-vals=.js:|hx-trigger=\"[^\"]*\[", re.IGNORECASE),
    "file from elsewhere": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_nothing_that_the_csp_would_block(template: Path) -> None:
    text = template.read_text()
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_names_only_files_and_icons_that_exist(template: Path) -> None:
    text = template.read_text()
    files = re.findall(r"{% static \"([^\"]+)\" %}", text)
    assert [name for name in files if finders.find(name) is None] == []
    icons = re.findall(r"includes/icon\.html\" with name=\"([^\"]+)\"", text)
    assert sorted(set(icons) - SYMBOLS) == []


def test_every_state_has_an_icon_that_exists() -> None:
    named = {*states._ICON_OF_STATE.values(), *states._ICON_OF_TONE.values()}
    assert sorted(named - SYMBOLS) == []
    assert {tone.value for tone in states.Tone} == {"ok", "warning", "danger", "info", "muted"}


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_own_file_fetches_nothing_from_elsewhere(path: Path) -> None:
    assert re.findall(r"https?://|@import|\beval\(|innerHTML", path.read_text()) == []


def test_scripts_store_nothing_but_the_theme_and_the_switch_of_the_keys() -> None:
    using = [path.name for path in OURS if re.search(r"localStorage|sessionStorage|document\.cookie", path.read_text())]
    assert using == ["keys.js", "theme.js"]


def test_vendored_files_are_those_of_the_release() -> None:
    listed = re.findall(
        r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", (STATIC / "vendor" / "README.md").read_text(), re.MULTILINE
    )
    found = {name: hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() for name, _ in listed}
    assert found == dict(listed)
    assert len(listed) == 2
