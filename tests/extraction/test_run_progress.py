"""The page that follows a run: counts of all centers, a page of them, and little work for each of those who watch."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from centers.models import Center, DatabaseServer, Region
from centers.scope import EVERYTHING
from dentalhub.shared_answers import SharedAnswers
from extraction import run_detail_views
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun
from extraction.run_progress import RunCounts, counts_of
from tests.extraction.builders import FRIDAY, MONDAY, center_with_mapping
from tests.scopes import sees

ClientOf = Callable[[User], Client]
GERMAN = {"Accept-Language": "de"}
FRAGMENT = {"HX-Request": "true", "HX-Automatic": "1"}


@pytest.fixture
def shared(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are shared for longer than a test takes, and nothing is left of other tests."""
    settings.SHARED_ANSWER_SECONDS = 60
    monkeypatch.setattr(run_detail_views, "_shared", SharedAnswers())


def run_of(count: int, **changes: object) -> ExtractionRun:
    """A run of so many centers of one server over five days, of which nothing has happened yet."""
    server = DatabaseServer.objects.first() or center_with_mapping(1).server
    Center.objects.bulk_create(
        Center(center_id=f"place_{number:03}", name=f"Praxis {number}", server=server, database=f"D{number}")
        for number in range(count)
    )
    run = ExtractionRun.objects.create(date_from=MONDAY, date_to=FRIDAY, idempotency_key="k", workers=1)
    places = Center.objects.filter(center_id__startswith="place_")
    CenterRun.objects.bulk_create(CenterRun(run=run, center=center, **changes) for center in places)
    return run


def part(run: ExtractionRun, number: int, **changes: object) -> None:
    CenterRun.objects.filter(run=run, center__center_id=f"place_{number:03}").update(**changes)


def listed(client: Client, run: ExtractionRun, **asked: str) -> list[str]:
    text = client.get(run.get_absolute_url(), asked, headers=FRAGMENT).content.decode()
    return re.findall(r'<a href="/centers/id/([^"/]+)/">', text)


def test_counts_are_those_of_all_parts(db: None) -> None:
    run = run_of(6)
    part(run, 0, state=RunState.SUCCEEDED, slice_count=5, entry_count=40)
    part(run, 1, state=RunState.SUCCEEDED, slice_count=2, entry_count=7, days="2026-11-16..2026-11-17")
    part(run, 2, state=RunState.FAILED, slice_count=1, entry_count=3)
    part(run, 3, state=RunState.SKIPPED)
    part(run, 4, state=RunState.RUNNING)
    assert counts_of(run, EVERYTHING) == RunCounts(
        all=6,
        finished=4,
        succeeded=2,
        failed=1,
        skipped=1,
        running=1,
        again=1,
        entries=50,
        slices=8,
        # Five days each, but two of one center and none of the skipped one.
        wanted=22,
    )


def test_counts_of_a_run_without_parts_in_scope_are_zero(db: None) -> None:
    run = ExtractionRun.objects.create(date_from=MONDAY, date_to=MONDAY, idempotency_key="k", workers=1)
    assert counts_of(run, EVERYTHING) == RunCounts()


@pytest.mark.parametrize("count", [1, 3, 60])
def test_queries_do_not_grow_with_the_centers(
    count: int, analyst: User, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, run = client_of(analyst), run_of(count)
    with django_assert_num_queries(9):
        assert len(listed(client, run)) == min(count, 50)


def test_failed_centers_come_first_and_the_rest_by_page(analyst: User, client_of: ClientOf) -> None:
    client, run = client_of(analyst), run_of(60)
    part(run, 58, state=RunState.FAILED, error_kind="timeout")
    first = ["place_058", *(f"place_{number:03}" for number in range(49))]
    assert listed(client, run) == first
    assert listed(client, run, page="2") == [f"place_{number:03}" for number in (*range(49, 58), 59)]
    assert listed(client, run, page="99") == listed(client, run, page="2")


def test_page_that_follows_a_run_stays_where_it_is(analyst: User, client_of: ClientOf) -> None:
    client, run = client_of(analyst), run_of(60)
    text = client.get(run.get_absolute_url(), {"state": "queued", "page": "2"}).content.decode()
    assert f'hx-get="/runs/{run.pk}/?state=queued&amp;page=2&amp;heard=0"' in text
    assert 'href="?state=queued&amp;page=1"' in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "failed"}, ["place_001", "place_002"]),
        ({"state": "failed", "cause": "timeout"}, ["place_002"]),
        ({"cause": "breaker_open"}, ["place_001"]),
        ({"state": "' OR 1=1"}, ["place_001", "place_002", "place_000", "place_003"]),
        ({"cause": "x" * 500}, []),
    ],
)
def test_centers_are_found_by_state_and_cause(
    asked: dict[str, str], found: list[str], analyst: User, client_of: ClientOf
) -> None:
    run = run_of(4)
    part(run, 1, state=RunState.FAILED, error_kind="breaker_open", error_message="Not tried")
    part(run, 2, state=RunState.FAILED, error_kind="timeout")
    assert listed(client_of(analyst), run, **asked) == found


def test_numbers_lead_to_their_centers(analyst: User, client_of: ClientOf) -> None:
    run = run_of(2)
    part(run, 1, state=RunState.FAILED, error_kind="timeout", finished_at=dt.datetime.now(dt.UTC))
    text = client_of(analyst).get(run.get_absolute_url()).content.decode()
    assert '<a href="?state=failed">1</a>' in text
    assert "?state=succeeded" not in text
    assert "Show all centers" not in text
    filtered = client_of(analyst).get(run.get_absolute_url(), {"state": "failed"}).content.decode()
    assert f'<a href="/runs/{run.pk}/">Show all centers</a>' in filtered


def test_people_who_follow_a_run_share_its_numbers(
    shared: None,
    analyst: User,
    admin: User,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    run, first, second = run_of(3), client_of(analyst), client_of(admin)
    assert listed(first, run) == ["place_000", "place_001", "place_002"]
    part(run, 1, state=RunState.FAILED)
    # Session, person with roles, regions, run, and whether its workers fell silent.
    with django_assert_num_queries(5):
        text = second.get(run.get_absolute_url(), headers=FRAGMENT).content.decode()
    assert 'href="?state=failed"' not in text
    # Another page, another filter and another language are not the same.
    assert listed(second, run, page="2") == ["place_001", "place_000", "place_002"]
    assert listed(second, run, state="failed") == ["place_001"]
    assert "Fehlgeschlagen" in second.get(run.get_absolute_url(), headers=FRAGMENT | GERMAN).content.decode()


def test_person_of_one_region_is_shown_nothing_that_was_made_for_another(
    shared: None, analyst: User, reviewer: User, client_of: ClientOf
) -> None:
    run = run_of(1)
    other = Region.objects.create(code="other", name="Other")
    server = DatabaseServer.objects.create(code="other", region=other, host="h", user="u", credential="env:IVORIS_X")
    center = Center.objects.create(center_id="elsewhere", name="Elsewhere", server=server, database="D")
    CenterRun.objects.create(run=run, center=center)
    own = sees(analyst, Center.objects.get(center_id="place_000").server.region)
    assert listed(client_of(reviewer), run) == ["elsewhere", "place_000"]
    assert listed(client_of(own), run) == ["place_000"]
    assert listed(client_of(sees(analyst, other)), run) == ["elsewhere"]


def test_end_of_a_run_is_shown_at_once(shared: None, analyst: User, client_of: ClientOf) -> None:
    run, client = run_of(1), client_of(analyst)
    listed(client, run)
    part(run, 0, state=RunState.SUCCEEDED)
    ExtractionRun.objects.update(state=RunState.SUCCEEDED)
    answer = client.get(run.get_absolute_url(), headers=FRAGMENT)
    assert (answer.status_code, 'href="?state=succeeded"' in answer.content.decode()) == (286, True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 400, ""])
def test_page_that_there_is_not_is_answered(page: str, analyst: User, client_of: ClientOf) -> None:
    assert listed(client_of(analyst), run_of(1), page=page) == ["place_000"]
