from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks

from centers.enums import CenterState
from centers.models import Center
from dentalhub.models import AuditEvent
from mappings.discovery import Outcome, store_catalog
from mappings.models import SchemaWatch
from mappings.rediscovery import settle
from mappings.watches import note_failure
from tests.mappings.plain_mappings import approved_center
from tests.mappings.test_drift_state import renamed, widened
from tests.mappings.test_rediscovery import REFUSED, Sources, sources

__all__ = ["sources"]
SignIn = Callable[[User], Client]
LIST = "/mappings/"
MANY = "/mappings/rediscover"
CENTER_PAGE = "/mappings/center_01/"
DRIFT_PAGE = "/mappings/center_01/drift"
DISCOVER = "/mappings/center_01/discover"
HELD = "Schema changed: KARTEI.BEMERKUNG was renamed."


@pytest.fixture
def center(reviewer: User) -> Center:
    """center_01 with an approved mapping."""
    return approved_center(1, reviewer)


@pytest.fixture
def held(center: Center) -> Center:
    """center_01 on hold."""
    settle(Outcome(center, store_catalog(center, renamed())))
    return center


def text_of(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("address", [CENTER_PAGE, DRIFT_PAGE, LIST])
def test_hold_is_shown_with_its_reason(address: str, held: Center, analyst: User, client_of: SignIn) -> None:
    text = text_of(client_of(analyst), address)
    assert "On hold" in text
    assert HELD in text


def test_other_centers_show_no_hold(held: Center, reviewer: User, client_of: SignIn) -> None:
    approved_center(2, reviewer)
    assert "On hold" not in text_of(client_of(reviewer), "/mappings/center_02/")
    assert text_of(client_of(reviewer), LIST).count("On hold") == 1


def test_discovery_of_one_center_drafts_and_says_so(
    center: Center, sources: Sources, reviewer: User, client_of: SignIn
) -> None:
    sources["DentalDB_01"] = renamed()
    browser = client_of(reviewer)
    response = browser.post(DISCOVER, {"next": "drift"})
    assert response.headers["Location"] == DRIFT_PAGE
    text = text_of(browser, DRIFT_PAGE)
    assert f"{HELD} The center is on hold until a new version is approved." in text
    assert "version 2 was made for the new schema and waits for a review." in text
    assert AuditEvent.objects.get(action="mapping.proposed").actor == reviewer


def test_discovery_of_harmless_drift_holds_nobody(
    center: Center, sources: Sources, reviewer: User, client_of: SignIn
) -> None:
    sources["DentalDB_01"] = widened()
    browser = client_of(reviewer)
    assert browser.post(DISCOVER).headers["Location"] == CENTER_PAGE
    text = text_of(browser, CENTER_PAGE)
    assert "version 2 was made for the new schema" in text
    assert "on hold" not in text.lower()


def test_failed_look_is_shown_until_one_succeeds(
    center: Center, sources: Sources, reviewer: User, client_of: SignIn
) -> None:
    browser = client_of(reviewer)
    sources["DentalDB_01"] = REFUSED
    browser.post(DISCOVER)
    assert "failed. The server refuses the connection." in text_of(browser, CENTER_PAGE)
    del sources["DentalDB_01"]
    browser.post(DISCOVER)
    assert "failed. The server refuses" not in text_of(browser, CENTER_PAGE)


def test_failed_look_of_the_night_is_shown_to_analysts_too(center: Center, analyst: User, client_of: SignIn) -> None:
    note_failure(center, REFUSED)
    assert "The last look at the source" in text_of(client_of(analyst), CENTER_PAGE)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, {"center_01", "center_02"}),
        ({"state": "drifted"}, {"center_01"}),
        ({"q": "center_02"}, {"center_02"}),
        ({"state": "undiscovered"}, set()),
    ],
)
def test_many_centers_are_discovered_in_the_background(
    asked: dict[str, str],
    wanted: set[str],
    held: Center,
    reviewer: User,
    client_of: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    approved_center(2, reviewer)
    approved_center(3, reviewer)
    Center.objects.filter(center_id="center_03").update(state=CenterState.PAUSED)
    browser = client_of(reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(MANY, asked, follow=True)
    found = SchemaWatch.objects.filter(wanted=True).values_list("center__center_id", flat=True)
    assert set(found) == wanted
    assert OrmQ.objects.count() == (1 if wanted else 0)
    text = response.content.decode()
    assert ("in the background" if wanted else "No active center fits.") in text
    assert response.redirect_chain == [
        (LIST + ("?" if asked else "") + "&".join("=".join(i) for i in asked.items()), 302)
    ]


def test_button_says_how_many(held: Center, reviewer: User, analyst: User, client_of: SignIn) -> None:
    approved_center(2, reviewer)
    assert "Discover 2 centers again" in text_of(client_of(reviewer), LIST)
    fragment = client_of(reviewer).get(f"{LIST}?state=drifted", headers={"HX-Request": "true"}).content.decode()
    assert "Discover 1 center again" in fragment
    assert '<input type="hidden" name="state" value="drifted">' in fragment
    assert "Discover 2 centers again" not in text_of(client_of(analyst), LIST)


def test_waiting_center_says_so(held: Center, reviewer: User, client_of: SignIn) -> None:
    SchemaWatch.objects.update(wanted=True)
    assert "waits to be discovered again" in text_of(client_of(reviewer), CENTER_PAGE)


@pytest.mark.django_db
def test_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.post(MANY).headers["Location"].startswith("/accounts/login/")


def test_analyst_discovers_nothing(held: Center, analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).post(MANY).status_code == 403


def test_get_discovers_nothing(held: Center, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(MANY).status_code == 405


def test_commands_tell_what_changed(
    center: Center, sources: Sources, reviewer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    other = approved_center(2, reviewer)
    sources |= {"DentalDB_01": renamed(), "DentalDB_02": widened()}
    call_command("discover_raw", "-c", "center_01")
    assert capsys.readouterr().out.splitlines()[-1] == f"center_01: on hold. {HELD}"
    SchemaWatch.objects.filter(center=other).update(wanted=True)
    call_command("rediscover")
    assert capsys.readouterr().out.splitlines() == [
        "center_02: changed, version 2 drafted",
        "1 center was looked at.",
    ]
