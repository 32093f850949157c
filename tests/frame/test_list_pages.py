import pytest
from django.test import RequestFactory

from dentalhub.list_pages import Asked, ListPage
from dentalhub.list_sorting import Column, moment

PAGE = ListPage(
    name="things",
    title="Things",
    view="centers:center_list",
    columns=(Column("name", "Name", ("name",)), moment("since", "Since", "since"), Column("roles", "Roles")),
    default="name",
    target="thing-table",
    parameters=("q", "state"),
    unsaved=("q",),
)


def asked(query: str) -> Asked:
    return PAGE.asked(RequestFactory().get(f"/centers/?{query}"))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("q=m%C3%BCller&state=&page=3&csrf=x", "q=m%C3%BCller"),
        ("state=active&q=a", "q=a&state=active"),
        ("state=active&sort=name", "state=active"),
        ("sort=-since", "sort=-since"),
        ("sort=nonsense", ""),
        ("q=++&state=active&state=paused", "state=active&state=paused"),
    ],
)
def test_query_has_what_is_known_in_one_order(query: str, kept: str) -> None:
    assert asked(query).query == kept
    assert PAGE.full_query(query) == kept


def test_saved_query_leaves_out_what_no_view_keeps() -> None:
    assert PAGE.saved_query("q=anna&state=active&page=2&sort=-since") == "state=active&sort=-since"


def test_heads_turn_the_order_round_and_keep_the_filter() -> None:
    heads = asked("state=active&page=2").heads
    assert [(name, head.aria, head.address) for name, head in heads.items()] == [
        ("name", "ascending", "/centers/?state=active&sort=-name"),
        # The latest first.
        ("since", "", "/centers/?state=active&sort=-since"),
        ("roles", "", ""),
    ]


def test_head_of_the_sorted_column_leads_back_to_the_plain_address() -> None:
    head = asked("sort=-name").heads["name"]
    assert (head.aria, head.address) == ("descending", "/centers/")


def test_file_has_the_same_filter_and_order() -> None:
    found = asked("state=active&sort=-since&page=4&format=csv")
    assert found.csv_address == "/centers/?state=active&sort=-since&format=csv"
    assert (found.wants_csv, found.is_filtered, found.sort_text) == (True, True, "-since")
    assert (asked("format=pdf").wants_csv, asked("").is_filtered, asked("").sort_text) == (False, False, "")
