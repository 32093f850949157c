import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from mappings.discovery import store_catalog
from mappings.models import Mapping
from mappings.versions import new_version
from tests.mappings.plain_mappings import approved_center, plain_mapping
from tests.mappings.test_drift_state import renamed, widened

SignIn = Callable[[User], Client]
PAGE = "/mappings/center_01/drift"
CENTER_PAGE = "/mappings/center_01/"
LIST = "/mappings/"


@pytest.fixture
def broken(reviewer: User) -> Center:
    """center_01, whose source renamed a mapped column after the approval."""
    center = approved_center(1, reviewer)
    store_catalog(center, renamed())
    return center


@pytest.mark.parametrize("address", [PAGE, CENTER_PAGE])
def test_page_says_what_changed_and_what_to_do(address: str, broken: Center, reviewer: User, client_of: SignIn) -> None:
    text = client_of(reviewer).get(address).content.decode()
    assert "version 1 no longer reads everything that was approved." in text
    assert "press Propose, then review the new version" in text
    assert "BEMERKUNG_Z9Z" in text
    assert "breaking drift" in text


def test_page_leads_to_the_version_that_waits(broken: Center, analyst: User, client_of: SignIn) -> None:
    new_version(broken, broken.snapshots.latest(), plain_mapping(), author=None, generated=True)
    text = client_of(analyst).get(CENTER_PAGE).content.decode()
    assert '<a href="/mappings/center_01/2/">Version 2 was made for the new schema: review it.</a>' in text


def test_drift_that_breaks_nothing_is_said_to_be_harmless(reviewer: User, client_of: SignIn) -> None:
    store_catalog(approved_center(1, reviewer), widened())
    text = client_of(reviewer).get(PAGE).content.decode()
    assert "version 1 still reads what was approved." in text
    assert "not breaking" in text


def test_page_without_drift_says_so(reviewer: User, client_of: SignIn) -> None:
    approved_center(1, reviewer)
    assert "No drift" in client_of(reviewer).get(PAGE).content.decode()
    assert 'id="drift"' not in client_of(reviewer).get(CENTER_PAGE).content.decode()


def test_page_lists_what_did_not_change_too(broken: Center, analyst: User, client_of: SignIn) -> None:
    response = client_of(analyst).get(PAGE)
    assert [change.field for change in response.context["found"].drift.changes] == ["KARTEI.BEMERKUNG"]
    assert "26 mapped tables and columns are unchanged" in response.content.decode()
    assert "KARTEI.BEMERKUNG:" not in response.content.decode()


def test_page_is_a_fragment_for_htmx(broken: Center, analyst: User, client_of: SignIn) -> None:
    response = client_of(analyst).get(PAGE, headers={"HX-Request": "true"})
    assert response.content.decode().startswith('<section id="drift"')


def test_page_asks_a_stranger_to_sign_in(broken: Center, client: Client) -> None:
    response = client.get(PAGE)
    assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={PAGE}")


def test_page_needs_a_role(broken: Center, client_of: SignIn) -> None:
    assert client_of(User.objects.create_user("nobody")).get(PAGE).status_code == 403


@pytest.mark.django_db
def test_unknown_center_is_not_found(analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).get(PAGE).status_code == 404


def test_page_changes_nothing(broken: Center, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).post(PAGE).status_code == 405


def test_list_shows_drift_first_within_a_state(broken: Center, reviewer: User, client_of: SignIn) -> None:
    store_catalog(approved_center(2, reviewer), widened())
    approved_center(0, reviewer)
    response = client_of(reviewer).get(LIST)
    assert [(row["center"].center_id, str(row["drift"])) for row in response.context["rows"]] == [
        ("center_01", "breaking"),
        ("center_02", "drift"),
        ("center_00", "none"),
    ]
    assert (response.context["counts"][-1].state, response.context["counts"][-1].count) == ("drifted", 2)


def test_list_is_narrowed_to_what_drifted(broken: Center, reviewer: User, client_of: SignIn) -> None:
    approved_center(2, reviewer)
    rows = client_of(reviewer).get(f"{LIST}?state=drifted").context["rows"]
    assert [row["center"].center_id for row in rows] == ["center_01"]


@pytest.mark.parametrize("centers", [1, 3])
def test_list_takes_the_same_queries_however_many_drifted(
    centers: int, reviewer: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(centers):
        store_catalog(approved_center(number, reviewer), renamed())
    browser = client_of(reviewer)
    # Session, person with roles, regions, count, page, states, what waits, regions to choose, own views.
    with django_assert_num_queries(9) as queries:
        browser.get(LIST)
    assert not any('"content"' in query["sql"] for query in queries.captured_queries)


def show(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("show_drift", *arguments)
    return capsys.readouterr().out


def test_command_prints_what_changed(broken: Center, reviewer: User, capsys: pytest.CaptureFixture[str]) -> None:
    approved_center(2, reviewer)
    assert show(capsys).splitlines() == [
        "center_01: breaking drift since version 1",
        (
            "  KARTEI.BEMERKUNG  renamed, only the affix  BEMERKUNG -> BEMERKUNG_Z9Z"
            "  (breaking: Only the affix of its name changed; the approved version reads a name that is gone.)"
        ),
        "2 centers: 1 with breaking drift, 0 with drift that breaks nothing.",
    ]
    assert show(capsys, "-c", "center_02").splitlines()[0] == "center_02: no drift"


def test_command_prints_json(broken: Center, reviewer: User, capsys: pytest.CaptureFixture[str]) -> None:
    approved_center(2, reviewer)
    first, second = json.loads(show(capsys, "--json"))
    assert second == {"center_id": "center_02", "state": "none", "changes": []}
    assert (first["state"], first["approved_version"]) == ("breaking", 1)
    assert first["unused"] == {"added_tables": 0, "removed_tables": 0, "added_columns": 0, "removed_columns": 0}
    assert first["changes"] == [
        {
            "field": "KARTEI.BEMERKUNG",
            "kind": "renamed",
            "before": "BEMERKUNG",
            "after": "BEMERKUNG_Z9Z",
            "is_breaking": True,
            "sentence": "Only the affix of its name changed; the approved version reads a name that is gone.",
            "candidates": [],
        }
    ]
    assert first["approved_fingerprint"] != first["newest_fingerprint"]
    assert Mapping.objects.get(center=broken).drift == "breaking"


@pytest.mark.django_db
def test_command_refuses_an_unknown_center() -> None:
    with pytest.raises(CommandError) as caught:
        call_command("show_drift", "-c", "nobody")
    assert (caught.value.returncode, str(caught.value)) == (2, "There is no center nobody.")
