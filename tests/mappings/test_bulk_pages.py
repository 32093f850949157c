from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mappings.models import BulkApproval, Mapping
from tests.mappings.conftest import make_center
from tests.mappings.people import a_reviewer
from tests.mappings.plain_mappings import plain_draft
from tests.mappings.test_bulk_approval import changed_centers
from tests.mappings.test_review_queue import draft_of, unsure

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
GROUPS = "/review/alike/"
APPROVE = "/review/alike/approve"


@pytest.fixture
def alike(admin: User) -> list[Mapping]:
    """Three centers with the same edit of the admin."""
    return changed_centers(3, a_reviewer("second"), admin)


def preview_of(client: Client) -> str:
    (group,) = client.get(GROUPS).context["groups"]
    return f"{GROUPS}{group.key}/"


def ticked(client: Client) -> list[str]:
    rows = client.get(preview_of(client)).context["rows"]
    return [row["value"] for row in rows if not row["preview"].problems]


def test_queue_leads_to_identical_changes(alike: list[Mapping], reviewer: User, client_of: SignIn) -> None:
    client = client_of(reviewer)
    assert f'href="{GROUPS}"' in client.get("/review/").content.decode()
    text = client.get(GROUPS).content.decode()
    assert "3 centers" in text
    assert "insurance_codes.G" in text


def test_preview_shows_every_center_and_what_changes(alike: list[Mapping], reviewer: User, client_of: SignIn) -> None:
    client = client_of(reviewer)
    text = client.get(preview_of(client)).content.decode()
    for draft in alike:
        assert f'<span class="mono">{draft.center.center_id}</span>' in text
    assert text.count("instead of 1") == 3
    assert text.count(" checked>") == 3
    assert "Approve the ticked centers" in text


def test_ticked_centers_are_approved_and_undone(alike: list[Mapping], reviewer: User, client_of: SignIn) -> None:
    client = client_of(reviewer)
    response = client.post(APPROVE, {"version": ticked(client)[:2]}, follow=True)
    bulk = BulkApproval.objects.get()
    assert response.redirect_chain == [(f"/review/approvals/{bulk.pk}/", 302)]
    assert "Centers: 2 approved, 0 refused, 0 undone." in response.content.decode()
    statuses = [Mapping.objects.get(pk=draft.pk).status for draft in alike]
    assert statuses == ["approved", "approved", "draft"]
    undone = client.post(f"/review/approvals/{bulk.pk}/undo", follow=True).content.decode()
    assert "Centers: 2 approved, 0 refused, 2 undone." in undone
    assert "The content of version 1 extracts again, as version 3." in undone
    assert f"/review/approvals/{bulk.pk}/undo" not in undone


def test_result_says_why_a_center_was_refused(alike: list[Mapping], reviewer: User, client_of: SignIn) -> None:
    client = client_of(reviewer)
    values = ticked(client)
    client.post(APPROVE, {"version": values})
    text = client.post(APPROVE, {"version": values}, follow=True).content.decode()
    assert "Centers: 0 approved, 3 refused, 0 undone." in text
    assert "Version 2 is already approved, by reviewer" in text


def test_first_version_in_doubt_has_no_tick(reviewer: User, client_of: SignIn) -> None:
    for number in (1, 2):
        draft_of(number, unsure())
    client = client_of(reviewer)
    text = client.get(preview_of(client)).content.decode()
    assert text.count(" disabled>") == 3  # two centers and the button
    assert "1 table or field is not certain: open this version." in text
    assert "None of these centers can be approved together with others." in text
    assert 'name="all_looked_at"' not in text


@pytest.mark.parametrize("values", [[], ["x"], ["1.0.abc.def"], [f"999999.0.{'a' * 64}.{'b' * 64}"]])
def test_nothing_that_can_be_approved_is_said(values: list[str], reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(APPROVE, {"version": values}, follow=True)
    assert response.redirect_chain == [(GROUPS, 302)]
    assert "Tick at least one center." in response.content.decode()
    assert BulkApproval.objects.count() == 0


def test_without_identical_changes_the_page_says_so(reviewer: User, client_of: SignIn) -> None:
    plain_draft(make_center(1))
    assert "No two versions change the same" in client_of(reviewer).get(GROUPS).content.decode()


@pytest.mark.parametrize("address", [f"{GROUPS}0123456789abcdef/", "/review/approvals/7/"])
def test_unknown_group_or_approval_is_not_found(address: str, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(address).status_code == 404


def test_unknown_approval_cannot_be_undone(reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).post("/review/approvals/7/undo").status_code == 404


PAGES = [GROUPS, f"{GROUPS}0123456789abcdef/", "/review/approvals/1/"]
BUTTONS = [APPROVE, "/review/approvals/1/undo"]


@pytest.mark.parametrize("address", [*PAGES, *BUTTONS])
def test_stranger_is_asked_to_sign_in(address: str, client: Client) -> None:
    answer = client.post(address) if address in BUTTONS else client.get(address)
    assert answer.headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("role", ["admin", "analyst"])
@pytest.mark.parametrize("address", [*PAGES, *BUTTONS])
def test_approving_is_for_reviewers(address: str, role: str, client_of: SignIn, request: pytest.FixtureRequest) -> None:
    client = client_of(request.getfixturevalue(role))
    answer = client.post(address) if address in BUTTONS else client.get(address)
    assert answer.status_code == 403


@pytest.mark.parametrize("address", BUTTONS)
def test_links_approve_nothing(address: str, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(address).status_code == 405


@pytest.mark.parametrize("count", [2, 5])
def test_queries_do_not_grow_with_the_group(
    count: int, reviewer: User, admin: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    changed_centers(count, a_reviewer("second"), admin)
    client = client_of(reviewer)
    page = preview_of(client)
    # session, person with roles, regions, policy three times, open and approved versions, both with content, snapshots,
    # counter
    with django_assert_num_queries(11):
        client.get(page)
    client.post(APPROVE, {"version": ticked(client)})
    result = f"/review/approvals/{BulkApproval.objects.get().pk}/"
    # session, person with roles, regions, approval, items, counter
    with django_assert_num_queries(6):
        client.get(result)
