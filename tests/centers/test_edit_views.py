from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centers import asked_tests
from centers.connection_report import ConnectionReport, Outcome, Step, StepResult
from centers.models import Center, DatabaseServer, Region
from centers.server_spec import ServerSpec
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center, make_region, make_server

SignIn = Callable[[User], Client]
SERVER_FIELDS = {
    "host": "localhost",
    "port": "1433",
    "user": "svc_extract",
    "credential": "",
    "driver": "ODBC Driver 18 for SQL Server",
    "encrypt": "yes",
    "isolation": "READ UNCOMMITTED",
    "read_only_intent": "on",
    "login_timeout": "10",
    "query_timeout": "30",
    "lock_timeout_ms": "5000",
    "max_connections": "20",
}


@pytest.fixture
def as_admin(client_of: SignIn, admin: User) -> Client:
    return client_of(admin)


def center_fields(on: DatabaseServer, **changes: str) -> dict[str, str]:
    fields = {"center_id": "c9", "name": "Neu", "city": "Bonn", "database": "DB_9", "adapter": "ivoris"}
    return {**fields, "server": str(on.pk), **changes}


def test_center_create_saves_and_leads_to_the_center(as_admin: Client) -> None:
    response = as_admin.post("/centers/new/", center_fields(make_server()))
    assert (response.status_code, response.headers["Location"]) == (302, "/centers/id/c9/")
    center = Center.objects.get()
    assert (center.center_id, center.name, center.city, center.database, center.state) == (
        "c9",
        "Neu",
        "Bonn",
        "DB_9",
        "active",
    )
    assert list(AuditEvent.objects.values_list("action", "actor_name")) == [("center.created", "admin")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"center_id": "Nein!"}, "Use small letters, digits"),
        ({"center_id": "c1"}, "already exists"),
        ({"name": ""}, "This field is required."),
        ({"database": "DB_c1"}, "already exists"),
        ({"server": "999"}, "Select a valid choice"),
    ],
)
def test_center_create_with_bad_input_says_what_is_wrong(
    as_admin: Client, changes: dict[str, str], message: str
) -> None:
    server = make_server()
    make_center("c1", server=server)
    response = as_admin.post("/centers/new/", center_fields(server, **changes))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert Center.objects.count() == 1


def test_center_update_keeps_the_id(as_admin: Client) -> None:
    center = make_center("c1")
    as_admin.post("/centers/id/c1/edit/", center_fields(center.server, center_id="c2", name="Anders"))
    assert list(Center.objects.values_list("center_id", "name", "search_text")) == [("c1", "Anders", "c1 anders bonn")]
    event = AuditEvent.objects.get()
    assert (event.action, event.details) == (
        "center.changed",
        {"changes": {"name": ["Praxis Müller", "Anders"], "city": ["Berlin", "Bonn"], "database": ["DB_c1", "DB_9"]}},
    )


def test_center_update_without_a_change_records_nothing(as_admin: Client) -> None:
    center = make_center("c1", name="Neu", city="Bonn", database="DB_9")
    as_admin.post("/centers/id/c1/edit/", center_fields(center.server))
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize("path", ["id/nope/edit/", "servers/nope/edit/", "regions/nope/edit/"])
def test_edit_of_what_is_unknown_is_not_found(as_admin: Client, path: str) -> None:
    assert as_admin.get(f"/centers/{path}").status_code == 404


def test_center_form_tests_without_saving(as_admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make_server()
    asked: list[tuple[ServerSpec, str | None]] = []

    def climb(spec: ServerSpec, database: str | None) -> ConnectionReport:
        asked.append((spec, database))
        return ConnectionReport((StepResult(Step.DNS, Outcome.OK, 3, "127.0.0.1"),))

    monkeypatch.setattr(asked_tests, "climb", climb)
    response = as_admin.post("/centers/new/", {**center_fields(server), "action": "test"})
    assert response.status_code == 200
    assert "The connection works." in response.content.decode()
    assert asked == [(server.spec(), "DB_9")]
    assert Center.objects.count() == 0


def test_server_form_tests_up_to_the_login(as_admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str | None]] = []

    def climb(spec: ServerSpec, database: str | None) -> ConnectionReport:
        asked.append((spec.host, database))
        return ConnectionReport(())

    monkeypatch.setattr(asked_tests, "climb", climb)
    fields = {**SERVER_FIELDS, "code": "neu", "region": str(make_region().pk), "credential": "env:IVORIS_PASSWORD"}
    as_admin.post("/centers/servers/new/", {**fields, "action": "test"})
    assert asked == [("localhost", None)]
    assert DatabaseServer.objects.count() == 0


def test_server_create_saves(as_admin: Client) -> None:
    fields = {**SERVER_FIELDS, "code": "neu", "region": str(make_region().pk), "credential": "env:IVORIS_PASSWORD"}
    assert as_admin.post("/centers/servers/new/", fields).status_code == 302
    assert list(DatabaseServer.objects.values_list("code", "credential")) == [("neu", "env:IVORIS_PASSWORD")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"credential": "geheim"}, "never the password"),
        ({"credential": "env:DENTALHUB_SECRET_KEY"}, "must begin with IVORIS_"),
        ({"host": "a b"}, "Write a host name or an address"),
        ({"host": "h};UID={sa"}, "Write a host name or an address"),
        ({"port": "0"}, "greater than or equal to 1"),
        ({"driver": "/tmp/evil.so"}, "not a path"),
        ({"login_timeout": "0"}, "greater than or equal to 1"),
    ],
)
def test_server_create_with_bad_input_says_what_is_wrong(
    as_admin: Client, changes: dict[str, str], message: str
) -> None:
    fields = {**SERVER_FIELDS, "code": "neu", "region": str(make_region().pk), "credential": "env:IVORIS_PASSWORD"}
    response = as_admin.post("/centers/servers/new/", {**fields, **changes})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert DatabaseServer.objects.count() == 0


def test_server_update_never_shows_the_reference_and_empty_keeps_it(as_admin: Client) -> None:
    server = make_server()
    assert "IVORIS_PASSWORD" not in as_admin.get("/centers/servers/berlin/edit/").content.decode().replace(
        "env:IVORIS_PASSWORD.", ""
    )
    fields = {**SERVER_FIELDS, "region": str(server.region_id), "max_connections": "5"}
    assert as_admin.post("/centers/servers/berlin/edit/", fields).status_code == 302
    server.refresh_from_db()
    assert (server.max_connections, server.credential) == (5, "env:IVORIS_PASSWORD")


@pytest.mark.parametrize("changes", [{"host": "evil.example"}, {"port": "1444"}, {"user": "sa"}])
def test_server_update_of_the_host_demands_the_reference_again(as_admin: Client, changes: dict[str, str]) -> None:
    server = make_server()
    fields = {**SERVER_FIELDS, "region": str(server.region_id), **changes}
    response = as_admin.post("/centers/servers/berlin/edit/", fields)
    assert response.status_code == 422
    assert "The host, port or user changed: the password is demanded again." in response.content.decode()
    server.refresh_from_db()
    assert (server.host, server.port) == ("localhost", 1433)
    again = {**fields, "credential": "env:IVORIS_OTHER"}
    assert as_admin.post("/centers/servers/berlin/edit/", again).status_code == 302


def test_server_list_shows_blind_trust(as_admin: Client) -> None:
    make_server()
    DatabaseServer.objects.update(tls="trusted")
    html = as_admin.get("/centers/servers/").content.decode()
    assert "trusted blindly, not approved: is not read" in html
    assert "env:IVORIS_PASSWORD" not in html


def test_region_create_and_update(as_admin: Client) -> None:
    fields = {"code": "austria", "name": "Austria", "time_zone": "Europe/Vienna"}
    assert as_admin.post("/centers/regions/new/", fields).status_code == 302
    assert as_admin.post("/centers/regions/austria/edit/", {**fields, "name": "Österreich"}).status_code == 302
    assert list(Region.objects.values_list("code", "name", "time_zone")) == [("austria", "Österreich", "Europe/Vienna")]
    assert as_admin.post("/centers/regions/new/", {**fields, "time_zone": "Mars"}).status_code == 422
