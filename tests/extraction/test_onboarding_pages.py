"""The page that leads from "no centers" to the first extraction."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from centers.enums import CenterState
from centers.models import Center, DatabaseServer, Region
from dentalhub.audit import record
from dentalhub.roles import Role
from extraction import onboarding_views
from extraction.enums import RunState
from extraction.models import CenterRun
from extraction.run_requests import request_run
from mappings.discovery import store_catalog
from mappings.discovery_jobs import request_discovery
from mappings.models import DiscoveryJob, SchemaWatch
from tests.extraction.builders import FRIDAY, MONDAY, catalog, center, center_with_mapping, entry
from tests.extraction.landed_entries import land_entries
from tests.mappings.plain_mappings import plain_draft
from tests.scopes import sees

ClientOf = Callable[[User], Client]
PAGE = "/onboarding/"
HTMX = {"HX-Request": "true"}
FIRST_RUN = f"/runs/start/?only_new=on&date_from={dt.date(2026, 11, 14)}&date_to={FRIDAY}"


@pytest.fixture(autouse=True)
def on_saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yesterday was Friday."""
    monkeypatch.setattr(onboarding_views, "yesterday", lambda: FRIDAY)


def shown(browser: Client) -> dict[str, Any]:
    """The steps of the page by their key."""
    response = browser.get(PAGE)
    assert response.status_code == 200
    return {step.key: step for step in response.context["steps"]}


def test_empty_installation_begins_with_a_region(admin: User, client_of: ClientOf) -> None:
    step = shown(client_of(admin))["server"]
    assert (step.state, step.is_current) == ("now", True)
    assert (step.action.label, step.action.url) == ("Add a region", "/centers/regions/new/?flow=onboarding")
    text = client_of(admin).get(PAGE).content.decode()
    assert text.count('aria-current="step"') == 1
    assert text.count("btn-primary") == 1


def test_admin_of_no_region_is_told_whom_to_ask(admin: User, client_of: ClientOf) -> None:
    Region.objects.create(code="germany", name="Germany")
    sees(admin)
    step = shown(client_of(admin))["server"]
    assert (step.state, step.action) == ("attention", None)
    assert step.lines == ("You see no region yet. Somebody who sees all regions adds one and gives it to you.",)


def test_newest_test_of_a_server_counts(admin: User, client_of: ClientOf) -> None:
    region = Region.objects.create(code="germany", name="Germany")
    server = DatabaseServer.objects.create(code="de-1", region=region, host="h", user="u", credential="env:X")
    browser = client_of(admin)
    assert shown(browser)["test"].lines[0] == "1 of 1 servers has not been tested yet."
    record(admin, "connection.tested", server, server="de-1", result="login_failed")
    step = shown(browser)["test"]
    assert (step.state, step.lines[0]) == (
        "attention",
        "1 of 1 servers did not let us in when it was last tested.",
    )
    assert step.action.url == "/centers/servers/de-1/edit/?flow=onboarding"
    record(admin, "connection.tested", server, server="de-1", result="ok")
    assert shown(browser)["test"].lines == ("1 server has answered.",)


def test_centers_without_a_snapshot_are_discovered_in_the_background(
    admin: User, client_of: ClientOf, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    land_entries(center_with_mapping(1), FRIDAY, entry())
    for number in (2, 3):
        center(number)
    browser = client_of(admin)
    step = shown(browser)["discover"]
    assert step.lines == ("2 of 3 centers have no snapshot yet.",)
    assert [item.name for item in step.named] == ["center_02", "center_03"]
    assert (step.action.label, step.is_post) == ("Discover 2 centers", True)
    key = re.search(r'name="request_key" value="(\w{32})"', browser.get(PAGE).content.decode())
    assert key is not None
    with django_capture_on_commit_callbacks(execute=True):
        answers = [browser.post(step.action.url, {"request_key": key[1]}) for _click in range(2)]
    job = DiscoveryJob.objects.get()
    assert answers[0].headers["Location"] == job.get_absolute_url()
    assert list(job.items.values_list("center__center_id", flat=True)) == ["center_02", "center_03"]
    assert [row.key for row in OrmQ.objects.all()] == ["interactive"]
    step = shown(browser)["discover"]
    assert (step.state, step.state_label, step.lines) == (
        "now",
        "under way",
        ("2 of 3 centers are being discovered.",),
    )
    assert step.action.url == job.get_absolute_url()


def test_nothing_to_discover_is_said(admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).post("/onboarding/discover/", follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "There is nothing to discover" in response.content.decode()
    assert not DiscoveryJob.objects.exists()


def test_failed_discovery_needs_attention_and_is_tried_again(admin: User, client_of: ClientOf) -> None:
    found = center(1)
    SchemaWatch.objects.create(center=found, looked_at="2026-11-20T08:00Z", error_kind="refused")
    step = shown(client_of(admin))["discover"]
    assert (step.state, step.lines) == (
        "attention",
        ("1 of 1 centers could not be discovered.", "connection refused: 1"),
    )
    assert [item.url for item in step.named] == ["/mappings/center_01/"]
    assert step.action.label == "Discover 1 center"


def test_proposals_lead_a_reviewer_to_the_queue_and_others_to_the_list(
    admin: User, reviewer: User, client_of: ClientOf
) -> None:
    plain_draft(center(1))
    step = shown(client_of(admin))["review"]
    assert step.lines[0] == "1 of 1 mappings waits for a reviewer."
    assert step.action.url == "/mappings/?state=waiting"
    admin.groups.add(Group.objects.get(name=Role.REVIEWER.value))
    assert shown(client_of(admin))["review"].action.url == "/review/"


def test_network_without_a_reviewer_needs_one(admin: User, client_of: ClientOf) -> None:
    plain_draft(center(1))
    step = shown(client_of(admin))["review"]
    assert (step.state, step.action.label) == ("attention", "Add a reviewer")
    assert step.lines[-1] == "Nobody has the role reviewer yet."


def test_first_run_is_prepared_with_the_new_centers_only(admin: User, client_of: ClientOf) -> None:
    land_entries(center_with_mapping(1), FRIDAY, entry())
    center_with_mapping(2)
    center(3)
    browser = client_of(admin)
    step = shown(browser)["run"]
    assert step.lines == ("1 of 2 centers is ready and was never extracted.",)
    assert (step.action.label, step.action.url) == ("Prepare the run of 1 center", FIRST_RUN)
    planned = browser.get(FIRST_RUN).context["plan"]
    assert [part.center.center_id for part in planned.reading] == ["center_02"]
    assert planned.skipped == ()


def test_first_run_that_goes_on_is_shown(admin: User, client_of: ClientOf) -> None:
    run = request_run([center_with_mapping(1)], MONDAY, FRIDAY).run
    step = shown(client_of(admin))["run"]
    assert step.lines == ("1 of 1 centers is being read for the first time.",)
    assert step.action.url == f"/runs/{run.pk}/"
    CenterRun.objects.update(state=RunState.FAILED)
    step = shown(client_of(admin))["run"]
    assert (step.state, step.lines) == ("attention", ("The first run of 1 of 1 centers failed.",))
    assert step.action.url == FIRST_RUN


def test_everything_done_leads_to_the_results(admin: User, client_of: ClientOf) -> None:
    land_entries(center_with_mapping(1), FRIDAY, entry())
    text = client_of(admin).get(PAGE).content.decode()
    assert "Everything is set up" in text
    assert "1 center has been extracted." in text
    assert 'href="/results/"' in text
    assert 'aria-current="step"' not in text
    # The way to the next center.
    assert "/centers/new/?flow=onboarding" in text


def test_paused_centers_are_counted_and_are_no_work(admin: User, client_of: ClientOf) -> None:
    land_entries(center_with_mapping(1), FRIDAY, entry())
    center(2)
    Center.objects.filter(center_id="center_02").update(state=CenterState.PAUSED)
    steps = shown(client_of(admin))
    assert steps["centers"].lines == ("There is 1 center.", "1 center is paused and left out here.")
    assert steps["discover"].state == "done"


def test_other_regions_are_neither_named_nor_counted(admin: User, client_of: ClientOf) -> None:
    foreign, own = center(1), center(2)
    region = Region.objects.create(code="austria", name="Austria")
    server = DatabaseServer.objects.create(code="at-1", region=region, host="h", user="u", credential="env:X")
    Center.objects.filter(pk=own.pk).update(server=server)
    request_discovery(admin, [foreign])
    sees(admin, region)
    browser = client_of(admin)
    text = browser.get(PAGE).content.decode()
    assert ("center_01" in text, f"/servers/{foreign.server.code}/" in text, "center_02" in text) == (
        False,
        False,
        True,
    )
    assert shown(browser)["discover"].lines == ("1 of 1 centers has no snapshot yet.",)
    browser.post("/onboarding/discover/")
    assert list(DiscoveryJob.objects.latest("pk").items.values_list("center__center_id", flat=True)) == ["center_02"]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ANALYST, Role.AUDITOR])
def test_page_is_for_admins(role: Role, analyst: User, client_of: ClientOf) -> None:
    analyst.groups.set([Group.objects.get_or_create(name=role.value)[0]])
    browser = client_of(analyst)
    assert (browser.get(PAGE).status_code, browser.post("/onboarding/discover/").status_code) == (403, 403)


def test_anonymous_person_signs_in_first(client: Client, db: None) -> None:
    assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"


def test_page_asks_again_only_while_something_goes_on(admin: User, client_of: ClientOf) -> None:
    job = request_discovery(admin, [center(1)])
    browser = client_of(admin)
    busy = browser.get(PAGE, headers=HTMX)
    assert (busy.status_code, 'hx-trigger="every 3s"' in busy.content.decode()) == (200, True)
    assert "<html" not in busy.content.decode()
    assert '<progress max="1" value="0"' in busy.content.decode()
    job.items.update(state="succeeded")
    ended = browser.get(PAGE, headers=HTMX)
    assert (ended.status_code, "hx-trigger" in ended.content.decode()) == (286, False)
    assert "What went on in the background has ended." in ended.content.decode()


@pytest.mark.parametrize("flow", ["", "?flow=onboarding"])
def test_form_that_the_page_opened_leads_back_to_it(flow: str, admin: User, client_of: ClientOf) -> None:
    form = {"code": "germany", "name": "Germany", "time_zone": "Europe/Berlin"}
    response = client_of(admin).post(f"/centers/regions/new/{flow}", form)
    assert response.headers["Location"] == (PAGE if flow else "/centers/servers/")


@pytest.mark.parametrize("address", ["/", "/centers/", "/centers/servers/"])
def test_empty_pages_lead_admins_here_and_nobody_else(
    address: str, admin: User, analyst: User, client_of: ClientOf
) -> None:
    link = f'href="{PAGE}"'
    assert link in client_of(admin).get(address).content.decode()
    assert link not in client_of(analyst).get(address).content.decode()


def test_page_of_a_thousand_centers_costs_the_same(
    admin: User, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = center_with_mapping(1)
    store_catalog(center(2), catalog())
    plain_draft(center(3))
    Center.objects.bulk_create(
        [
            Center(center_id=f"c{number}", name="Praxis", city="Köln", server=first.server, database=f"D{number}")
            for number in range(1000)
        ]
    )
    request_discovery(admin, Center.objects.filter(center_id__startswith="c1"))
    request_run([first], MONDAY, FRIDAY)
    browser = client_of(admin)
    browser.get(PAGE)
    with django_assert_num_queries(9):
        steps = {step.key: step for step in browser.get(PAGE).context["steps"]}
    assert (steps["discover"].all, len(steps["discover"].named), steps["discover"].unnamed) == (1003, 10, 991)
