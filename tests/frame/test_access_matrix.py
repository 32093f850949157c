"""Who gets what: every route, every role, anonymous, and somebody of another region, against the file of the matrix.

A line of `access_matrix.txt` is a method, a route as the URLconf has it, and a status for each of `COLUMNS`. Whoever
adds a route is told which line to add, and checks that it says what it should.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings

from dentalhub.reauthentication import SESSION_KEY
from tests.frame.access_routes import address, routes
from tests.frame.access_scene import Scene, Side, build_scene

pytestmark = pytest.mark.django_db
MATRIX = Path(__file__).with_name("access_matrix.txt")
COLUMNS = ("anonymous", "none", "admin", "reviewer", "analyst", "auditor", "superuser", "elsewhere")
METHODS = ("GET", "POST")
NEVER = ("PUT", "DELETE")
# Views of Django and of packages, which answer methods that nobody uses as if they were GET or POST.
LENIENT = ("accounts/", "i18n/", "api/v1/openapi.json")
NOT_ALLOWED = "405"
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with the whole body."""

    status: int
    location: str
    text: str


class Crawler:
    """Asks as one person after the other; what a request changes is undone at once."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._clients = {name: self._client(name) for name in (*COLUMNS, "insider")}

    def _client(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        if name in self.scene.people:
            client.force_login(self.scene.people[name])
            session = client.session
            session[SESSION_KEY] = int(time.time())
            session.save()
        return client

    def ask(self, name: str, method: str, route: str, side: Side | None = None) -> Answer:
        """The answer to a request about what belongs to `side`, by default the north."""
        client, place = self._clients[name], address(route, side or self.scene.north)
        cookies = SimpleCookie(client.cookies)
        headers = {}
        if route.startswith("api/v1/"):
            token = self.scene.tokens.get(name)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
        with transaction.atomic():
            answer = client.generic(method, place, headers=headers)
            body = b"".join(cast("Any", answer)) if answer.streaming else answer.content
            answer.close()
            transaction.set_rollback(True)
        client.cookies = cookies
        return Answer(answer.status_code, answer.headers.get("Location", ""), body.decode(errors="replace"))

    def status(self, name: str, method: str, route: str) -> str:
        """The status; `login` for the way to the page of the sign-in."""
        answer = self.ask(name, method, route)
        return "login" if answer.status == 302 and "/login/?next=" in answer.location else str(answer.status)

    def line(self, method: str, route: str) -> str:
        """A line of the file as it is now."""
        return _written(method, route, [self.status(name, method, route) for name in COLUMNS])


@pytest.fixture(scope="module")
def crawler(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawler]:
    storage = str(tmp_path_factory.mktemp("exports"))
    none = {"ACCOUNT_RATE_LIMITS": False}
    many = {"API_REQUESTS_PER_MINUTE": 100_000, "CONNECTION_TESTS_PER_MINUTE": 100_000, "EXPORT_STORAGE": storage}
    with django_db_blocker.unblock(), override_settings(**many, **none), transaction.atomic():
        cache.clear()
        yield Crawler(build_scene())
        transaction.set_rollback(True)


def _written(method: str, route: str, statuses: list[str]) -> str:
    return f"{method:6} {route or '/':66} {' '.join(f'{status:9}' for status in statuses)}".rstrip()


def _is_lenient(route: str) -> bool:
    # The last one answers whatever else is asked of the API.
    return route.startswith(LENIENT) or route == "api/v1/"


def _shown(part: str) -> str:
    return part or "/"


def _expected() -> dict[Line, list[str]]:
    lines = [line.split() for line in MATRIX.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {(method, "" if route == "/" else route): statuses for method, route, *statuses in lines}


EXPECTED = _expected()
# What machines ask for, from networks or with tokens of their own, holds all regions.
MACHINES = ("health", "metrics")
SHOWN = [route for method, route in EXPECTED if method == "GET" and route not in MACHINES]
STRICT = list(dict.fromkeys(route for _method, route in EXPECTED if not _is_lenient(route)))


def test_every_route_has_a_line(crawler: Crawler) -> None:
    missing = [route for route in routes() if not any((method, route) in EXPECTED for method in METHODS)]
    lines = [
        crawler.line(method, route)
        for route in missing
        for method in METHODS
        if crawler.status("superuser", method, route) != NOT_ALLOWED
    ]
    text = "\n".join(lines)
    assert not missing, f"Check that this is who shall get what, and add it to {MATRIX.name}:\n{text}"


def test_no_line_is_about_a_route_that_is_gone() -> None:
    assert [line for line in EXPECTED if line[1] not in routes()] == []


@pytest.mark.parametrize(("method", "route"), list(EXPECTED), ids=_shown)
def test_everybody_gets_what_the_matrix_says(crawler: Crawler, method: str, route: str) -> None:
    head = _written("", "", list(COLUMNS))
    found, wanted = crawler.line(method, route), _written(method, route, EXPECTED[method, route])
    assert found == wanted, f"\n{head}\n{found}   is so now\n{wanted}   in {MATRIX.name}"


@pytest.mark.parametrize("route", STRICT, ids=_shown)
def test_other_methods_are_not_taken(crawler: Crawler, route: str) -> None:
    others = [method for method in (*METHODS, *NEVER) if (method, route) not in EXPECTED]
    assert {method: crawler.status("superuser", method, route) for method in others} == dict.fromkeys(
        others, NOT_ALLOWED
    )


@pytest.mark.parametrize("route", SHOWN, ids=_shown)
def test_answer_names_nothing_of_another_region(crawler: Crawler, route: str) -> None:
    text = crawler.ask("insider", "GET", route).text
    found = [line.strip() for line in text.splitlines() if "south" in line.lower()]
    assert found == []


@pytest.mark.parametrize("route", ["centers/", "mappings/", "runs/breakers/", "results/held/", "api/v1/entries"])
def test_answer_names_every_region_to_who_sees_all(crawler: Crawler, route: str) -> None:
    """Else the test before this one would find nothing, whatever there was to find."""
    assert "south" in crawler.ask("superuser", "GET", route).text.lower()
    assert "north" in crawler.ask("insider", "GET", route).text.lower()
