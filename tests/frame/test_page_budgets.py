"""What a page may cost: queries, whatever there is to show, and bytes on their way to the browser.

Every address that somebody can open is asked for twice, with a few rows of everything and with many more. A new route
is asked for as soon as it is there; another form of a page is a line in `FORMS`.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from dentalhub.reauthentication import SESSION_KEY
from tests.frame.access_routes import address, routes
from tests.frame.access_scene import DAY, Scene, build_scene
from tests.frame.many_rows import add_rows

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
# Style sheets, scripts and icons not counted: a browser gets them once.
MOST_BYTES = 150_000
# Where there is a second page, its number and its first row are asked for; what is asked per row would be fifty more.
FOR_A_SECOND_PAGE = 2
# Somebody with every role in some regions, for whom most is asked; and somebody who sees everything.
PEOPLE = ("insider", "superuser")
# What monitoring asks for.
MACHINES = ("health", "health/live", "health/ready", "metrics")
# Pages in another form than that of their bare address.
FORMS = (
    "centers/?q=north",
    "centers/?mapping=waiting&sort=-mapping",
    "mappings/?sort=discovered&region=northland",
    "results/exports/?q=north&sort=-rows",
    "runs/?q=north&sort=person",
    "go/?q=north",
    "mappings/north_practice/compare?left=1&right=2",
    "mappings/north_practice/compare?left=1&right=north_1",
    "review/?state=draft&region=northland",
    f"days/{DAY}/?state=ok",
    f"results/?date_from={DAY}&date_to={DAY}&status=GKV&code=01",
    f"results/figures/?date_from={DAY}&date_to={DAY}",
    "results/figures/?all=1",
    f"results/export/?date_from={DAY}&date_to={DAY}",
    f"results/matrix/?date_to={DAY}&region=northland&order=center",
    "runs/breakers/?scope=server",
    f"runs/start/?date_from={DAY}&date_to={DAY}&mode=all",
    f"runs/start/?date_from={DAY}&date_to={DAY}&mode=missing",
    "alerts/?state=past",
    "audit/?target=north",
    "people/?q=north",
    "timeline/north_practice/?page=2",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one answer took."""

    status: int
    queries: int
    sent: int


@pytest.fixture(scope="module")
def costs(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, Cost], dict[str, Cost]]]:
    """By person and address, with a few rows and with many."""
    limits = {"API_REQUESTS_PER_MINUTE": 100_000, "EXPORT_STORAGE": str(tmp_path_factory.mktemp("exports"))}
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), override_settings(**limits), transaction.atomic():
        cache.clear()
        scene = build_scene()
        add_rows(scene.north, scene.people["insider"], range(1, 4))
        few = _costs(scene)
        add_rows(scene.north, scene.people["insider"], range(4, 54))
        yield few, _costs(scene)
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def _costs(scene: Scene) -> dict[str, Cost]:
    places = {route: address(route, scene.north) for route in ROUTES} | {form: f"/{form}" for form in FORMS}
    found = {}
    for person in PEOPLE:
        client = Client(raise_request_exception=False, headers={"Accept-Encoding": "gzip, deflate"})
        client.force_login(scene.people[person])
        session = client.session
        session[SESSION_KEY] = int(time.time())
        session.save()
        for name, place in places.items():
            token = f"Bearer {scene.tokens[person]}" if name.startswith("api/v1/") else ""
            found[f"{person} {name}"] = _cost(client, place, {"Authorization": token} if token else {})
    return found


def _cost(client: Client, place: str, headers: dict[str, str]) -> Cost:
    cookies = SimpleCookie(client.cookies)
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(place, headers=headers)
            body = b"".join(cast("Any", answer)) if answer.streaming else answer.content
        answer.close()
        transaction.set_rollback(True)
    client.cookies = cookies
    # A savepoint asks nothing.
    queries = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    return Cost(answer.status_code, len(queries), len(body))


ROUTES = [route for route in routes() if route not in MACHINES]
ADDRESSES = [f"{person} {name}" for person in PEOPLE for name in (*ROUTES, *FORMS)]


def test_no_page_asks_for_more_with_more_rows(costs: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    few, many = costs
    asked = {name: (few[name].queries, many[name].queries) for name in ADDRESSES}
    grown = {name: counts for name, counts in asked.items() if counts[1] - counts[0] > FOR_A_SECOND_PAGE}
    assert grown == {}


def test_no_page_takes_more_queries_than_allowed(costs: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    many = costs[1]
    assert {name: many[name].queries for name in ADDRESSES if many[name].queries > MOST_QUERIES} == {}


def test_no_page_sends_more_than_allowed(costs: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    many = costs[1]
    assert {name: many[name].sent for name in ADDRESSES if many[name].sent > MOST_BYTES} == {}


def test_every_form_of_a_page_is_there(costs: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    """An address that answers 404 costs little."""
    few, many = costs
    assert {form: many[f"{PEOPLE[0]} {form}"].status for form in FORMS} == dict.fromkeys(FORMS, 200)
    # What is measured is what people open: most of it is there, and the rest is the same every time.
    assert {name: cost.status for name, cost in few.items()} == {name: cost.status for name, cost in many.items()}
