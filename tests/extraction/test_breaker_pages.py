"""The page of what is left alone, and the lines about it on other pages."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from dentalhub.models import AuditEvent
from extraction.breaker_models import Breaker
from extraction.breakers import Gate
from extraction.enums import BreakerState, RunState
from extraction.models import CenterRun, ExtractionRun
from tests.extraction.breaker_tasks import centers_on, fails, make_due, server, tasks_of

ClientOf = Callable[[User], Client]
PAGE = reverse("extraction:breaker_list")
RESET = reverse("extraction:breaker_reset", args=["server:server-1"])
RESET_ALL = reverse("extraction:breaker_reset_all")


@pytest.fixture
def practices(db: None) -> list[Center]:
    """Three centers on servers of their own."""
    return [centers_on(server(number), [number])[0] for number in (1, 2, 3)]


@pytest.fixture
def shut(practices: list[Center]) -> Breaker:
    """The breaker of the first one's server; that of the second center is open too, and the third failed once."""
    first, second, third = practices
    gate = Gate.of(tasks_of(practices))
    gate.note([fails(first, "login_failed"), *[fails(second, "permission_denied")] * 3, fails(third, "refused")])
    return Breaker.objects.get(server__code="server-1")


@pytest.fixture
def nobody(db: None) -> User:
    """Somebody without a role."""
    return User.objects.create_user("nobody")


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


# --- the list ----------------------------------------------------------------------------------------------------


def test_list_shows_scope_name_cause_and_button(shut: Breaker, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get(PAGE)
    text = _text(response)
    assert [row.name for row in response.context["breakers"]] == ["server:server-1", "center:center_02"]
    assert ">login failed</a></strong><br>It failed: login_failed." in text
    assert "badge-state--warning" in text
    assert text.count("Try again now<") == 2
    assert "Try all again now" in text
    assert "server-3" not in text


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_other_roles_see_the_list_without_buttons(
    shut: Breaker, role: str, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    text = _text(client_of(request.getfixturevalue(role)).get(PAGE))
    assert "server-1" in text
    assert "<button" not in text.partition('id="breaker-table"')[2].partition("</table>")[0]
    assert "Try all again now" not in text


def test_list_says_when_a_try_is_under_way_or_due(
    shut: Breaker, practices: list[Center], admin: User, client_of: ClientOf
) -> None:
    make_due(shut)
    assert "with the next run" in _text(client_of(admin).get(PAGE))
    Gate.of(tasks_of(practices))
    text = _text(client_of(admin).get(PAGE))
    assert "half open" in text
    assert "under way" in text


def test_list_of_nothing_says_so(admin: User, client_of: ClientOf) -> None:
    assert "Nothing is left alone" in _text(client_of(admin).get(PAGE))


def test_list_as_a_fragment(shut: Breaker, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).get(PAGE, headers={"HX-Request": "true"}))
    assert text.startswith('<div id="breaker-table">')
    assert "<html" not in text


def test_list_queries_do_not_grow(
    shut: Breaker,
    practices: list[Center],
    admin: User,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(admin)
    client.get(PAGE)
    with django_assert_num_queries(4):
        client.get(PAGE)
    more = [centers_on(server(number), [number])[0] for number in range(4, 12)]
    Gate.of(tasks_of(more)).note(fails(found, "login_failed") for found in more)
    with django_assert_num_queries(4):
        client.get(PAGE)


def test_anonymous_is_sent_to_the_sign_in(shut: Breaker, client: Client) -> None:
    for response in (client.get(PAGE), client.post(RESET), client.post(RESET_ALL)):
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("login"))
    assert Breaker.objects.filter(pk=shut.pk).exists()


def test_person_without_a_role_gets_nothing(nobody: User, client_of: ClientOf) -> None:
    assert client_of(nobody).get(PAGE).status_code == 403


# --- closing -----------------------------------------------------------------------------------------------------


def test_admin_closes_one(shut: Breaker, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).post(RESET, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "The next run tries server-1 (db1.example:1433) again." in _text(response)
    assert not Breaker.objects.filter(pk=shut.pk).exists()
    event = AuditEvent.objects.get(action="breaker.reset")
    assert (event.actor, event.details["cause"]) == (admin, "login_failed")


def test_admin_closes_all(shut: Breaker, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).post(RESET_ALL, follow=True))
    assert "The next run tries 2 servers and centers again." in text
    assert [row.state for row in Breaker.objects.all()] == [BreakerState.CLOSED]


def test_second_click_says_that_it_was_closed(shut: Breaker, admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    client.post(RESET)
    assert "It was not left alone any more." in _text(client.post(RESET, follow=True))
    assert AuditEvent.objects.filter(action="breaker.reset").count() == 1


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
@pytest.mark.parametrize("address", [RESET, RESET_ALL])
def test_other_roles_close_nothing(
    shut: Breaker, role: str, address: str, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    assert client_of(request.getfixturevalue(role)).post(address).status_code == 403
    assert Breaker.objects.filter(pk=shut.pk).exists()


@pytest.mark.parametrize("name", ["server:nothing", "center:nothing", "nothing"])
def test_unknown_name_is_not_found(shut: Breaker, name: str, admin: User, client_of: ClientOf) -> None:
    address = reverse("extraction:breaker_reset", args=[name])
    assert client_of(admin).post(address).status_code == 404


@pytest.mark.parametrize("address", [RESET, RESET_ALL])
def test_closing_takes_a_form(shut: Breaker, address: str, admin: User, client_of: ClientOf) -> None:
    assert client_of(admin).get(address).status_code == 405


# --- other pages -------------------------------------------------------------------------------------------------


def test_dashboard_says_how_many_are_left_alone(shut: Breaker, analyst: User, client_of: ClientOf) -> None:
    text = " ".join(_text(client_of(analyst).get(reverse("dashboard"))).split())
    assert "1 server and 1 center are left alone for now" in text
    assert PAGE in text
    Breaker.objects.filter(pk=shut.pk).delete()
    text = _text(client_of(analyst).get(reverse("dashboard")))
    assert "1 center is left alone for now" in text
    Breaker.objects.all().delete()
    assert "left alone" not in _text(client_of(analyst).get(reverse("dashboard")))


def test_run_groups_what_it_left_alone(run: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    message = "Not tried: login failed since 14:02; next try at 15:10."
    for part in list(run.center_runs.all())[:2]:
        CenterRun.objects.filter(pk=part.pk).update(
            state=RunState.FAILED, error_kind="breaker_open", error_message=message
        )
    response = client_of(analyst).get(run.get_absolute_url())
    assert [(group.message, group.centers) for group in response.context["left_alone"]] == [(message, 2)]
    assert f'href="{run.get_absolute_url()}?cause=breaker_open">2</a>' in _text(response)
    assert ">left alone for now</a></strong>" in _text(response)
    CenterRun.objects.update(error_kind="")
    assert "Left alone" not in _text(client_of(analyst).get(run.get_absolute_url()))
