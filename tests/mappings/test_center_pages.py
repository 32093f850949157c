from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from centers.exceptions import SourceError, SourceErrorKind
from centers.models import Center
from centers.samples import Skipped
from mappings import center_views
from mappings.discovery import store_catalog
from mappings.models import Mapping, SchemaSnapshot
from mappings.profiling import profile_of
from mappings.snapshot_writing import Discovery
from mappings.versions import propose_for
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.sampled import samples_for

SignIn = Callable[[User], Client]
LIST = "/mappings/"


def reviewed_center(number: int) -> Center:
    center = make_center(number)
    propose_for(center, store_catalog(center, standard()).snapshot)
    return center


def test_list_shows_what_waits_first(proposal: Mapping, analyst: User, client_of: SignIn) -> None:
    make_center(2)
    store_catalog(make_center(3), standard())
    Mapping.objects.filter(center__center_id="center_01").update(status="approved")
    reviewed_center(4)
    response = client_of(analyst).get(LIST)
    assert response.status_code == 200
    assert [(row["center"].center_id, row["state"]) for row in response.context["rows"]] == [
        ("center_04", "in_review"),
        ("center_03", "missing"),
        ("center_02", "empty"),
        ("center_01", "approved"),
    ]
    assert [count.count for count in response.context["counts"]] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=waiting", ["center_01"]),
        ("state=undiscovered", ["center_02"]),
        ("state=nonsense", ["center_01", "center_02"]),
        ("q=Mueller+2", ["center_02"]),
        ("q=DENTALDB_01", ["center_01"]),
        ("q=nobody", []),
        ("page=99", ["center_01", "center_02"]),
    ],
)
def test_list_is_narrowed(query: str, found: list[str], proposal: Mapping, analyst: User, client_of: SignIn) -> None:
    make_center(2)
    response = client_of(analyst).get(f"{LIST}?{query}")
    assert [row["center"].center_id for row in response.context["rows"]] == found


def test_list_is_a_fragment_for_htmx(proposal: Mapping, analyst: User, client_of: SignIn) -> None:
    response = client_of(analyst).get(LIST, headers={"HX-Request": "true"})
    assert response.content.decode().startswith('<div id="mapping-table">')


@pytest.mark.django_db
def test_empty_list_says_the_next_step(analyst: User, client_of: SignIn) -> None:
    assert "There are no centers yet" in client_of(analyst).get(LIST).content.decode()


@pytest.mark.parametrize("centers", [1, 3])
def test_list_takes_the_same_queries_for_any_number(
    centers: int, analyst: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, centers + 1):
        reviewed_center(number)
    browser = client_of(analyst)
    # Session, person with roles, regions, count, page, states, regions to choose from, own views.
    with django_assert_num_queries(8):
        browser.get(LIST)


PAGES = ["mapping_list", "center_mappings", "mapping_detail", "mapping_export"]
ACTIONS = ["discover", "propose", "mapping_import"]
STEPS = ["mapping_save", "mapping_submit", "mapping_approve", "mapping_reject", "mapping_restore"]
OF_VERSION = {*STEPS, "mapping_detail", "mapping_export"}


def address(name: str, center_id: str = "center_01", version: int = 1) -> str:
    if name == "mapping_list":
        return reverse("mappings:mapping_list")
    args: list[str | int] = [center_id, version] if name in OF_VERSION else [center_id]
    return reverse(f"mappings:{name}", args=args)


@pytest.mark.parametrize("name", PAGES)
def test_page_works_for_every_role(name: str, proposal: Mapping, analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).get(address(name)).status_code == 200


@pytest.mark.parametrize("name", [*PAGES, *ACTIONS, *STEPS])
def test_page_asks_a_stranger_to_sign_in(name: str, proposal: Mapping, client: Client) -> None:
    response = client.post(address(name)) if name in {*ACTIONS, *STEPS} else client.get(address(name))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", PAGES)
def test_page_needs_a_role(name: str, proposal: Mapping, client_of: SignIn) -> None:
    nobody = User.objects.create_user("nobody")
    assert client_of(nobody).get(address(name)).status_code == 403


@pytest.mark.parametrize("name", [*ACTIONS, *STEPS])
def test_analyst_changes_nothing(name: str, proposal: Mapping, analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).post(address(name)).status_code == 403


@pytest.mark.parametrize("name", ["mapping_approve", "mapping_reject"])
def test_admin_decides_nothing(name: str, proposal: Mapping, admin: User, client_of: SignIn) -> None:
    assert client_of(admin).post(address(name)).status_code == 403


@pytest.mark.parametrize("name", [*ACTIONS, *STEPS])
def test_action_takes_no_get(name: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(address(name)).status_code == 405


@pytest.mark.parametrize("name", ["center_mappings", "mapping_detail", "mapping_export"])
def test_unknown_center_is_not_found(name: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(address(name, "center_99")).status_code == 404


@pytest.mark.parametrize("name", [*ACTIONS, *STEPS])
def test_action_on_an_unknown_center_is_not_found(
    name: str, proposal: Mapping, reviewer: User, client_of: SignIn
) -> None:
    assert client_of(reviewer).post(address(name, "center_99")).status_code == 404


@pytest.mark.parametrize("name", ["mapping_detail", "mapping_export"])
def test_unknown_version_is_not_found(name: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(address(name, version=9)).status_code == 404


def test_center_page_lists_versions_and_snapshots(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    page = client_of(reviewer).get(address("center_mappings")).content.decode()
    assert "Version 1" in page
    assert proposal.snapshot.fingerprint[:12] in page


def test_discover_button_takes_a_snapshot(
    center: Center, admin: User, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def discover(found: Center, actor: User | None) -> Discovery:
        return store_catalog(found, standard(), actor=actor)

    monkeypatch.setattr(center_views, "discover_center", discover)
    response = client_of(admin).post(address("discover"), follow=True)
    assert "Discovered: 9 tables" in response.content.decode()
    assert SchemaSnapshot.objects.count() == 1


def test_discover_button_counts_tables_that_could_not_be_looked_at(
    center: Center, admin: User, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped = {"TERMIN": Skipped.FORBIDDEN, "RECHNUNG": Skipped.TOO_SLOW, "KASSEN_ART": Skipped.EMPTY}
    profile = profile_of(standard(), samples_for(standard(), skipped))

    def discover(found: Center, actor: User | None) -> Discovery:
        return store_catalog(found, standard(), profile, actor)

    monkeypatch.setattr(center_views, "discover_center", discover)
    page = client_of(admin).post(address("discover"), follow=True).content.decode()
    assert "The values of 2 tables could not be looked at" in page


def test_discover_button_says_why_it_failed(
    center: Center, admin: User, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def discover(found: Center, actor: User | None) -> Discovery:
        raise SourceError(SourceErrorKind.REFUSED, "The server refuses the connection.")

    monkeypatch.setattr(center_views, "discover_center", discover)
    response = client_of(admin).post(address("discover"), follow=True)
    assert "The source could not be read. The server refuses the connection." in response.content.decode()


def test_propose_button_leads_to_the_draft(snapshot: SchemaSnapshot, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(address("propose"))
    assert (response.status_code, response.headers["Location"]) == (302, "/mappings/center_01/1/")


def test_propose_without_a_snapshot_says_the_next_step(center: Center, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(address("propose"), follow=True)
    assert "Discover the center first." in response.content.decode()
    assert Mapping.objects.count() == 0
