"""The includes that every template builds on."""

import re

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from dentalhub.templatetags.frame import is_within


class ServerForm(forms.Form):
    name = forms.CharField(help_text="As in lists")
    note = forms.CharField(required=False, widget=forms.Textarea)
    region = forms.ChoiceField(choices=[("germany", "Germany")])
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    active = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def show(name: str, **context: object) -> str:
    return re.sub(r"\s+", " ", render_to_string(f"includes/{name}.html", context)).strip()


@pytest.mark.parametrize(
    ("state", "tone", "icon"),
    [
        ("approved", "ok", "check-circle-fill"),
        ("held", "warning", "hand-index"),
        ("failed", "danger", "x-octagon-fill"),
        ("running", "info", "arrow-repeat"),
        ("never heard of", "muted", "dash-circle"),
    ],
)
def test_status_badge_says_state_by_icon_word_and_colour(state: str, tone: str, icon: str) -> None:
    badge = show("status_badge", state=state, label="the word")
    assert f'class="badge-state badge-state--{tone}"' in badge
    assert f"icons.svg#{icon}" in badge
    assert badge.endswith("the word</span>")


def test_status_badge_escapes_its_label() -> None:
    assert "&lt;b&gt;" in show("status_badge", state="ok", label="<b>")


def test_progress_has_native_element_and_text() -> None:
    line = show("progress", value=12, max=30, label="Run 41")
    assert '<progress max="30" value="12" aria-label="Run 41"></progress>' in line
    assert "12 of 30" in line


def test_progress_of_nothing_is_valid_html() -> None:
    assert '<progress max="1" value="0"' in show("progress", value=0, max=0)


@pytest.mark.parametrize(
    ("value", "percent", "word"),
    [
        (1, "100", "certain"),
        (0.9, "90", "certain"),
        (0.89, "89", "likely"),
        (0.5, "50", "unsure"),
        (0.49, "49", "open"),
        (0.0, "0", "open"),
    ],
)
def test_confidence_has_bar_number_and_word(value: float, percent: str, word: str) -> None:
    text = show("confidence", value=value)
    assert f'width="{percent}" height="10"' in text
    assert f">{percent}%<" in text
    assert f">{word}<" in text


def test_stat_with_address_is_a_link() -> None:
    assert show("stat", value=3, label="failed", url="/runs/", state="failed").startswith(
        '<a class="stat stat--danger" href="/runs/">'
    )
    assert show("stat", value=3, label="entries").startswith('<div class="stat stat--muted">')


def test_stat_of_nothing_has_no_colour() -> None:
    assert show("stat", value=0, label="failed", state="failed").startswith('<div class="stat stat--muted">')


def test_empty_state_names_the_next_step() -> None:
    text = show("empty_state", title="No centers", action_url="/add/", action_label="Add one")
    assert '<a class="btn btn-primary btn-sm" href="/add/">Add one</a>' in text
    assert "href" not in show("empty_state", title="No centers").replace("use href", "")


@pytest.mark.parametrize(("level", "role"), [(constants.ERROR, "alert"), (constants.SUCCESS, "status")])
def test_message_has_the_role_of_its_level(level: int, role: str) -> None:
    assert f'role="{role}"' in show("messages", messages=[Message(level, "30 centers imported")])


def test_messages_of_a_fragment_replace_those_of_the_page() -> None:
    assert '<div id="messages" class="messages" hx-swap-oob="true">' in show("messages", messages=[], oob=True)
    assert "hx-swap-oob" not in show("messages", messages=[])


def test_form_called_with_only_still_has_the_token() -> None:
    source = '{% include "includes/form.html" with form=form submit_label="Add" cancel_url="/back/" only %}'
    text = engines["django"].from_string(source).render({"form": ServerForm()}, RequestFactory().get("/"))
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', text)
    assert '<button class="btn btn-primary" type="submit">Add</button>' in text
    assert 'href="/back/"' in text
    assert "<form" not in text


def test_form_has_a_label_for_every_control_and_no_id_twice() -> None:
    text = show("form", form=ServerForm())
    ids = re.findall(r' id="([^"]+)"', text)
    assert sorted(set(ids)) == sorted(ids)
    for name in ("name", "note", "region", "active"):
        assert f'for="id_{name}"' in text
    assert "<legend" in text
    assert text.count("optional") == 2  # the class and the word of "note"; a checkbox is never called optional


def test_controls_have_the_class_of_their_kind() -> None:
    text = show("form", form=ServerForm())
    assert re.search(r'<select name="region" class="form-select"', text)
    assert re.search(r'<textarea [^>]*class="form-control"', text)
    assert re.search(r'<input type="checkbox"[^>]*class="form-check-input"', text)


def test_form_with_errors_lists_links_and_describes_its_controls() -> None:
    text = show("form", form=ServerForm({"region": "germany", "kind": "a", "token": "t"}))
    assert '<a href="#id_name">Name</a>: This field is required.' in text
    assert 'role="alert"' in text
    control = re.search(r'<input type="text" name="name"[^>]*>', text)
    assert control is not None
    assert 'aria-invalid="true"' in control.group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in control.group()
    assert 'id="id_name_helptext"' in text
    assert 'id="id_name_error"' in text


def test_form_shows_the_error_of_a_hidden_field() -> None:
    assert "<p>This field is required.</p>" in show(
        "form", form=ServerForm({"name": "x", "region": "germany", "kind": "a"})
    )


def test_pagination_keeps_the_filter() -> None:
    text = show("pagination", page_obj=Paginator(range(512), 50).page(2), querystring="region=germany")
    assert "51–100 of 512 rows" in text
    assert re.findall(r'href="([^"#]+)"', text.replace("use href", "use")) == [
        "?region=germany&amp;page=1",
        "?region=germany&amp;page=3",
    ]


def test_pagination_of_one_page_has_no_links() -> None:
    text = show("pagination", page_obj=Paginator([1], 50).page(1))
    assert "1–1 of 1 row<" in text
    assert "page=" not in text


@pytest.mark.parametrize(
    ("path", "parent", "within"),
    [("/", "/", True), ("/runs/", "/", False), ("/runs/4/", "/runs/", True), ("/results/", "/runs/", False)],
)
def test_is_within_treats_the_start_page_as_a_leaf(path: str, parent: str, within: bool) -> None:
    assert is_within(path, parent) == within
