"""The lists of centers, servers and people: order, search and files."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from centers.center_facets import facets
from centers.models import Center, DatabaseServer
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center, make_region, make_server
from tests.scopes import sees

SignIn = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def four(db: None) -> list[Center]:
    wien = make_server("wien", make_region("austria", "Österreich"), port=1434)
    berlin = make_server("berlin")
    return [
        make_center("c1", "Zahnzentrum", berlin, city="Berlin"),
        make_center("c2", "Ärzte am Ring", wien, city="Wien"),
        make_center("c3", "Berg", berlin, city="Köln"),
        make_center("c4", "Ahlers", wien, city="Wien"),
    ]


def ids(client: Client, query: str, **headers: str) -> list[str]:
    page = client.get(f"/centers/?{query}", headers=headers).context["page_obj"]
    return [center.center_id for center in page.object_list]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["c1", "c2", "c3", "c4"]),
        ("-center", ["c4", "c3", "c2", "c1"]),
        ("name", ["c2", "c4", "c3", "c1"]),
        ("-name", ["c1", "c3", "c4", "c2"]),
        # Those of one region in the order of their keys.
        ("region", ["c1", "c3", "c2", "c4"]),
        ("-region", ["c4", "c2", "c3", "c1"]),
        ("server", ["c1", "c3", "c2", "c4"]),
        ("nonsense", ["c1", "c2", "c3", "c4"]),
    ],
)
def test_centers_in_the_order_of_the_address(
    sort: str, order: list[str], four: list[Center], analyst: User, client_of: SignIn
) -> None:
    assert ids(client_of(analyst), f"sort={sort}") == order


def test_heads_say_the_order_and_keep_the_filter(four: list[Center], analyst: User, client_of: SignIn) -> None:
    page = client_of(analyst).get("/centers/?q=wien&sort=-name", headers=FRAGMENT).content.decode()
    assert page.count("aria-sort=") == 1
    assert '<th scope="col" aria-sort="descending"><a id="sort-name" href="/centers/?q=wien&amp;sort=name"' in page
    assert 'hx-get="/centers/?q=wien&amp;sort=city" hx-target="#center-table"' in page
    # What the filter's form sends along, so that searching on keeps the order.
    assert '<input type="hidden" name="sort" value="-name" form="filter-of-center-table">' in page


def test_form_and_fragment_belong_together(four: list[Center], analyst: User, client_of: SignIn) -> None:
    page = client_of(analyst).get("/centers/").content.decode()
    assert 'id="filter-of-center-table"' in page
    assert "input changed delay:300ms from:#id_q" in page


def test_pages_of_equal_values_have_each_row_once(db: None, analyst: User, client_of: SignIn) -> None:
    server = make_server()
    for number in range(120):
        make_center(f"x{number:03d}", server=server)
    client = client_of(analyst)
    found = [center for page in (1, 2, 3) for center in ids(client, f"sort=-city&page={page}")]
    assert (len(found), len(set(found))) == (120, 120)


@pytest.mark.parametrize(
    ("query", "found"),
    [("mapping=undiscovered", 4), ("mapping=approved", 0), ("mapping=undiscovered&q=wien", 2), ("mapping=drifted", 0)],
)
def test_centers_by_where_their_mapping_stands(
    query: str, found: int, four: list[Center], analyst: User, client_of: SignIn
) -> None:
    assert [facet.name for facet in facets()] == ["mapping"]
    client = client_of(analyst)
    assert len(ids(client, query)) == found
    assert "not discovered" in client.get("/centers/").content.decode()


def test_wrong_mapping_state_says_so(four: list[Center], analyst: User, client_of: SignIn) -> None:
    assert "Please correct the filter." in client_of(analyst).get("/centers/?mapping=wrong").content.decode()


def test_file_of_centers_has_all_pages_in_their_order(db: None, analyst: User, client_of: SignIn) -> None:
    server = make_server()
    for number in range(60):
        make_center(f"x{number:02d}", f"=1+{number}", server=server)
    answer = client_of(analyst).get("/centers/?sort=-center&page=2&format=csv")
    lines = b"".join(answer).decode().split("\r\n")
    assert lines[0] == "Center,Name,City,Region,Server,Database,Mapping,State"
    assert (len(lines), lines[1]) == (62, "x59,'=1+59,Berlin,Germany,berlin,DB_x59,not discovered,active")
    assert AuditEvent.objects.get().action == "list.exported"


def test_file_has_the_persons_regions_only(four: list[Center], analyst: User, client_of: SignIn) -> None:
    sees(analyst, four[1].server.region)
    text = b"".join(client_of(analyst).get("/centers/?format=csv")).decode()
    assert [line[:2] for line in text.splitlines()[1:]] == ["c2", "c4"]


def test_bar_says_how_many_match(four: list[Center], admin: User, auditor: User, client_of: SignIn) -> None:
    page = client_of(admin).get("/centers/?q=wien").content.decode()
    assert "all 2 that match, on all pages" in page
    assert '<input type="hidden" name="query" value="q=wien">' in page
    assert [name for name in ("test", "discover", "run", "pause", "resume") if f'id="bulk-{name}"' in page] == [
        "test",
        "discover",
        "run",
        "pause",
        "resume",
    ]
    # Who may do nothing with them has no boxes either.
    other = client_of(auditor).get("/centers/").content.decode()
    assert ("bulk-bar" in other, 'name="center"' in other) == (False, False)


@pytest.mark.parametrize("count", [3, 1_000])
def test_servers_take_the_same_queries_for_any_number(
    count: int, analyst: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    region = make_region()
    DatabaseServer.objects.bulk_create(
        [DatabaseServer(code=f"s{number:04d}", region=region, host="localhost") for number in range(count)]
    )
    client = client_of(analyst)
    with django_assert_num_queries(8):
        client.get("/centers/servers/")


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["berlin", "wien"]),
        ("sort=-port", ["wien", "berlin"]),
        ("sort=-centers", ["berlin", "wien"]),
        ("q=WIE", ["wien"]),
        ("q=localhost+ber", ["berlin"]),
        ("region=austria", ["wien"]),
        ("q=%00", ["berlin", "wien"]),
    ],
)
def test_servers_in_order_and_narrowed(
    query: str, codes: list[str], four: list[Center], analyst: User, client_of: SignIn
) -> None:
    page = client_of(analyst).get(f"/centers/servers/?{query}", headers=FRAGMENT)
    assert [server.code for server in page.context["page_obj"].object_list] == codes
    assert "<html" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["admin", "anna", "zoe"]),
        ("sort=-username", ["zoe", "anna", "admin"]),
        ("sort=name", ["admin", "zoe", "anna"]),
        ("sort=name&q=mueller", ["anna"]),
        ("q=mueller&state=inactive", []),
    ],
)
def test_people_in_order_and_narrowed(query: str, names: list[str], admin: User, client_of: SignIn) -> None:
    User.objects.create_user("anna", first_name="Anna", last_name="Müller")
    User.objects.create_user("zoe", first_name="Zoe", last_name="Ähnlich")
    client = client_of(admin)
    page = client.get(f"/people/?{query}")
    assert [row.person.username for row in page.context["rows"]] == names
    lines = b"".join(client.get(f"/people/?{query}&format=csv")).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == names


def test_file_of_people_is_for_admins(reviewer: User, auditor: User, client_of: SignIn) -> None:
    for person in (reviewer, auditor):
        assert client_of(person).get("/people/?format=csv").status_code == 403
