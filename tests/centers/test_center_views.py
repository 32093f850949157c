import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from centers import asked_tests
from centers.connection_report import ConnectionReport, Outcome, Step, StepResult
from centers.models import Center
from centers.server_spec import ServerSpec
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center, make_region, make_server

SignIn = Callable[[User], Client]
LIST = "/centers/"


def ids_in(html: str) -> list[str]:
    return [center_id for center_id in ("c1", "c2", "c3") if f"/centers/id/{center_id}/" in html]


@pytest.fixture
def three_centers(db: None) -> list[Center]:
    wien = make_server("wien", make_region("austria", "Austria"))
    berlin = make_server("berlin")
    centers = [
        make_center("c1", "Praxis Müller", berlin, city="Berlin"),
        make_center("c2", "Zahnzentrum", wien, city="Wien"),
        make_center("c3", "Dr. Weiß", berlin, city="Köln"),
    ]
    centers[2].state = "paused"
    centers[2].save()
    return centers


def test_list_shows_all_centers(client_of: SignIn, analyst: User, three_centers: list[Center]) -> None:
    response = client_of(analyst).get(LIST)
    assert response.status_code == 200
    assert ids_in(response.content.decode()) == ["c1", "c2", "c3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=mueller", ["c1"]),
        ("q=MÜLLER", ["c1"]),
        ("q=praxis+berlin", ["c1"]),
        ("q=koeln", ["c3"]),
        ("q=c2", ["c2"]),
        ("region=austria", ["c2"]),
        ("state=paused", ["c3"]),
        ("region=germany&state=active", ["c1"]),
        ("q=%25", []),
        ("q=nothing", []),
    ],
)
def test_list_with_a_filter_shows_what_matches(
    client_of: SignIn, analyst: User, three_centers: list[Center], query: str, found: list[str]
) -> None:
    assert ids_in(client_of(analyst).get(f"{LIST}?{query}").content.decode()) == found


@pytest.mark.parametrize("query", ["region=nowhere", "state=broken"])
def test_list_with_a_wrong_filter_says_so(
    client_of: SignIn, analyst: User, three_centers: list[Center], query: str
) -> None:
    html = client_of(analyst).get(f"{LIST}?{query}").content.decode()
    assert "Please correct the filter." in html
    assert ids_in(html) == []


def test_list_for_htmx_is_the_table_only(client_of: SignIn, analyst: User, three_centers: list[Center]) -> None:
    response = client_of(analyst).get(LIST, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert html.lstrip().startswith('<div id="center-table">')
    assert "<html" not in html
    assert response.headers["Vary"].startswith("HX-Request")


@pytest.mark.parametrize("count", [3, 1_000])
def test_list_takes_the_same_queries_for_any_number(
    client_of: SignIn, analyst: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        make_center(f"c{number}")
    client = client_of(analyst)
    # Session, person with roles, their regions, count, page, the regions of the filter, and the person's views.
    with django_assert_num_queries(7):
        client.get(LIST)


def test_list_pages_by_fifty(client_of: SignIn, analyst: User, db: None) -> None:
    server = make_server()
    for number in range(51):
        make_center(f"x{number:02d}", server=server)
    client = client_of(analyst)
    assert "x49" in client.get(LIST).content.decode()
    assert "x50" not in client.get(LIST).content.decode()
    assert "x50" in client.get(f"{LIST}?page=2").content.decode()
    assert "q=praxis&amp;page=2" in client.get(f"{LIST}?q=praxis").content.decode()


def test_list_without_centers_says_the_next_step(client_of: SignIn, admin: User) -> None:
    html = client_of(admin).get(LIST).content.decode()
    assert "No centers yet" in html
    assert reverse("centers:center_import") in html


@pytest.mark.parametrize("path", ["", "id/c1/", "servers/", "new/", "import/", "export/", "id/c1/edit/"])
def test_page_for_nobody_leads_to_sign_in(client: Client, three_centers: list[Center], path: str) -> None:
    response = client.get(LIST + path)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("path", ["", "id/c1/", "servers/"])
def test_page_without_a_role_is_refused(client_of: SignIn, three_centers: list[Center], path: str) -> None:
    stranger = User.objects.create_user("stranger")
    assert client_of(stranger).get(LIST + path).status_code == 403


@pytest.mark.parametrize(
    "path", ["new/", "import/", "export/", "id/c1/edit/", "servers/new/", "servers/berlin/edit/", "regions/new/"]
)
def test_page_that_changes_something_is_for_admins(
    client_of: SignIn, reviewer: User, three_centers: list[Center], path: str
) -> None:
    assert client_of(reviewer).get(LIST + path).status_code == 403


@pytest.mark.parametrize("action", ["pause", "resume", "test"])
def test_action_is_for_admins_and_posts(
    client_of: SignIn, reviewer: User, admin: User, three_centers: list[Center], action: str
) -> None:
    assert client_of(reviewer).post(f"{LIST}id/c1/{action}/").status_code == 403
    assert client_of(admin).get(f"{LIST}id/c1/{action}/").status_code == 405
    assert client_of(admin).post(f"{LIST}id/nope/{action}/").status_code == 404


def test_detail_shows_the_facts(client_of: SignIn, analyst: User, three_centers: list[Center]) -> None:
    html = client_of(analyst).get(f"{LIST}id/c1/").content.decode()
    for fact in ("Praxis Müller", "Berlin", "Germany", "localhost:1433", "DB_c1", "ivoris"):
        assert fact in html
    assert "env:IVORIS_PASSWORD" not in html
    assert "/edit/" not in html


def test_detail_of_an_unknown_center_is_not_found(client_of: SignIn, analyst: User) -> None:
    assert client_of(analyst).get(f"{LIST}id/nope/").status_code == 404


def test_pause_and_resume_change_the_state_once(client_of: SignIn, admin: User, three_centers: list[Center]) -> None:
    client = client_of(admin)
    for action, state in (("pause", "paused"), ("pause", "paused"), ("resume", "active"), ("resume", "active")):
        response = client.post(f"{LIST}id/c1/{action}/", follow=True)
        assert response.redirect_chain == [(f"{LIST}id/c1/", 302)]
        assert Center.objects.get(center_id="c1").state == state
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "center.paused",
        "center.resumed",
    ]


def test_connection_test_shows_each_step(
    client_of: SignIn, admin: User, three_centers: list[Center], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[ServerSpec, str | None]] = []

    def climb(spec: ServerSpec, database: str | None) -> ConnectionReport:
        asked.append((spec, database))
        return ConnectionReport(
            (
                StepResult(Step.DNS, Outcome.OK, 3, "127.0.0.1"),
                StepResult(Step.TCP, Outcome.FAILED, 7, "Nothing listens.", "refused"),
                StepResult(Step.TLS, Outcome.NOT_REACHED),
            )
        )

    monkeypatch.setattr(asked_tests, "climb", climb)
    client = client_of(admin)
    page = client.post(f"{LIST}id/c1/test/").content.decode()
    fragment = client.post(f"{LIST}id/c1/test/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert fragment.lstrip().startswith('<div id="connection-report">')
    for html in (page, fragment):
        for text in ("Host name", "127.0.0.1", "Port", "Nothing listens.", "not reached"):
            assert text in html
    assert asked == [(three_centers[0].server.spec(), "DB_c1")] * 2
    details = {"server": "berlin", "host": "localhost", "port": 1433, "result": "refused", "step": "tcp"}
    target = f"centers.center:{three_centers[0]}"
    assert AuditEvent.objects.filter(action="connection.tested", target=target, details=details).count() == 2


@pytest.mark.parametrize(
    ("failed", "own_password", "address"),
    [
        (Step.DNS, True, "/centers/servers/berlin/edit/"),
        (Step.LOGIN, True, "/centers/servers/berlin/edit/"),
        (Step.LOGIN, False, "/centers/regions/germany/edit/"),
        (Step.TCP, False, "/centers/servers/berlin/edit/"),
        (Step.DATABASE, True, "/centers/id/c1/edit/"),
        (Step.SELECT, True, None),
    ],
)
def test_failed_connection_test_leads_to_the_form_that_repairs_it(
    failed: Step,
    own_password: bool,
    address: str | None,
    client_of: SignIn,
    admin: User,
    three_centers: list[Center],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = three_centers[0].server
    server.credential = "env:IVORIS_PASSWORD" if own_password else ""
    server.save()
    report = ConnectionReport((StepResult(failed, Outcome.FAILED, 7, "No.", "refused"),))
    monkeypatch.setattr(asked_tests, "climb", lambda spec, database: report)
    monkeypatch.setattr(type(server), "spec", lambda self: None)
    html = client_of(admin).post(f"{LIST}id/c1/test/", headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'<a [^>]*href="([^"]+)"', html) == ([address] if address else [])
