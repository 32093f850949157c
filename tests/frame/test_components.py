"""Parts of the design system: they show what stands inside them, and no page writes one out by itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist, engines
from django.template.loader import render_to_string
from django.test import RequestFactory

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# What only a part may write, and which pages have a reason of their own.
PARTS: dict[str, set[str]] = {
    r'class="table-wrap(?!.*class="matrix")': set(),
    r'class="table data-table': set(),
    r'class="filter-bar"': set(),
    r'class="page-header"': {"base.html"},
    r"<dialog": set(),
    r"<progress": set(),
    r'class="badge-state': set(),
    r'class="notice ': set(),
    r'class="empty-state"': set(),
    r'class="evidence-list': set(),
    r'class="stat(-grid)?[ "]': set(),
    r'class="pager': set(),
    r'class="confidence': set(),
    r'class="messages': set(),
}


def shown(source: str, **context: object) -> str:
    template = engines["django"].from_string(source)
    return re.sub(r"\s+", " ", template.render(context, RequestFactory().get("/"))).strip()


def test_component_shows_what_stands_inside_with_the_variables_around_it() -> None:
    html = shown(
        '{% component "data_table" caption=name %}<tr><td>{{ cell }}</td></tr>{% endcomponent %}',
        name="<A>",
        cell="<b>",
    )
    assert '<caption class="visually-hidden">&lt;A&gt;</caption>' in html
    assert "<tr><td>&lt;b&gt;</td></tr>" in html


def test_component_sees_its_own_values_only() -> None:
    assert 'class="table data-table"' in shown('{% component "data_table" caption="x" %}{% endcomponent %}', kind="y")


def test_components_nest() -> None:
    html = shown(
        '{% component "evidence_list" %}{% component "evidence" side="against" strength="strong" %}no{% endcomponent %}'
        "{% endcomponent %}"
    )
    assert html == (
        '<ul class="evidence-list"><li class="is-against">no '
        '<span class="evidence-list__strength">strong against</span></li> </ul>'
    )


def test_component_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TemplateDoesNotExist, match=r"includes/nothing\.html"):
        shown('{% component "nothing" %}{% endcomponent %}')


def test_filter_bar_that_posts_has_a_token_and_one_that_gets_has_none() -> None:
    bar = '{{% component "filter_bar" address="/x/" target="y" method="{}" %}}{{% endcomponent %}}'
    posted, got = shown(bar.format("post")), shown(bar.format("get"))
    assert [posted.count("csrfmiddlewaretoken"), got.count("csrfmiddlewaretoken")] == [1, 0]
    assert ['hx-post="/x/"' in posted, 'hx-get="/x/"' in got] == [True, True]


def test_filter_bar_searches_while_somebody_types() -> None:
    html = shown('{% component "filter_bar" address="/x/" target="y" typed="filter-q" %}{% endcomponent %}')
    assert 'hx-trigger="submit, change, input changed delay:300ms from:#filter-q"' in html


@pytest.mark.parametrize(
    ("before", "after", "cells"), [(None, "", ["–", "–"]), (False, 0, ["False", "0"]), ("a", "b", ["a", "b"])]
)
def test_diff_row_tells_nothing_from_false(before: object, after: object, cells: list[str]) -> None:
    html = shown(
        '{% component "diff_row" field="f" before=before after=after %}{% endcomponent %}', before=before, after=after
    )
    assert re.findall(r"<td[^>]*>(.*?)</td>", html) == cells


def test_notice_shows_text_and_content() -> None:
    html = shown('{% component "notice" state="held" text="a" icon="eye" %}<p>b</p>{% endcomponent %}')
    assert "icons.svg#eye" in html
    assert "<p>a</p><p>b</p>" in html
    assert "<p>" not in render_to_string("includes/notice.html", {"state": "ok", "title": "only a title"})


@pytest.mark.parametrize("pattern", PARTS)
def test_no_page_writes_a_part_by_itself(pattern: str) -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "includes" not in path.parts and re.search(pattern, path.read_text(encoding="utf-8"))
    }
    assert found == set(PARTS[pattern])


def test_every_part_is_in_the_style_guide() -> None:
    """Those that stand on every page, and pieces of other parts, are not shown twice."""
    frame = {"head_assets", "htmx_config", "scripts", "site_header", "navigation", "navigation_item", "user_menu"}
    frame |= {"language_switch", "theme_switch", "mark", "palette", "keys_switch", "request_error", "messages"}
    pieces = {"field", "field_notes", "form_errors", "icon", "passkey_failed", "passkey_scripts", "role_names"}
    pieces |= {
        "import_form",
        "cause",
        "what_is",
        "filter_errors",
        "filter_fields",
        "keyset_pagination",
        "progress_news",
        "center_news",
    }
    guide = " ".join(
        path.read_text(encoding="utf-8")
        for path in [*(TEMPLATES / "styleguide").iterdir(), TEMPLATES / "styleguide.html"]
    )
    parts = {path.stem for path in (TEMPLATES / "includes").glob("*.html")} - frame - pieces
    assert {name for name in parts if not re.search(rf'(component "|includes/|{{% ){name}["\. ]', guide)} == set()
