from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from centers.models import Center, Region
from dentalhub.access import Role
from extraction.jump import MOST, Target, targets
from extraction.jump_pages import PAGES
from extraction.models import ExtractionRun
from mappings.enums import MappingStatus
from mappings.models import Mapping
from tests.scopes import sees

ClientOf = Callable[[User], Client]


def _found(user: User, text: str) -> dict[str, list[str]]:
    return {group.title: [target.address for target in group.targets] for group in targets(user, text)}


@pytest.mark.parametrize("role", Role)
def test_each_page_is_offered_to_exactly_the_roles_that_its_view_lets_in(
    role: Role, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    user: User = request.getfixturevalue(role.value)
    client = client_of(user)
    offered = {target.address for group in targets(user, "") for target in group.targets}
    answers = {page.view: client.get(reverse(page.view)).status_code for page in PAGES}
    assert {view for view, status in answers.items() if status not in (200, 403)} == set()
    assert {reverse(view) for view, status in answers.items() if status == 200} == offered


def test_person_without_a_role_is_offered_what_is_for_everybody(db: None) -> None:
    user = User.objects.create_user("nobody")
    assert {target.address for group in targets(user, "") for target in group.targets} == {
        reverse(page.view) for page in PAGES if not page.roles
    }


def test_words_find_centers_with_their_mappings(centers: list[Center], reviewer: User) -> None:
    found = _found(reviewer, f"{centers[1].name.upper()}")
    address = reverse("centers:center_detail", args=[centers[1].center_id])
    assert found["Centers"] == [address]
    assert found["Mappings"] == [reverse("mappings:center_mappings", args=[centers[1].center_id])]


def test_mapping_that_waits_is_opened_at_once(centers: list[Center], reviewer: User) -> None:
    approved = Mapping.objects.get(center=centers[0])
    version = approved.version + 1
    Mapping.objects.create(
        center=centers[0],
        version=version,
        status=MappingStatus.IN_REVIEW,
        snapshot=approved.snapshot,
        content=approved.content,
        content_hash=approved.content_hash,
    )
    (target,) = next(group.targets for group in targets(reviewer, centers[0].center_id) if group.title == "Mappings")
    assert target.address == reverse("mappings:mapping_detail", args=[centers[0].center_id, version])
    assert target.label == f"Mapping of {centers[0].name}, version {version} waits"


@pytest.mark.parametrize("text", ["{run}", "#{run}"])
def test_number_finds_the_run(run: ExtractionRun, analyst: User, text: str) -> None:
    (group,) = [group for group in targets(analyst, text.format(run=run.pk)) if group.title == "Runs"]
    assert group.targets == [Target(f"Run {run}", run.get_absolute_url(), "play-fill", "queued")]


@pytest.mark.parametrize("text", ["9999999999999999999", "٣", "#", "1 2", "%", "' OR 1=1 --"])
def test_odd_text_finds_no_run_and_no_center(run: ExtractionRun, analyst: User, text: str) -> None:
    assert {"Runs", "Centers"}.isdisjoint(_found(analyst, text))


def test_other_regions_are_not_found(run: ExtractionRun, centers: list[Center], analyst: User) -> None:
    elsewhere = Region.objects.create(code="elsewhere", name="Elsewhere")
    sees(analyst, elsewhere)
    assert _found(analyst, "center") == {"Pages": [reverse("centers:center_list")]}
    assert "Runs" not in _found(analyst, str(run.pk))


def test_few_of_many_are_shown_with_few_queries(
    centers: list[Center], admin: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    server = centers[0].server
    Center.objects.bulk_create(
        Center(center_id=f"many_{n}", name="Many", server=server, database=f"Many{n}", search_text=f"many_{n} many")
        for n in range(2 * MOST)
    )
    targets(admin, "many")
    with django_assert_num_queries(1):
        assert [len(addresses) for addresses in _found(admin, "many").values()] == [MOST, MOST]


def test_page_and_fragment(centers: list[Center], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    page = client.get("/go/", {"q": "<b>"})
    assert "Nothing that you may see has “<b>” in it." in unescape(page.content.decode())
    assert "<b></b>" not in page.content.decode()
    fragment = client.get("/go/", {"q": centers[0].center_id}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert f'href="{centers[0].get_absolute_url()}"' in fragment


def test_page_is_for_people_who_are_signed_in(client: Client, db: None) -> None:
    assert client.get("/go/").status_code == 302


def test_no_two_pages_have_one_view() -> None:
    assert len({page.view for page in PAGES}) == len(PAGES)
