"""Who may trust a server blindly, for how long, and what ends it."""

import datetime as dt
from collections.abc import Callable

import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.connection import open_connection
from centers.enums import TrustState
from centers.exceptions import ImportFileError, SourceError, SourceErrorKind, TrustError
from centers.models import DatabaseServer, TlsTrust
from centers.trust import approve_trust, open_request, refuse_trust, request_trust
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center, make_server
from tests.scopes import sees_all_regions

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FILE = """
database: {{host: localhost, user: u, password: "env:IVORIS_A", {tls}}}
centers:
  - {{id: c1, name: A, database: D}}
"""


@pytest.fixture
def second(db: None, admin: User) -> User:
    person = User.objects.create_user("second")
    person.groups.set(admin.groups.all())
    sees_all_regions(person)
    return person


def asked(server: DatabaseServer, person: User | None, days: int = 30) -> TlsTrust:
    return request_trust(server, person, "SQL Server 2008 without a certificate.", days)


def stored(server: DatabaseServer) -> DatabaseServer:
    return DatabaseServer.objects.get(pk=server.pk)


def test_request_changes_nothing(admin: User) -> None:
    server = make_server()
    asked(server, admin)
    assert (stored(server).tls, stored(server).trusted_until, stored(server).is_trusted) == ("verified", None, True)
    event = AuditEvent.objects.get()
    assert (event.action, event.details["days"]) == ("server.trust_requested", 30)


def test_second_person_approves_for_the_days_that_were_asked_for(admin: User, second: User) -> None:
    server = make_server()
    approve_trust(asked(server, admin), second)
    found = stored(server)
    assert found.trusted_until is not None
    assert (found.tls, found.is_trusted, found.needs_trust) == ("trusted", True, True)
    assert (found.trusted_until - timezone.now()).days in {29, 30}
    request = TlsTrust.objects.get()
    assert (request.state, request.decided_by, request.waiver) == (TrustState.APPROVED, second, "")
    assert AuditEvent.objects.filter(action="server.trust_approved", actor=second).count() == 1


def test_who_asked_cannot_approve(admin: User) -> None:
    server = make_server()
    with pytest.raises(TrustError, match="a second person must approve"):
        approve_trust(asked(server, admin), admin, "I am alone.")
    assert (stored(server).tls, TlsTrust.objects.get().state) == ("verified", TrustState.REQUESTED)


def test_network_of_one_person_approves_with_a_reason(admin: User, settings: Settings) -> None:
    settings.FOUR_EYES = False
    server = make_server()
    with pytest.raises(TrustError, match="say why you approve it alone"):
        approve_trust(asked(server, admin), admin)
    approve_trust(asked(server, admin), admin, "Nobody else is here.")
    assert TlsTrust.objects.get(state=TrustState.APPROVED).waiver == "Nobody else is here."
    assert AuditEvent.objects.get(action="server.trust_approved").details["waiver"] == "Nobody else is here."


def test_second_decision_about_one_request_is_refused(admin: User, second: User) -> None:
    server = make_server()
    request = asked(server, admin)
    refuse_trust(request, second)
    with pytest.raises(TrustError, match="decided this already"):
        approve_trust(request, second)
    assert stored(server).tls == "verified"


def test_request_without_a_reason_or_with_strict_encryption_is_refused(admin: User) -> None:
    server = make_server()
    with pytest.raises(TrustError):
        request_trust(server, admin, "  ", 30)
    server.encrypt = "strict"
    with pytest.raises(TrustError):
        asked(server, admin)
    assert TlsTrust.objects.count() == 0


@pytest.mark.parametrize(("field", "value"), [("host", "10.1.2.3"), ("port", 1434), ("encrypt", "no")])
def test_server_that_moves_is_not_trusted_any_more(admin: User, second: User, field: str, value: object) -> None:
    server = make_server()
    approve_trust(asked(server, admin), second)
    moved = stored(server)
    before = getattr(moved, field)
    setattr(moved, field, value)
    assert moved.is_trusted is False
    moved.save()
    # And not again when it moves back.
    moved = stored(server)
    setattr(moved, field, before)
    moved.save()
    assert (stored(server).trusted_until, stored(server).is_trusted) == (None, False)


def test_row_that_was_moved_behind_the_model_is_not_trusted(admin: User, second: User) -> None:
    server = make_server()
    approve_trust(asked(server, admin), second)
    DatabaseServer.objects.update(port=1434)
    assert stored(server).is_trusted is False


def test_request_for_a_server_that_moved_cannot_be_approved(admin: User, second: User) -> None:
    server = make_server()
    request = asked(server, admin)
    DatabaseServer.objects.update(host="10.1.2.3")
    with pytest.raises(TrustError, match="Ask anew"):
        approve_trust(request, second)
    assert open_request(stored(server)) is None


def test_trust_ends_by_itself_and_nothing_is_sent_then(
    admin: User, second: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVORIS_PASSWORD", "secret")
    server = make_server()
    approve_trust(asked(server, admin, days=1), second)
    spec = stored(server).spec()
    assert spec.is_trusted(timezone.now() + dt.timedelta(hours=23)) is True
    assert spec.is_trusted(timezone.now() + dt.timedelta(hours=25)) is False
    DatabaseServer.objects.update(trust_expires_at=timezone.now() - dt.timedelta(seconds=1))
    with pytest.raises(SourceError) as caught:
        open_connection(stored(server).spec())
    assert (caught.value.kind, caught.value.transient) == (SourceErrorKind.TRUST, False)


@pytest.mark.parametrize("changes", [{"tls": "trusted"}, {"encrypt": "no"}])
def test_row_that_says_trusted_without_an_approval_reaches_nothing(
    changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVORIS_PASSWORD", "secret")
    server = make_server()
    DatabaseServer.objects.update(**changes)
    with pytest.raises(SourceError) as caught:
        open_connection(stored(server).spec())
    assert caught.value.kind is SourceErrorKind.TRUST


@pytest.mark.parametrize("tls", ["tls: trusted", "trust_server_certificate: true", "encrypt: no, tls: trusted"])
def test_file_asks_and_never_allows(tls: str, admin: User, second: User) -> None:
    apply_import(read_centers_file(FILE.format(tls=tls)), admin)
    server = DatabaseServer.objects.get()
    assert (server.tls, server.is_trusted) == ("trusted", False)
    request = TlsTrust.objects.get()
    assert (request.requested_by, request.state, request.days) == (admin, TrustState.REQUESTED, 90)
    # Again: nothing new, neither a request nor an approval.
    apply_import(read_centers_file(FILE.format(tls=tls)), second)
    assert (TlsTrust.objects.count(), stored(server).is_trusted) == (1, False)
    with pytest.raises(TrustError):
        approve_trust(request, admin)
    approve_trust(request, second)
    apply_import(read_centers_file(FILE.format(tls=tls)), admin)
    assert (TlsTrust.objects.count(), stored(server).is_trusted) == (1, True)


def test_file_cannot_bring_an_approval_along(admin: User) -> None:
    with pytest.raises(ImportFileError, match="Unknown key trust_expires_at"):
        read_centers_file(FILE.format(tls='tls: trusted, trust_expires_at: "2099-01-01"'))


def test_file_that_verifies_ends_the_trust(admin: User, second: User) -> None:
    apply_import(read_centers_file(FILE.format(tls="tls: trusted")), admin)
    approve_trust(TlsTrust.objects.get(), second)
    apply_import(read_centers_file(FILE.format(tls="tls: verified")), admin)
    apply_import(read_centers_file(FILE.format(tls="tls: trusted")), admin)
    assert DatabaseServer.objects.get().is_trusted is False


def test_file_that_pins_needs_the_certificate() -> None:
    with pytest.raises(ImportFileError, match="2:69: A pinned server needs its certificate"):
        read_centers_file(FILE.format(tls="tls: pinned"))
    with pytest.raises(ImportFileError, match="certificate: Write one certificate in PEM form, and no key"):
        read_centers_file(FILE.format(tls='tls: pinned, certificate: "abc"'))


def test_export_holds_no_approval(admin: User, second: User) -> None:
    make_center("c1")
    server = DatabaseServer.objects.get()
    approve_trust(asked(server, admin), second)
    exported = yaml.safe_load(export_centers())["servers"]["berlin"]
    assert exported["tls"] == "trusted"
    assert not [key for key in exported if "trust_" in key]


def test_pages_carry_a_red_badge(client_of: SignIn, admin: User, second: User) -> None:
    center = make_center("c1")
    approve_trust(asked(center.server, admin), second)
    for path in ("/centers/servers/", "/centers/id/c1/", "/centers/servers/berlin/tls/"):
        html = client_of(admin).get(path).content.decode()
        assert "trusted blindly until" in html
        assert "badge-state--danger" in html


def test_admin_asks_and_another_one_approves_on_the_page(client_of: SignIn, admin: User, second: User) -> None:
    server = make_server()
    first, other = client_of(admin), client_of(second)
    page = "/centers/servers/berlin/tls/"
    assert first.post(f"{page}trust/", {"reason": "Old.", "days": "366"}).status_code == 422
    assert first.post(f"{page}trust/", {"reason": "Old.", "days": "30"}).status_code == 302
    request = TlsTrust.objects.get()
    own = first.get(page).content.decode()
    assert "You asked for this yourself" in own
    assert f"trust/{request.pk}/approve/" not in own
    refused = first.post(f"{page}trust/{request.pk}/approve/")
    assert (refused.status_code, stored(server).tls) == (422, "verified")
    assert f"trust/{request.pk}/approve/" in other.get(page).content.decode()
    assert other.post(f"{page}trust/{request.pk}/approve/").status_code == 302
    assert stored(server).is_trusted is True
    assert other.post(f"{page}verify/").status_code == 302
    assert (stored(server).tls, stored(server).trusted_until) == ("verified", None)


def test_request_of_another_server_is_not_found(client_of: SignIn, admin: User, second: User) -> None:
    request = asked(make_server(), admin)
    make_server("wien", port=1444)
    assert client_of(second).post(f"/centers/servers/wien/tls/trust/{request.pk}/approve/").status_code == 404
    assert TlsTrust.objects.get().state == TrustState.REQUESTED


@pytest.mark.parametrize("action", ["fetch", "pin", "verify", "trust", "trust/1/approve", "trust/1/refuse"])
def test_only_admins_decide(client_of: SignIn, reviewer: User, analyst: User, action: str) -> None:
    make_server()
    path = f"/centers/servers/berlin/tls/{action}/"
    assert Client().post(path).status_code == 302
    for person in (reviewer, analyst):
        assert client_of(person).post(path).status_code == 403
    assert client_of(reviewer).get(path).status_code == 405


def test_page_shows_others_what_holds(client_of: SignIn, reviewer: User) -> None:
    make_server()
    html = client_of(reviewer).get("/centers/servers/berlin/tls/").content.decode()
    assert "certificate verified" in html
    assert '<form class="form-column"' not in html
    assert client_of(reviewer).get("/centers/servers/nope/tls/").status_code == 404


@pytest.mark.parametrize("action", ["pin", "verify", "trust", "trust/1/approve"])
def test_decision_asks_the_person_anew(client_of: SignIn, admin: User, action: str) -> None:
    make_server()
    client = client_of(admin)
    session = client.session
    session.pop("confirmed_at", None)
    session.save()
    response = client.post(f"/centers/servers/berlin/tls/{action}/", {"reason": "Old.", "days": "30"})
    assert response.status_code == 302
    assert "next=" in response["Location"]
    assert TlsTrust.objects.count() == 0
