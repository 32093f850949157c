"""A centers file holds references and never a password; a stored one stays where it is."""

import base64

import pytest
import yaml
from django.contrib.auth.models import User
from pytest_django import Settings

from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.credentials import password_of
from centers.exceptions import ImportFileError
from centers.import_plan import Action, plan_import
from centers.models import DatabaseServer, Region, StoredSecret
from centers.secret import Secret
from centers.stored_secrets import store
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center, make_region, make_server

pytestmark = pytest.mark.django_db
CANARY = "canary-91b2"
FILE = """
regions: {{germany: {{name: Germany{region}}}}}
servers:
  berlin: {{region: germany, host: {host}{server}}}
centers:
  - {{id: c1, name: Praxis, database: DB_c1, server: berlin}}
"""


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SECRET_KEYS = [base64.urlsafe_b64encode(bytes([1]) * 32).decode()]


def text(*, host: str = "localhost", server: str = "", region: str = "") -> str:
    return FILE.format(host=host, server=server, region=region)


def problems(content: str) -> list[str]:
    with pytest.raises(ImportFileError) as caught:
        plan_import(read_centers_file(content))
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


def stored_server() -> DatabaseServer:
    server = make_server()
    make_center("c1", server=server)
    store(server, Secret(CANARY))
    return server


def test_export_holds_no_password_and_importing_it_changes_nothing() -> None:
    server = stored_server()
    region = server.region
    region.user = "svc_region"
    region.save()
    store(region, Secret(CANARY))
    make_server("bonn", region=region, port=1500)
    DatabaseServer.objects.filter(code="bonn").update(user="", credential="")
    exported = export_centers()
    document = yaml.safe_load(exported)
    assert (document["regions"]["germany"]["user"], document["regions"]["germany"]["password"]) == (
        "svc_region",
        "(stored)",
    )
    assert document["servers"]["berlin"]["password"] == "(stored)"
    assert {"user", "password"}.isdisjoint(document["servers"]["bonn"])
    sealed = StoredSecret.objects.values_list("sealed", flat=True)
    assert [part in exported for part in (CANARY, "stored:", *sealed)] == [False] * 4
    assert plan_import(read_centers_file(exported)).changes_nothing is True
    apply_import(read_centers_file(exported))
    assert password_of(DatabaseServer.objects.get(code="berlin").spec()) == Secret(CANARY)


@pytest.mark.parametrize("server", [", user: svc_extract, password: (stored)", ""])
def test_moved_server_demands_its_password_again(server: str) -> None:
    stored_server()
    said = "4: berlin: its host, port or user changes, so its password is demanded again: write a reference, or change"
    assert problems(text(host="evil.example", server=server)) == [f"{said} it in the form."]
    assert DatabaseServer.objects.get().host == "localhost"


def test_moved_server_with_a_reference_demands_it_again_too() -> None:
    make_center("c1")
    assert len(problems(text(host="db.example"))) == 1
    moved = text(host="db.example", server=', user: svc_extract, password: "env:IVORIS_PASSWORD"')
    assert plan_import(read_centers_file(moved)).count(Action.CHANGE, "server") == 1


def test_reference_takes_the_place_of_the_stored_password(admin: User) -> None:
    stored_server()
    plan = apply_import(
        read_centers_file(text(server=', user: svc_extract, password: "vault:kv/berlin#pw"'), actor=admin), admin
    )
    (change,) = next(planned for planned in plan.objects if planned.model == "server").changes
    assert (change.field, change.before, change.after) == ("credential", "(stored)", "vault:kv/berlin#pw")
    assert StoredSecret.objects.count() == 0
    assert "secret.erased" in AuditEvent.objects.values_list("action", flat=True)


def test_mark_without_a_stored_password_is_refused() -> None:
    assert problems(text(server=", user: svc, password: (stored)"))[0] == (
        "4: berlin: no password is stored for it here. Write a reference to one."
    )


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ("", "4: berlin has no user and password, and neither has its region."),
        (", user: svc", "4: berlin: write both user and password, or neither."),
        (', password: "env:IVORIS_A"', "4: berlin: write both user and password, or neither."),
    ],
)
def test_server_needs_both_or_its_regions(server: str, message: str) -> None:
    assert problems(text(server=server)) == [message]


@pytest.mark.parametrize("is_stored", [True, False])
def test_server_takes_what_its_region_has(is_stored: bool) -> None:
    if is_stored:
        region = make_region()
        Region.objects.update(user="svc_region", credential="env:IVORIS_PASSWORD")
        content = text().replace("regions: {germany: {name: Germany}}\n", "")
        assert region.code in content
    else:
        content = text(region=', user: svc_region, password: "env:IVORIS_PASSWORD"')
    apply_import(read_centers_file(content))
    spec = DatabaseServer.objects.get().spec()
    assert (spec.user, spec.credential) == ("svc_region", "env:IVORIS_PASSWORD")


@pytest.mark.parametrize("password", [CANARY, "stored:1"])
def test_password_in_a_file_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        read_centers_file(text(server=f', user: svc, password: "{password}"'))
    assert ("never the password" in str(caught.value), password in str(caught.value)) == (True, False)
