import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from mappings.comparing import compare
from mappings.diff_document import comparison_text
from mappings.discovery import store_catalog
from mappings.versions import propose_for
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.plain_mappings import approved_center
from tests.mappings.test_comparing import with_code
from tests.mappings.test_drift_state import renamed

SignIn = Callable[[User], Client]
PAGE = "/mappings/center_01/compare"
FILE = "/mappings/center_01/compare.json"


@pytest.fixture
def approved(reviewer: User) -> Center:
    """center_01 with version 1 approved, and version 2, a draft with one more code."""
    center = approved_center(1, reviewer)
    with_code(center)
    return center


@pytest.mark.parametrize("role", ["admin", "reviewer", "analyst"])
def test_page_compares_the_usual_sides(
    role: str, approved: Center, client_of: SignIn, request: pytest.FixtureRequest
) -> None:
    person = User.objects.filter(username=role).first() or request.getfixturevalue(role)
    text = client_of(person).get(PAGE).content.decode()
    assert '<a href="/mappings/center_01/1/">center_01, version 1 (approved)</a>' in text
    assert '<th scope="row" class="mono">insurance_codes.G</th>' in text
    assert "added: Only the right side says what this code means." in text
    assert "1 added, 0 removed, 0 changed," in text
    assert "<details><summary>" in text
    assert f'<a href="{FILE}?left=approved&amp;right=newest">' in text


def test_page_says_what_breaks(approved: Center, reviewer: User, client_of: SignIn) -> None:
    store_catalog(approved, renamed())
    text = client_of(reviewer).get(PAGE, {"left": "approved", "right": "snapshot"}).content.decode()
    assert "BEMERKUNG_Z9Z" in text
    assert "breaking" in text
    assert '<option value="snapshot" selected>' in text


def test_names_of_another_center_that_differ_only_by_the_affix_are_folded(
    approved: Center, reviewer: User, client_of: SignIn
) -> None:
    other = make_center(2)
    propose_for(other, store_catalog(other, standard(affix=True)).snapshot)
    text = client_of(reviewer).get(PAGE, {"left": "1", "right": "center_02"}).content.decode()
    assert "names differ only by their affix</summary>" in text
    assert '<option value="center_02" selected>center_02 · Praxis Müller 2</option>' in text


def test_side_that_no_list_offers_stays_chosen(approved: Center, reviewer: User, client_of: SignIn) -> None:
    text = client_of(reviewer).get(PAGE, {"left": "center_01/1", "right": "2"}).content.decode()
    assert '<option value="center_01/1" selected>center_01/1</option>' in text


def test_htmx_gets_the_comparison_only(approved: Center, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(PAGE, {"left": "1", "right": "2"}, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert text.startswith('<section id="comparison"')
    assert "<html" not in text
    assert response.headers["Vary"].startswith("HX-Request")


@pytest.mark.parametrize("page", [PAGE, FILE])
def test_page_needs_a_person_with_a_role(page: str, approved: Center, client: Client) -> None:
    assert client.get(page).status_code == 302
    client.force_login(User.objects.create_user("nobody"))
    assert client.get(page).status_code == 403


@pytest.mark.parametrize("name", ["compare", "compare.json"])
def test_unknown_center_is_not_found(name: str, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(f"/mappings/center_77/{name}").status_code == 404


def test_page_refuses_to_be_posted_to(approved: Center, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).post(PAGE).status_code == 405


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"left": "1", "right": "9"}, "center_01 has no version 9."),
        ({"left": "<b>", "right": "1"}, "There is no center &lt;b&gt;."),
        ({"left": "", "right": "1"}, "Choose two sides to compare."),
        ({"left": "1"}, "Choose two sides to compare."),
        ({"left": "\x00", "right": "1"}, "There is no center"),
    ],
)
def test_bad_sides_are_refused(
    query: dict[str, str], message: str, approved: Center, reviewer: User, client_of: SignIn
) -> None:
    browser = client_of(reviewer)
    response = browser.get(PAGE, query)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert browser.get(PAGE, query, headers={"HX-Request": "true"}).status_code == 422
    answer = browser.get(FILE, query)
    assert (answer.status_code, list(answer.json())) == (422, ["error"])


def test_center_without_a_mapping_has_nothing_to_compare(center: Center, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    response = browser.get(PAGE)
    assert (response.status_code, "There is nothing to compare yet" in response.content.decode()) == (200, True)
    assert browser.get(FILE).status_code == 422


def test_file_is_what_the_command_prints(approved: Center, analyst: User, client_of: SignIn) -> None:
    response = client_of(analyst).get(FILE, {"left": "1", "right": "2"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="center_01_v1_to_center_01_v2.json"'
    assert response.content.decode() == comparison_text(compare(approved, "1", "2"))


@pytest.mark.parametrize(
    ("right", "name"), [("snapshot", "center_01_v1_to_center_01_snapshot"), ("1", "center_01_v1_to_center_01_v1")]
)
def test_file_is_named_after_its_sides(
    right: str, name: str, approved: Center, analyst: User, client_of: SignIn
) -> None:
    response = client_of(analyst).get(FILE, {"left": "1", "right": right})
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.json"'
    assert json.loads(response.content)["counts"]["changed"] == 0


def test_centers_page_links_to_the_comparison(approved: Center, analyst: User, client_of: SignIn) -> None:
    assert f'href="{PAGE}"' in client_of(analyst).get("/mappings/center_01/").content.decode()


def test_page_takes_few_queries(
    approved: Center, reviewer: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = client_of(reviewer)
    browser.get(PAGE)
    for code in ("A", "B", "C"):
        with_code(approved, code)
    # session, person with roles, regions, center, usual sides, both sides, versions, other centers
    with django_assert_num_queries(10):
        browser.get(PAGE)
