"""Passwords in the forms of servers and regions: typed, kept, demanded again, and never shown."""

import base64
import logging
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from centers import asked_tests
from centers.connection_report import ConnectionReport
from centers.credentials import password_of
from centers.models import DatabaseServer, Region, StoredSecret
from centers.secret import Secret
from centers.server_spec import ServerSpec
from centers.stored_secrets import store
from dentalhub.models import AuditEvent
from tests.centers.makers import make_region, make_server
from tests.centers.test_edit_views import SERVER_FIELDS

CANARY = "canary-7f3a geheim"
CHANGED = "The host, port or user changed: the password is demanded again."
EDIT = "/centers/servers/berlin/edit/"
REGION = {"name": "Germany", "time_zone": "Europe/Berlin"}


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SECRET_KEYS = [base64.urlsafe_b64encode(bytes([1]) * 32).decode()]


@pytest.fixture
def as_admin(client_of: Callable[[User], Client], admin: User) -> Client:
    return client_of(admin)


def fields(server: DatabaseServer, **changes: str) -> dict[str, str]:
    return {**SERVER_FIELDS, "region": str(server.region_id), **changes}


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def password(server: DatabaseServer) -> Secret:
    return password_of(DatabaseServer.objects.get(pk=server.pk).spec())


def test_typed_password_is_stored_and_recorded_without_it(as_admin: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    new = {**SERVER_FIELDS, "code": "neu", "region": str(make_region().pk), "password_from": "stored"}
    response = as_admin.post("/centers/servers/new/", {**new, "secret": CANARY}, follow=True)
    server = DatabaseServer.objects.get()
    assert (password(server), server.credential) == (Secret(CANARY), f"stored:{StoredSecret.objects.get().pk}")
    assert events() == ["server.created", "secret.set"]
    everything = response.content.decode() + caplog.text + str(list(AuditEvent.objects.values()))
    assert CANARY not in everything + as_admin.get("/centers/servers/neu/edit/").content.decode()


def test_password_is_changed_and_erased_with_an_event_each(as_admin: Client) -> None:
    server = make_server()
    for typed in ({"password_from": "stored", "secret": CANARY}, {"secret": "neu"}, {"credential": "env:IVORIS_NEW"}):
        assert as_admin.post(EDIT, fields(server, **typed)).status_code == 302
    server.refresh_from_db()
    assert (server.credential, StoredSecret.objects.count()) == ("env:IVORIS_NEW", 0)
    assert events() == [
        *("server.changed", "secret.set", "server.changed", "secret.changed"),
        *("server.changed", "secret.erased"),
    ]
    assert [event.details["changes"]["credential"] for event in AuditEvent.objects.filter(action="server.changed")] == [
        "changed"
    ] * 3


def test_empty_keeps_the_stored_password(as_admin: Client) -> None:
    server = make_server()
    as_admin.post(EDIT, fields(server, password_from="stored", secret=CANARY))
    kept = StoredSecret.objects.get().pk
    assert as_admin.post(EDIT, fields(server, password_from="stored", max_connections="5")).status_code == 302
    assert (StoredSecret.objects.get().pk, password(server)) == (kept, Secret(CANARY))
    assert DatabaseServer.objects.get().max_connections == 5


@pytest.mark.parametrize("changes", [{"host": "db.example"}, {"port": "1444"}, {"user": "sa"}])
@pytest.mark.parametrize("asked", [{"password_from": "stored"}, {}])
def test_changed_login_demands_the_stored_password_again(
    as_admin: Client, changes: dict[str, str], asked: dict[str, str]
) -> None:
    server = make_server()
    as_admin.post(EDIT, fields(server, password_from="stored", secret=CANARY))
    former = StoredSecret.objects.get().pk
    response = as_admin.post(EDIT, fields(server, **asked, **changes))
    assert (response.status_code, CHANGED in response.content.decode()) == (422, True)
    assert (DatabaseServer.objects.get().host, StoredSecret.objects.get().pk) == ("localhost", former)
    assert as_admin.post(EDIT, fields(server, **asked, **changes, secret="neu")).status_code == 302
    assert (password(server), StoredSecret.objects.filter(pk=former).exists()) == (Secret("neu"), False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password_from": "stored", "secret": CANARY, "host": "a b"},
        {"password_from": "reference", "secret": CANARY},
        # The password in the field for its reference.
        {"password_from": "reference", "credential": CANARY},
        {"password_from": "stored", "secret": CANARY + "\x07"},
        {"password_from": "stored", "secret": CANARY * 20},
    ],
)
def test_refused_form_does_not_give_the_password_back(as_admin: Client, wrong: dict[str, str]) -> None:
    response = as_admin.post(EDIT, fields(make_server(), **wrong))
    html = response.content.decode()
    assert (response.status_code, CANARY in html) == (422, False)
    assert '<input type="password" name="secret" autocomplete="new-password"' in html


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"password_from": "stored"}, "This field is required."),
        ({"password_from": "stored", "secret": "a", "credential": "env:IVORIS_A"}, "Leave this empty"),
        ({"password_from": "none"}, "The region Germany has no password."),
        ({"password_from": "elsewhere"}, "Select a valid choice."),
        ({"password_from": "reference", "credential": "stored:1"}, "never the password"),
        ({"user": "", "credential": "env:IVORIS_A"}, "This field is required."),
    ],
)
def test_form_says_what_is_wrong_with_a_password(as_admin: Client, typed: dict[str, str], message: str) -> None:
    server = make_server()
    response = as_admin.post(EDIT, fields(server, **typed))
    assert (response.status_code, message in response.content.decode()) == (422, True)
    assert events() == []


def test_without_keys_nothing_is_stored(as_admin: Client, settings: Settings) -> None:
    settings.SECRET_KEYS = []
    response = as_admin.post(EDIT, fields(make_server(), password_from="stored", secret=CANARY))
    assert (response.status_code, "DENTALHUB_SECRET_KEYS is empty" in response.content.decode()) == (422, True)


def test_connection_test_before_saving_uses_the_typed_password(
    as_admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ServerSpec] = []

    def climb(spec: ServerSpec, database: str | None) -> ConnectionReport:
        asked.append(spec)
        return ConnectionReport(())

    monkeypatch.setattr(asked_tests, "climb", climb)
    server = make_server()
    response = as_admin.post(EDIT, fields(server, password_from="stored", secret=CANARY, action="test"))
    assert (response.status_code, CANARY in response.content.decode()) == (200, False)
    assert [password_of(spec) for spec in asked] == [Secret(CANARY)]
    assert (CANARY in repr(asked), StoredSecret.objects.count()) == (False, 0)
    assert DatabaseServer.objects.get().credential == "env:IVORIS_PASSWORD"


def test_password_of_a_region_serves_the_servers_without_one(as_admin: Client) -> None:
    region = make_region()
    server = make_server(region=region)
    region_edit = "/centers/regions/germany/edit/"
    typed = {**REGION, "user": "svc_region", "password_from": "reference", "credential": "env:IVORIS_PASSWORD"}
    assert as_admin.post(region_edit, typed).status_code == 302
    assert as_admin.post(EDIT, fields(server, password_from="none")).status_code == 302
    spec = DatabaseServer.objects.get().spec()
    assert (spec.user, spec.credential) == ("svc_region", "env:IVORIS_PASSWORD")
    assert as_admin.post(region_edit, {**typed, "password_from": "stored", "credential": ""}).status_code == 422
    assert as_admin.post(region_edit, {**REGION, "user": "svc_region", "secret": CANARY}).status_code == 302
    assert password(server) == Secret(CANARY)
    # Another user is another login; and no server is left without a password.
    assert CHANGED in as_admin.post(region_edit, {**REGION, "user": "sa"}).content.decode()
    refused = as_admin.post(region_edit, {**REGION, "user": "", "password_from": "none"}).content.decode()
    assert "Some servers of this region have no password of their own." in refused
    assert Region.objects.get().user == "svc_region"


def test_server_at_a_new_place_is_told_that_the_password_of_its_region_is_not_for_it(as_admin: Client) -> None:
    region = make_region()
    server = make_server(region=region)
    DatabaseServer.objects.update(user="", credential="")
    as_admin.post("/centers/regions/germany/edit/", {**REGION, "user": "svc_region", "secret": CANARY})
    response = as_admin.post(EDIT, fields(server, password_from="none", host="db.example"), follow=True)
    assert "The stored password is for another host, port or user." in response.content.decode()
    assert (CANARY in response.content.decode(), events()) == (
        False,
        ["region.changed", "secret.set", "server.changed"],
    )


@pytest.mark.parametrize("path", [EDIT, "/centers/servers/new/", "/centers/regions/germany/edit/"])
def test_forms_with_passwords_ask_anew_who_is_there(as_admin: Client, path: str) -> None:
    make_server()
    session = as_admin.session
    session["confirmed_at"] = 0
    session.save()
    for response in (as_admin.get(path), as_admin.post(path, {"secret": CANARY})):
        assert (response.status_code, "reauthenticate" in response.headers["Location"]) == (302, True)
        assert CANARY not in response.headers["Location"] + str(dict(as_admin.session))


def test_error_report_hides_what_was_typed(
    as_admin: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.views.debug import ExceptionReporter

    server = make_server()
    settings.SECRET_KEYS = ["x"]
    response = as_admin.post(EDIT, fields(server, password_from="stored", secret=CANARY))
    request = response.wsgi_request
    assert response.status_code == 422
    report = ExceptionReporter(request, ValueError, ValueError("test"), None)
    monkeypatch.setattr(report.filter, "is_active", lambda _request: True)
    assert CANARY not in report.get_traceback_text()


def test_list_says_where_passwords_are_and_never_which(as_admin: Client) -> None:
    region = make_region()
    make_server("own", region=region)
    stored = make_server("stored", region=region, port=1500)
    store(stored, Secret(CANARY))
    for code, place in (("own", "by reference"), ("stored", "stored, encrypted")):
        assert (code, place in row_of(as_admin, code)) == (code, True)
    make_server("bare", region=region, port=1501)
    DatabaseServer.objects.filter(code="bare").update(user="", credential="")
    assert "missing" in row_of(as_admin, "bare")
    Region.objects.update(user="svc", credential="env:IVORIS_PASSWORD")
    assert "that of the region" in row_of(as_admin, "bare")
    html = as_admin.get("/centers/servers/").content.decode()
    assert [part in html for part in (CANARY, "env:IVORIS", "stored:")] == [False] * 3


def row_of(client: Client, code: str) -> str:
    html = client.get("/centers/servers/").content.decode()
    return html.partition(f'href="/centers/servers/{code}/edit/"')[2].partition("</tr>")[0]


@pytest.mark.parametrize("model", ["databaseserver", "region"])
def test_admin_site_changes_no_user_and_no_reference(client: Client, db: None, model: str) -> None:
    person = User.objects.create_superuser("root", password="x")
    client.force_login(person)
    server = make_server()
    pk = server.pk if model == "databaseserver" else server.region_id
    html = client.get(f"/admin/centers/{model}/{pk}/change/").content.decode()
    assert ['name="user"' in html, 'name="credential"' in html] == [False, False]
