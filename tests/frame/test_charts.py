"""A chart is drawn for who sees it, and the table behind it says the same to everybody."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "templates"
DRAWING = re.compile(r'<svg class="chart\b[^>]*>')
# Where the table of a chart stands that does not hold its own: the page that shows both, and the table's template.
ELSEWHERE = {"extraction/_trend.html": ("extraction/dashboard.html", "extraction/_landed_days.html")}
CHARTS = [
    str(path.relative_to(ROOT))
    for path in sorted(ROOT.rglob("*.html"))
    if DRAWING.search(path.read_text(encoding="utf-8")) and "styleguide" not in path.parts
]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_charts_are_found() -> None:
    assert CHARTS == ["extraction/_entry_figures.html", "extraction/_trend.html"]


@pytest.mark.parametrize("chart", CHARTS)
def test_drawing_is_for_the_eye_only(chart: str) -> None:
    assert [drawing for drawing in DRAWING.findall(_text(chart)) if 'aria-hidden="true"' not in drawing] == []


@pytest.mark.parametrize("chart", CHARTS)
def test_figure_has_a_caption(chart: str) -> None:
    text = _text(chart)
    assert text.count("<figure") == text.count("<figcaption") > 0


@pytest.mark.parametrize("chart", CHARTS)
def test_table_with_the_numbers_follows(chart: str) -> None:
    text = _text(chart)
    if chart in ELSEWHERE:
        page, table = ELSEWHERE[chart]
        assert _text(page).index(chart) < _text(page).index(table)
        text = _text(table)
    ends = [found.end() for found in DRAWING.finditer(text)] or [0]
    assert re.search(r"data_table|<table", text[ends[0] :])
