"""The pages of the schedules: how each region stands, and the form of one."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse

from centers.models import Center, Region
from dentalhub.models import AuditEvent
from extraction.models import RegionSchedule
from mappings.enums import MappingStatus
from mappings.models import Mapping
from tests.extraction.nights import Clock, Workers, tick

ClientOf = Callable[[User], Client]
PAGE = reverse("extraction:schedule_list")
FORM = reverse("extraction:schedule_update", args=["germany"])
SWITCH = reverse("extraction:schedule_switch", args=["germany"])
VALID = {"is_active": "on", "starts_at": "03:15", "look_back_days": "5"}
STORED = (dt.time(2, 30), 3, True)


@pytest.fixture
def nobody(db: None) -> User:
    """Somebody without a role."""
    return User.objects.create_user("nobody")


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def _row(client: Client) -> str:
    return " ".join(_text(client.get(PAGE)).partition("<tbody>")[2].partition("</tbody>")[0].split())


def stored() -> tuple[dt.time, int, bool]:
    found = RegionSchedule.objects.get()
    return found.starts_at, found.look_back_days, found.is_active


# --- the list ----------------------------------------------------------------------------------------------------


def test_list_shows_next_start_and_what_is_missing(
    night: RegionSchedule, workers: Workers, clock: Clock, analyst: User, client_of: ClientOf
) -> None:
    client = client_of(analyst)
    row = _row(client)
    assert "daily at 02:30" in row
    # Tuesday, on the clocks of Berlin.
    assert "2026-11-24T02:30:00+01:00" in row
    assert "0 of 3 centers" in row
    assert "12 days of centers" in row
    assert "asked for with the next tick: 3 centers" in row
    tick()
    assert "being read: 3 centers" in _row(client)
    workers.work()
    row = _row(client)
    assert "3 of 3 centers" in row
    assert "complete</span>" in row
    assert "<button" not in row


def test_list_says_why_centers_are_not_read(
    night: RegionSchedule, centers: list[Center], workers: Workers, admin: User, client_of: ClientOf
) -> None:
    Mapping.objects.filter(center=centers[0]).update(hold="gone:KARTEI.DATUM")
    Mapping.objects.filter(center=centers[1]).update(status=MappingStatus.SUPERSEDED)
    workers.failing = {centers[2].pk}
    workers.tick()
    row = _row(client_of(admin))
    assert "0 of 1 center<" in row
    for lack in ("tried again later: 1 center", "on hold: 1 center", "no approved mapping: 1 center"):
        assert lack in row


def test_night_without_the_centers_that_are_left_alone_is_not_complete(
    night: RegionSchedule, centers: list[Center], workers: Workers, admin: User, client_of: ClientOf
) -> None:
    Mapping.objects.filter(center=centers[0]).update(hold="gone:KARTEI.DATUM")
    Mapping.objects.filter(center=centers[1]).update(status=MappingStatus.SUPERSEDED)
    workers.tick()
    row = _row(client_of(admin))
    assert "1 of 1 center<" in row
    assert "incomplete</span>" in row
    # A center that never had a mapping is not waited for.
    Mapping.objects.filter(center=centers[0]).update(status=MappingStatus.SUPERSEDED)
    row = _row(client_of(admin))
    assert "no approved mapping: 2 centers" in row
    assert "incomplete" not in row


def test_list_shows_a_region_without_a_schedule_and_one_that_is_off(
    night: RegionSchedule, admin: User, client_of: ClientOf
) -> None:
    Region.objects.create(code="austria", name="Austria")
    RegionSchedule.objects.update(is_active=False)
    first, second = _row(client_of(admin)).split("</tr>")[:2]
    assert "none yet" in first
    assert "daily at 02:30" in second
    for row in (first, second):
        assert "off</span>" in row
        assert "Turn on" in row


def test_list_without_regions_says_so(admin: User, client_of: ClientOf) -> None:
    assert "No region yet" in _text(client_of(admin).get(PAGE))


def test_list_names_the_buttons_by_verbs_in_german(night: RegionSchedule, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).get(PAGE, headers={"accept-language": "de"}))
    assert '/schedules/germany/">Ändern<span' in text
    assert ">Ausschalten<span" in text


def test_list_as_a_fragment(night: RegionSchedule, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).get(PAGE, headers={"HX-Request": "true"}))
    assert text.startswith('<div id="schedule-table">')
    assert "<html" not in text


def test_runs_page_leads_to_the_schedules(analyst: User, client_of: ClientOf) -> None:
    assert f'href="{PAGE}"' in _text(client_of(analyst).get(reverse("extraction:run_list")))


# --- the form ----------------------------------------------------------------------------------------------------


def test_form_shows_what_is_stored(night: RegionSchedule, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).get(FORM))
    assert 'value="02:30"' in text
    assert "Europe/Berlin" in text


def test_admin_changes_a_schedule(night: RegionSchedule, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).post(FORM, VALID)
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    assert stored() == (dt.time(3, 15), 5, True)
    event = AuditEvent.objects.get(action="schedule.changed")
    assert event.actor == admin
    assert event.details["changes"] == {"starts_at": ["02:30", "03:15"], "look_back_days": [3, 5]}


def test_admin_gives_a_region_its_first_schedule(centers: list[Center], admin: User, client_of: ClientOf) -> None:
    assert 'value="02:00"' in _text(client_of(admin).get(FORM))
    client_of(admin).post(FORM, VALID)
    assert stored() == (dt.time(3, 15), 5, True)


def test_saving_the_same_leaves_no_trace(night: RegionSchedule, admin: User, client_of: ClientOf) -> None:
    client_of(admin).post(FORM, {"is_active": "on", "starts_at": "02:30", "look_back_days": "3"})
    assert not AuditEvent.objects.filter(action="schedule.changed").exists()


@pytest.mark.parametrize(
    "wrong", [{"starts_at": "25:00"}, {"starts_at": ""}, {"look_back_days": "-1"}, {"look_back_days": "63"}]
)
def test_bad_input_is_said_and_changes_nothing(
    wrong: dict[str, str], night: RegionSchedule, admin: User, client_of: ClientOf
) -> None:
    response = client_of(admin).post(FORM, VALID | wrong)
    assert response.status_code == 422
    assert "Please correct the marked fields" in _text(response)
    assert stored() == STORED


@pytest.mark.parametrize(("value", "is_active"), [("0", False), ("1", True)])
def test_admin_turns_a_schedule_off_and_on(
    value: str, is_active: bool, night: RegionSchedule, admin: User, client_of: ClientOf
) -> None:
    RegionSchedule.objects.update(is_active=not is_active)
    response = client_of(admin).post(SWITCH, {"is_active": value}, follow=True)
    assert stored() == (dt.time(2, 30), 3, is_active)
    assert ("Germany is read every day" in _text(response)) == is_active
    assert AuditEvent.objects.get(action="schedule.changed").details["changes"]["is_active"][1] is is_active


# --- who may -----------------------------------------------------------------------------------------------------


def test_anonymous_is_sent_to_the_sign_in(night: RegionSchedule, client: Client) -> None:
    for response in (client.get(PAGE), client.get(FORM), client.post(FORM, VALID), client.post(SWITCH)):
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("login"))
    assert stored() == STORED


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_other_roles_change_nothing(
    role: str, night: RegionSchedule, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    client = client_of(request.getfixturevalue(role))
    assert client.get(PAGE).status_code == 200
    for response in (client.get(FORM), client.post(FORM, VALID), client.post(SWITCH, {"is_active": "0"})):
        assert response.status_code == 403
    assert stored() == STORED


def test_somebody_without_a_role_sees_nothing(nobody: User, client_of: ClientOf) -> None:
    assert client_of(nobody).get(PAGE).status_code == 403


def test_unknown_region_is_not_found(night: RegionSchedule, admin: User, client_of: ClientOf) -> None:
    for name in ("schedule_update", "schedule_switch"):
        address = reverse(f"extraction:{name}", args=["nowhere"])
        assert client_of(admin).post(address, VALID).status_code == 404


def test_switch_takes_only_post(night: RegionSchedule, admin: User, client_of: ClientOf) -> None:
    assert client_of(admin).get(SWITCH).status_code == 405
