from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dentalhub.models import AuditEvent, SavedView
from dentalhub.saved_views import MOST_VIEWS
from tests.centers.makers import make_center

SignIn = Callable[[User], Client]
SAVE = "/views/centers/save/"


@pytest.fixture
def as_admin(admin: User, client_of: SignIn) -> Client:
    make_center("c1")
    return client_of(admin)


def save(client: Client, name: str, query: str = "state=paused&sort=-name", address: str = SAVE) -> str:
    answer = client.post(address, {"name": name, "query": query}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_view_is_saved_and_leads_back_to_the_list(as_admin: Client, admin: User) -> None:
    answer = as_admin.post(SAVE, {"name": " Paused ones ", "query": "state=paused&sort=-name&page=3"})
    assert answer["Location"] == "/centers/?state=paused&sort=-name"
    view = SavedView.objects.get()
    assert (view.user, view.list_name, view.name) == (admin, "centers", "Paused ones")
    assert view.query == "state=paused&sort=-name"
    page = as_admin.get(answer["Location"]).content.decode()
    assert "The view “Paused ones” is saved." in page
    shown = '<a class="menu__item" href="/centers/?state=paused&amp;sort=-name" aria-current="true">Paused ones</a>'
    assert shown in page


def test_other_filter_marks_no_view(as_admin: Client) -> None:
    save(as_admin, "Paused ones")
    page = as_admin.get("/centers/?state=active").content.decode()
    assert '<a class="menu__item" href="/centers/?state=paused&amp;sort=-name">Paused ones</a>' in page


def test_only_what_the_list_knows_is_kept(as_admin: Client) -> None:
    save(as_admin, "Mine", "state=paused&evil=%3Cscript%3E&sort=password&csrfmiddlewaretoken=x")
    assert SavedView.objects.get().query == "state=paused"


def test_same_name_shows_something_else_from_now_on(as_admin: Client) -> None:
    save(as_admin, "Mine")
    assert "shows this from now on" in save(as_admin, "MINE", "state=active")
    assert list(SavedView.objects.values_list("name", "query")) == [("MINE", "state=active")]


def test_searched_text_of_the_audit_trail_is_not_kept(as_admin: Client) -> None:
    page = as_admin.get("/audit/?kind=export&text=Anna").content.decode()
    assert "The searched text is not kept." in page
    answer = as_admin.post("/views/audit/save/", {"name": "Exports", "query": "kind=export&text=Anna"})
    # What is shown stays as it is.
    assert answer["Location"] == "/audit/?kind=export&text=Anna"
    assert SavedView.objects.get().query == "kind=export"


@pytest.mark.parametrize("name", ["results", "entries", "none"])
def test_results_and_unknown_lists_have_no_views(as_admin: Client, name: str) -> None:
    assert as_admin.post(f"/views/{name}/save/", {"name": "x", "query": "text=Anna"}).status_code == 404
    assert "saved-views" not in as_admin.get("/results/").content.decode()
    assert SavedView.objects.count() == 0


def test_no_more_than_twenty_for_a_list(as_admin: Client, admin: User) -> None:
    SavedView.objects.bulk_create(
        SavedView(user=admin, list_name="centers", name=f"v{number}") for number in range(MOST_VIEWS)
    )
    assert "You have 20 views of this list. Delete one first." in save(as_admin, "one more")
    # One of these may still be changed, and other lists have twenty of their own.
    assert "shows this from now on" in save(as_admin, "v3")
    assert "is saved" in save(as_admin, "Mine", "state=failed", "/views/runs/save/")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_view_needs_a_name(as_admin: Client, name: str) -> None:
    assert "A view needs a name of at most 60 letters." in save(as_admin, name)
    assert SavedView.objects.count() == 0


def test_filter_that_is_too_long_is_not_kept(as_admin: Client) -> None:
    assert "This filter is too long to be kept." in save(as_admin, "long", f"q={'ü' * 400}")


def test_rename_and_delete(as_admin: Client) -> None:
    save(as_admin, "First")
    save(as_admin, "Second", "")
    first, second = SavedView.objects.order_by("name")
    page = as_admin.post(f"/views/{first.pk}/rename/", {"name": "Second"}, follow=True).content.decode()
    assert "You have a view of this name already." in page
    page = as_admin.post(f"/views/{first.pk}/rename/", {"name": "first"}, follow=True).content.decode()
    assert "The view is called “first” now." in page
    page = as_admin.post(f"/views/{second.pk}/delete/", follow=True).content.decode()
    assert "The view “Second” is deleted." in page
    assert list(SavedView.objects.values_list("name", flat=True)) == ["first"]


def test_views_are_their_persons_own(as_admin: Client, reviewer: User, client_of: SignIn) -> None:
    save(as_admin, "Mine")
    view, other = SavedView.objects.get(), client_of(reviewer)
    assert "Mine" not in other.get("/centers/").content.decode() + other.get("/views/").content.decode()
    for verb in ("rename", "delete"):
        assert other.post(f"/views/{view.pk}/{verb}/", {"name": "x"}).status_code == 404
    assert SavedView.objects.get().name == "Mine"


def test_views_go_with_their_person_and_leave_no_events(as_admin: Client, admin: User) -> None:
    save(as_admin, "Mine")
    assert AuditEvent.objects.count() == 0
    admin.delete()
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("count", [1, 20])
def test_page_takes_the_same_queries_for_any_number(
    as_admin: Client, admin: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        SavedView.objects.create(user=admin, list_name="centers", name=f"v{number}")
    with django_assert_num_queries(4):
        as_admin.get("/views/")
