"""The list of mappings and the queue: order, search, files, and what comes next in another order."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from mappings.enums import DriftState
from mappings.models import Mapping
from mappings.review_queue import QueueFilter, next_in_queue, queue_filter
from tests.mappings.conftest import make_center
from tests.mappings.plain_mappings import plain_draft

SignIn = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true"}
NAMES = ("Zahnzentrum", "Ärzte am Ring", "Berg")


@pytest.fixture
def waiting(db: None) -> list[Mapping]:
    """Three drafts, the oldest first."""
    made = [plain_draft(make_center(number)) for number in (1, 2, 3)]
    for mapping, name in zip(made, NAMES, strict=True):
        mapping.center.name = name
        mapping.center.save()
    return made


def listed(client: Client, query: str) -> list[str]:
    return [str(row["center"].name) for row in client.get(f"/mappings/?{query}", headers=FRAGMENT).context["rows"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort=name", ["Ärzte am Ring", "Berg", "Zahnzentrum"]),
        ("sort=-name", ["Zahnzentrum", "Berg", "Ärzte am Ring"]),
        ("sort=nonsense", list(NAMES)),
        ("q=aerzte", ["Ärzte am Ring"]),
        ("q=BERG&state=waiting", ["Berg"]),
        ("state=approved", []),
        ("region=nowhere", []),
    ],
)
def test_mappings_in_order_and_narrowed(
    query: str, names: list[str], waiting: list[Mapping], analyst: User, client_of: SignIn
) -> None:
    assert listed(client_of(analyst), query) == names


def test_file_of_mappings(waiting: list[Mapping], analyst: User, client_of: SignIn) -> None:
    lines = b"".join(client_of(analyst).get("/mappings/?sort=name&format=csv")).decode().splitlines()
    assert lines[0] == "Center,Name,City,Region,Status,To review,Approved,Discovered,Drift,On hold"
    assert [line.split(",")[1] for line in lines[1:]] == ["Ärzte am Ring", "Berg", "Zahnzentrum"]
    assert lines[1].split(",")[4:7] == ["waiting for review", "1", ""]


def test_discovering_again_keeps_to_the_region(waiting: list[Mapping], admin: User, client_of: SignIn) -> None:
    client = client_of(admin)
    answer = client.post("/mappings/rediscover", {"region": "nowhere"})
    assert answer["Location"] == "/mappings/?region=nowhere"
    assert 'name="region" value="germany"' in client.get("/mappings/?region=germany").content.decode()


@pytest.mark.parametrize("count", [3, 1_000])
def test_mappings_take_the_same_queries_for_any_number(
    count: int, analyst: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    server = make_center(1).server
    Center.objects.bulk_create(
        [Center(center_id=f"m{number:04d}", name="M", server=server, database=f"M{number}") for number in range(count)]
    )
    client = client_of(analyst)
    with django_assert_num_queries(8):
        client.get("/mappings/?sort=discovered")


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", [0, 1, 2]),
        ("sort=-since", [2, 1, 0]),
        ("sort=name", [1, 2, 0]),
        ("sort=-name", [0, 2, 1]),
        ("sort=version&q=berg", [2]),
        ("sort=author&confidence=certain", [0, 1, 2]),
        ("sort=content", [0, 1, 2]),
    ],
)
def test_queue_in_order(
    query: str, order: list[int], waiting: list[Mapping], reviewer: User, client_of: SignIn
) -> None:
    rows = client_of(reviewer).get(f"/review/?{query}").context["rows"]
    assert [row["item"].mapping for row in rows] == [waiting[place] for place in order]


@pytest.mark.parametrize(("sort", "order"), [("name", [1, 2, 0, 1]), ("-name", [0, 2, 1, 0]), ("-since", [2, 1, 0, 2])])
def test_next_version_is_the_next_of_that_order(
    sort: str, order: list[int], waiting: list[Mapping], reviewer: User
) -> None:
    wanted, current = QueueFilter(sort=sort), waiting[order[0]]
    for place in order[1:]:
        following = next_in_queue(reviewer, wanted, current)
        assert following == waiting[place]
        current = waiting[place]


def test_decided_version_keeps_its_place_in_the_order(waiting: list[Mapping], reviewer: User) -> None:
    Mapping.objects.filter(pk=waiting[2].pk).update(status="approved")
    assert next_in_queue(reviewer, QueueFilter(sort="name"), waiting[2]) == waiting[0]


def test_filter_of_the_queue_keeps_what_it_knows() -> None:
    wanted = queue_filter({"q": " berg  ring ", "sort": "-name", "drift": DriftState.BREAKING, "state": "wrong"})
    assert wanted == QueueFilter(q="berg ring", sort="-name", drift="breaking")
    assert queue_filter({"sort": "since"}).querystring == ""
    assert queue_filter({"sort": "--name"}).querystring == ""


def test_file_of_the_queue(waiting: list[Mapping], reviewer: User, client_of: SignIn) -> None:
    lines = b"".join(client_of(reviewer).get("/review/?sort=name&format=csv")).decode().splitlines()
    assert [line.split(",")[2] for line in lines] == ["Name", "Ärzte am Ring", "Berg", "Zahnzentrum"]
