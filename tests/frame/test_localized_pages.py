"""Numbers, dates and names of days on every page are those of its language; what a number names has no separators."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings

from extraction.models import CenterRun
from tests.frame.access_routes import address, routes
from tests.frame.access_scene import Scene, build_scene

pytestmark = pytest.mark.django_db
# So that every key has seven digits; nothing in the scene is counted that high.
FIRST_KEY = 1_234_567
GROUPED = re.compile(r"\d[.,]\d{3}(?!\d)")
ENGLISH = re.compile(
    r"\b(January|February|March|May|June|July|October|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
    r"|[ap]\.m\.|AM|PM|noon|midnight)\b"
)
GERMAN = re.compile(
    r"\b(Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)\b"
)
# Machines read the first ones; the last is in English in every language.
NOT_PAGES = ("api/", "health", "metrics", "admin/", "accounts/oidc/")
SHOWN = [route for route in routes() if not route.startswith(NOT_PAGES)]


class Parts(HTMLParser):
    """A page's text for people, and its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "pre"}
        # What a screen reader says is for people.
        kept = [(name, value or "") for name, value in attrs if name not in {"aria-label", "title", "placeholder"}]
        self.attributes += [f"{tag} {name}={value}" for name, value in kept]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    if connection.vendor != "sqlite":
        pytest.skip("keys are raised as SQLite keeps them")
    storage = str(tmp_path_factory.mktemp("exports"))
    with django_db_blocker.unblock(), override_settings(EXPORT_STORAGE=storage), transaction.atomic():
        cache.clear()
        raise_keys()
        yield build_scene()
        transaction.set_rollback(True)


def raise_keys() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE %s", ["%AUTOINCREMENT%"])
        names = [name for (name,) in cursor.fetchall()]
        marks = [name for name in names if not name.startswith(("django_", "auth_group", "auth_permission"))]
        cursor.executemany("DELETE FROM sqlite_sequence WHERE name = %s", [[name] for name in marks])
        cursor.executemany(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [[name, FIRST_KEY] for name in marks]
        )


def page(scene: Scene, route: str, language: str) -> str:
    client = Client(headers={"accept-language": language}, raise_request_exception=False)
    client.force_login(scene.people["superuser"])
    with transaction.atomic():
        answer = client.get(address(route, scene.north))
        body = b"".join(answer) if answer.streaming else answer.content
        answer.close()
        transaction.set_rollback(True)
    return body.decode() if answer.headers.get("Content-Type", "").startswith("text/html") else ""


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("route", SHOWN)
def test_page_is_written_in_one_language(scene: Scene, route: str, language: str) -> None:
    parts = Parts(page(scene, route, language))
    assert [text for text in parts.attributes if GROUPED.search(text)] == []
    text = " ".join(parts.texts)
    # Of SHA-256 and versions of software nothing looks like a grouped key.
    assert re.findall(r"\S*1[.,]234[.,]\d{3}\S*", text) == []
    assert (ENGLISH if language == "de" else GERMAN).findall(text) == []


@pytest.mark.parametrize(("language", "entries"), [("de", "12.345"), ("en", "12,345")])
def test_large_counts_are_grouped_as_the_language_does(scene: Scene, language: str, entries: str) -> None:
    CenterRun.objects.filter(run=scene.north.run).update(entry_count=12345)
    text = " ".join(Parts(page(scene, "runs/<int:run_id>/", language)).texts)
    assert entries in text
    assert str(scene.north.run.pk) in text


def test_keys_of_the_scene_are_high(scene: Scene) -> None:
    assert min(scene.north.run.pk, scene.north.draft.pk, scene.north.channel.pk, scene.north.export.pk) > FIRST_KEY
