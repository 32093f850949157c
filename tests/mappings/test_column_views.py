"""From the search among all columns to the column in its field, with and without JavaScript."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from mappings.approval import approve
from mappings.assignment import assignment_of
from mappings.discovery import store_catalog
from mappings.models import Mapping
from mappings.versions import edit, propose_for
from tests.mappings.catalogs import standard, table
from tests.mappings.large_center import large_mapping
from tests.mappings.people import with_code
from tests.mappings.test_review_pages import form_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGE = "/mappings/center_01/1/"
SEARCH = f"{PAGE}columns"
ASSIGN = f"{PAGE}assign"
HTMX = {"HX-Request": "true"}
ODD = "ä]\"' ;\r\nX"


@pytest.fixture
def draft(center: Center) -> Mapping:
    """A draft on a source with the usual names and a table that nobody would think of."""
    notes = table("ZETTEL", 40_000, "ID int, PATNR int, DATUM int, INHALT nvarchar:-1, DELKZ int")
    return propose_for(center, store_catalog(center, standard(extra=[notes])).snapshot)


def value(key: str, physical: str, column: str) -> str:
    return json.dumps([key, "ck", physical, column])


def pressed(mapping: Mapping, key: str, physical: str, column: str) -> dict[str, str]:
    """What the button on the page of the search alone sends."""
    return {"content_hash": mapping.content_hash, "assign": value(key, physical, column)}


def test_search_without_javascript_is_a_page(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(SEARCH, {"q": "inhalt", "field": "KARTEI.BEMERKUNG"})
    text = response.content.decode()
    assert "<!doctype html>" in text.lower()
    assert 'aria-label="Use INHALT of ck.ZETTEL for KARTEI.BEMERKUNG"' in text
    assert "and this table for KARTEI" in text
    assert 'value="inhalt"' in text
    assert '<option value="KARTEI.BEMERKUNG" selected>' in text


def test_search_is_a_fragment_for_htmx(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(SEARCH, {"q": "bemerkung_2", "field": "KARTEI.BEMERKUNG"}, headers=HTMX)
    assert response.content.decode().startswith('<div id="column-hits">')
    assert response.headers["Vary"].startswith("HX-Request")
    assert [(row.hit.column.name, row.is_chosen, row.moves) for row in response.context["rows"]] == [
        ("BEMERKUNG_2", False, "")
    ]


def test_review_page_has_the_search(draft: Mapping, reviewer: User, analyst: User, client_of: SignIn) -> None:
    text = client_of(reviewer).get(PAGE).content.decode()
    assert f'hx-get="{SEARCH}"' in text
    assert "input changed delay:300ms from:#column-q" in text
    assert 'hx-sync="this:replace"' in text
    assert '<div id="column-hits"></div>' in text
    assert SEARCH not in client_of(analyst).get(PAGE).content.decode()


def test_found_column_is_assigned_at_once(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(ASSIGN, pressed(draft, "KARTEI.BEMERKUNG", "KARTEI", "BEMERKUNG_2"))
    assert response.headers["Location"] == f"{PAGE}#field-KARTEI.BEMERKUNG"
    stored = Mapping.objects.get()
    before, after = draft.document(), stored.document()
    assert after.table("KARTEI").column("BEMERKUNG") == "BEMERKUNG_2"
    assert [item for item in after.tables if item.name != "KARTEI"] == [
        item for item in before.tables if item.name != "KARTEI"
    ]
    assert (after.insurance_codes, after.patient_id_form) == (before.insurance_codes, before.patient_id_form)
    assert stored.author == reviewer


def test_column_of_another_table_brings_its_table(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    client_of(reviewer).post(ASSIGN, pressed(draft, "KARTEI.BEMERKUNG", "ZETTEL", "INHALT"))
    kartei = Mapping.objects.get().document().table("KARTEI")
    assert (kartei.table, kartei.column("BEMERKUNG"), kartei.column("PATNR")) == ("ZETTEL", "INHALT", "PATNR")


def test_table_alone_is_assigned(draft: Mapping, admin: User, client_of: SignIn) -> None:
    client_of(admin).post(ASSIGN, pressed(draft, "KARTEI", "ZETTEL", "ID"))
    kartei = Mapping.objects.get().document().table("KARTEI")
    assert (kartei.table, kartei.column("DATUM")) == ("ZETTEL", "DATUM")


def test_form_of_dates_follows_the_column(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    center = draft.center
    days = table("TAGE", 10, "ID int, PATNR int, DATUM int, TAG date, DELKZ int")
    newer = propose_for(center, store_catalog(center, standard(extra=[days])).snapshot)
    posted = pressed(newer, "KARTEI.DATUM", "TAGE", "TAG")
    client_of(reviewer).post(newer.get_absolute_url() + "assign", posted)
    kartei = Mapping.objects.get(version=newer.version).document().table("KARTEI")
    assert (kartei.column("DATUM"), kartei.date_format) == ("TAG", "date")


def test_other_choices_on_the_page_are_kept(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    form = form_of(browser) | {"code.1": "g", "status.1": "GKV", "KASSEN.flag_values": "N"}
    browser.post(ASSIGN, form | {"assign": value("KARTEI.BEMERKUNG", "KARTEI", "BEMERKUNG_2")})
    document = Mapping.objects.get().document()
    flag = document.table("KASSEN").delete_flag
    assert dict(document.insurance_codes)["G"] == "GKV"
    assert flag is not None
    assert flag.live_values == ("N",)
    assert document.table("KARTEI").column("BEMERKUNG") == "BEMERKUNG_2"


def test_odd_name_comes_back(center: Center, reviewer: User, client_of: SignIn) -> None:
    odd = table("ODD", 5, "ID int")
    odd = replace(odd, columns=(*odd.columns, replace(odd.columns[0], name=ODD, ordinal=2)))
    mapping = propose_for(center, store_catalog(center, standard(extra=[odd])).snapshot)
    browser = client_of(reviewer)
    response = browser.get(SEARCH, {"q": "ae];", "field": "KARTEI.ID"})
    assert response.context["rows"] == []
    (row,) = browser.get(SEARCH, {"q": "ae]", "field": "KARTEI.ID"}).context["rows"]
    item = assignment_of(row.value)
    assert item is not None
    assert (item.table, item.column) == ("ODD", ODD)
    browser.post(ASSIGN, {"content_hash": mapping.content_hash, "assign": row.value})
    assert Mapping.objects.get().document().table("KARTEI").column("ID") == ODD


def test_queue_travels_along(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    text = browser.get(SEARCH, {"q": "inhalt", "queue": "state=draft"}).content.decode()
    assert text.count('<input type="hidden" name="queue" value="state=draft">') == 2
    posted = pressed(draft, "KARTEI.BEMERKUNG", "KARTEI", "BEMERKUNG_2") | {"queue": "state=draft"}
    location = browser.post(ASSIGN, posted).headers["Location"]
    assert location == f"{PAGE}?queue=state%3Ddraft#field-KARTEI.BEMERKUNG"


@pytest.mark.parametrize(("physical", "column"), [("KARTEI", "NOPE"), ("NOPE", "ID")])
def test_what_the_source_lacks_is_refused(
    physical: str, column: str, draft: Mapping, reviewer: User, client_of: SignIn
) -> None:
    posted = pressed(draft, "KARTEI.BEMERKUNG", physical, column)
    text = client_of(reviewer).post(ASSIGN, posted, follow=True).content.decode()
    assert "There is no" in text
    assert Mapping.objects.get().content_hash == draft.content_hash


@pytest.mark.parametrize(
    "wrong", ["", "x", "[]", "[1, 2, 3, 4]", '{"a": 1}', '["KARTEI.NOPE", "ck", "KARTEI", "ID"]', "[" * 5000]
)
def test_nonsense_is_a_bad_request(wrong: str, draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    posted = {"content_hash": draft.content_hash, "assign": wrong}
    assert client_of(reviewer).post(ASSIGN, posted).status_code == 400


def test_stale_page_assigns_nothing(draft: Mapping, reviewer: User, admin: User, client_of: SignIn) -> None:
    posted = pressed(draft, "KARTEI.BEMERKUNG", "KARTEI", "BEMERKUNG_2")
    edit(draft, with_code(draft, "Q"), admin)
    text = client_of(reviewer).post(ASSIGN, posted, follow=True).content.decode()
    assert "was changed after you opened it" in text
    assert Mapping.objects.get().document().table("KARTEI").column("BEMERKUNG") == "BEMERKUNG"


def test_decided_version_is_searched_and_not_changed(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    approve(draft, reviewer, all_looked_at=True)
    browser = client_of(reviewer)
    text = browser.get(SEARCH, {"q": "inhalt", "field": "KARTEI.BEMERKUNG"}).content.decode()
    assert "INHALT" in text
    assert "mapping-form" not in text
    posted = pressed(draft, "KARTEI.BEMERKUNG", "KARTEI", "BEMERKUNG_2")
    assert "Version 1 is decided" in browser.post(ASSIGN, posted, follow=True).content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [({}, ""), ({"q": "zzz"}, "No column of the source fits “zzz”."), ({"q": "inhalt"}, "choose the field first")],
)
def test_search_says_what_is_missing(
    query: dict[str, str], sentence: str, draft: Mapping, reviewer: User, client_of: SignIn
) -> None:
    response = client_of(reviewer).get(SEARCH, query)
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_unknown_field_and_long_queries_do_no_harm(draft: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(SEARCH, {"q": "\x00 " + "a" * 5000, "field": "<b>"})
    assert (response.status_code, response.context["search"]["key"]) == (200, "")


@pytest.mark.parametrize(("address", "method"), [(SEARCH, "get"), (ASSIGN, "post")])
def test_ladder(address: str, method: str, draft: Mapping, analyst: User, reviewer: User, client_of: SignIn) -> None:
    assert getattr(Client(), method)(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert getattr(client_of(analyst), method)(address).status_code == 403
    unknown = address.replace("/1/", "/9/")
    assert getattr(client_of(reviewer), method)(unknown).status_code == 404
    other = "post" if method == "get" else "get"
    assert getattr(client_of(reviewer), other)(address).status_code == 405


@pytest.mark.parametrize("tables", [5, 150])
def test_search_takes_few_queries(
    tables: int, reviewer: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mapping = large_mapping(tables)
    client = client_of(reviewer)
    # session, person with roles, regions, version, snapshot
    with django_assert_num_queries(5):
        client.get(f"{mapping.get_absolute_url()}columns", {"q": "datum", "field": "KARTEI.DATUM"}, headers=HTMX)
