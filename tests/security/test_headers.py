"""The headers of every answer: pages, fragments, downloads, redirects, errors, the API, the admin, static files."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from dentalhub import urls
from dentalhub.access import Right
from dentalhub.response_headers import HEADERS
from tests.extraction.api.callers import caller
from tests.security.routes import Route, all_routes

SignIn = Callable[[User], Client]
POLICY = {
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    ("img-src", "'self' data:"),
    ("connect-src", "'self'"),
    ("base-uri", "'none'"),
    ("frame-ancestors", "'none'"),
    ("form-action", "'self'"),
}
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    **HEADERS,
}


def policy_of(answer: Any) -> set[tuple[str, str]]:
    """The directives of an answer's CSP."""
    parts = [part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")]
    return {(name, value) for name, _space, value in parts}


def faults_of(answer: Any) -> list[str]:
    """What is wrong with an answer's headers."""
    faults = [name for name, value in EXPECTED.items() if answer.headers.get(name) != value]
    if "Content-Security-Policy" not in answer.headers or policy_of(answer) != POLICY:
        faults.append("Content-Security-Policy")
    outward = {"Access-Control-Allow-Origin", "Server", "X-Powered-By", "Report-To", "Reporting-Endpoints"}
    return faults + sorted(outward & set(answer.headers))


def asked(client: Client, route: Route) -> Iterator[Any]:
    """An address as page, as fragment, with a form and with a method that it hardly knows."""
    client.raise_request_exception = False
    yield client.get(route.address)
    yield client.get(route.address, headers={"HX-Request": "true"})
    yield client.post(route.address, {})
    yield client.delete(route.address)


def broken(_request: HttpRequest) -> HttpResponse:
    """A view with a fault."""
    raise RuntimeError("broken on purpose")


class WithBrokenView:
    """The URLconf with a view that fails."""

    urlpatterns = [*urls.urlpatterns, path("broken/", broken, name="broken")]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=WithBrokenView)
def test_every_answer_has_the_headers(superuser: User, something_everywhere: None) -> None:
    routes = all_routes()
    token = {"Authorization": f"Bearer {caller(superuser, *Right).text}"}
    statuses: Counter[int] = Counter()
    wrong: dict[str, list[str]] = {}
    failed: set[str] = set()
    for route in routes:
        for person in (None, superuser):
            client = Client(headers=token if route.is_api and person else None)
            if person:
                client.force_login(person)
            for answer in asked(client, route):
                statuses[answer.status_code] += 1
                if answer.status_code == 500:
                    failed.add(route.address)
                if faults := faults_of(answer):
                    wrong[f"{route.address} {answer.status_code}"] = faults
                answer.close()
    assert wrong == {}
    assert failed == {"/broken/"}
    # Every kind of answer was among them.
    assert {200, 204, 302, 400, 401, 403, 404, 405, 409, 422, 500} - set(statuses) == set()


@pytest.mark.django_db
def test_answers_before_any_view_have_them_too(client: Client) -> None:
    assert faults_of(client.get("/health/live", headers={"Host": "elsewhere.example"})) == []
    assert faults_of(client.get("/nowhere/")) == []
    assert faults_of(client.get("/centers")) == []  # a slash is missing
    assert faults_of(client.get("/static/nothing.css")) == []
    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = Client().get("/")
    assert (answer.status_code, faults_of(answer)) == (301, [])


def test_answer_without_a_database_has_them_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session cannot be read, so that middlewares fail before the view."""

    def away(*_: object, **__: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    answer = client.get("/")
    assert (answer.status_code, faults_of(answer)) == (500, [])


@pytest.mark.django_db
def test_static_file_may_stay_in_a_cache_and_has_the_others(client: Client) -> None:
    answer = client.get("/static/css/frame.css")
    assert answer.headers["Cache-Control"].startswith("max-age=")
    assert faults_of(answer) == ["Cache-Control"]
    answer.close()


def test_policy_allows_nothing_inline_and_tells_nobody() -> None:
    text = str(settings.CONTENT_SECURITY_POLICY)
    assert [word for word in ("unsafe", "nonce", "*", "http:", "https:", "report") if word in text] == []


def test_every_pattern_is_asked() -> None:
    """An address that its own pattern does not take would test nothing."""
    routes = all_routes()
    assert len({(route.name, route.address) for route in routes}) > 150
    taken = [route.address for route in routes if "%" in route.address or "(" in route.address]
    assert taken == []
