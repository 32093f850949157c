"""Passwords in our own database: bound to their login, inherited from a region, refused when somebody moved them."""

import base64
import os
from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.core.checks.registry import registry
from pytest_django import Settings

from centers.checks import secret_keys_are_keys, stored_secrets_can_be_read
from centers.connection import borrow, close_all
from centers.connection_test import climb
from centers.credentials import password_of, renewed, resolve
from centers.exceptions import CredentialError, SourceError, SourceErrorKind
from centers.models import DatabaseServer, StoredSecret
from centers.sealing import key_id
from centers.secret import Secret
from centers.stored_secrets import erase_former, store
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.centers.makers import make_region, make_server
from tests.conftest import LAST_DAY

KEY, OTHER = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))
MOVED = "The stored password is for another host, port or user. Type it again in the form it came from."

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SECRET_KEYS = [KEY]


def reason(server: DatabaseServer) -> str:
    with pytest.raises(CredentialError) as caught:
        password_of(server.spec())
    return str(caught.value)


def test_stored_password_opens_for_its_server_and_is_encrypted_in_the_row() -> None:
    server = make_server()
    stored = store(server, Secret("canary-geheim"))
    server.refresh_from_db()
    assert server.credential == f"stored:{stored.pk}"
    assert password_of(server.spec()) == Secret("canary-geheim")
    assert "canary" not in str(StoredSecret.objects.values().get()) + repr(server.spec()) + str(stored)


def test_stored_reference_is_resolved_with_its_server_only() -> None:
    server = make_server()
    store(server, Secret("geheim"))
    with pytest.raises(CredentialError, match="Write where the password is"):
        resolve(server.credential)


@pytest.mark.parametrize("changes", [{"host": "evil.example"}, {"port": 14333}, {"user": "sa"}])
def test_server_that_was_changed_by_sql_gets_no_password(changes: dict[str, str | int]) -> None:
    server = make_server()
    store(server, Secret("geheim"))
    DatabaseServer.objects.filter(pk=server.pk).update(**changes)
    assert reason(DatabaseServer.objects.get()) == MOVED


def test_row_that_was_copied_to_another_server_gives_no_password() -> None:
    server, other = make_server(), make_server("bonn", port=1500)
    stored = store(server, Secret("geheim"))
    copy = StoredSecret.objects.create(server=other, sealed=stored.sealed)
    for reference in (stored.reference, copy.reference):
        DatabaseServer.objects.filter(pk=other.pk).update(credential=reference)
        assert reason(DatabaseServer.objects.get(pk=other.pk)) == MOVED


def test_changed_password_is_another_reference_and_the_former_one_is_deleted() -> None:
    server = make_server()
    first = store(server, Secret("eins"))
    before = server.spec()
    second = store(server, Secret("zwei"))
    assert (first.pk == second.pk, server.spec() == before) == (False, False)
    assert [row.pk for row in StoredSecret.objects.all()] == [second.pk]
    assert password_of(server.spec()) == Secret("zwei")


def test_another_key_makes_no_other_server_and_no_other_breaker() -> None:
    from extraction.breaker_rules import Subject
    from extraction.enums import BreakerScope

    server = make_server()
    stored = store(server, Secret("geheim"))
    before = server.spec()
    StoredSecret.objects.filter(pk=stored.pk).update(sealed="v1:ffffffff:x")
    after = server.spec()
    assert (before == after, before.sealed == after.sealed) == (True, False)
    subjects = [Subject(BreakerScope.SERVER, 1, spec) for spec in (before, after)]
    assert subjects[0].fingerprint == subjects[1].fingerprint


def test_erased_password_is_gone() -> None:
    server = make_server()
    store(server, Secret("geheim"))
    spec = server.spec()
    StoredSecret.objects.all().delete()
    assert reason(server) == "The stored password is gone. Type it again in the form of the server or region."
    server.credential = ""
    assert (password_of(spec), erase_former(server)) == (Secret("geheim"), 0)


def test_server_without_a_password_logs_in_as_its_region_says() -> None:
    region = make_region()
    server = make_server(region=region)
    DatabaseServer.objects.update(user="", credential="")
    region.user, region.credential = "svc_region", "env:IVORIS_PASSWORD"
    region.save()
    spec = DatabaseServer.objects.get(pk=server.pk).spec()
    assert (spec.user, spec.credential) == ("svc_region", "env:IVORIS_PASSWORD")


def test_server_whose_region_has_none_either_says_so() -> None:
    server = make_server()
    server.user = server.credential = ""
    assert reason(server) == "Neither the server nor its region says where the password is."


def test_stored_password_of_a_region_is_for_the_servers_that_it_had() -> None:
    region = make_region()
    server, own = make_server(region=region), make_server("bonn", region=region, port=1500)
    DatabaseServer.objects.filter(pk=server.pk).update(user="", credential="")
    region.user = "svc_region"
    region.save()
    store(region, Secret("geheim"))
    assert password_of(DatabaseServer.objects.get(pk=server.pk).spec()) == Secret("geheim")
    # A server that comes to it later, as SQL could make one, gets nothing until the password is typed again.
    DatabaseServer.objects.filter(pk=own.pk).update(user="", credential="", host="evil.example")
    assert reason(DatabaseServer.objects.get(pk=own.pk)) == MOVED
    region.refresh_from_db()
    store(region, Secret("geheim"))
    assert password_of(DatabaseServer.objects.get(pk=own.pk).spec()) == Secret("geheim")


def test_refused_stored_password_is_not_found_to_be_another_one() -> None:
    server = make_server()
    store(server, Secret("geheim"))
    assert renewed(server.spec(), Secret("geheim")) is None


def test_deleted_server_takes_its_password_along() -> None:
    server = make_server()
    store(server, Secret("geheim"))
    server.delete()
    assert StoredSecret.objects.count() == 0


def test_specs_of_servers_with_references_need_no_query(django_assert_num_queries: object) -> None:
    assert callable(django_assert_num_queries)
    server, stored = make_server(), make_server("bonn", port=1500)
    store(stored, Secret("geheim"))
    with django_assert_num_queries(0):
        server.spec()
    with django_assert_num_queries(1):
        stored.spec()


def test_checks_tell_of_keys_that_are_none(settings: Settings) -> None:
    assert secret_keys_are_keys() == []
    settings.SECRET_KEYS = [KEY, "geheim"]
    (found,) = secret_keys_are_keys()
    assert (found.id, found.msg) == ("centers.E001", "DENTALHUB_SECRET_KEYS: 1 of 2 are no keys.")


def test_checks_tell_of_passwords_whose_key_is_missing(settings: Settings) -> None:
    def said() -> list[tuple[str | None, str]]:
        return [(found.id, found.msg) for found in stored_secrets_can_be_read(databases=["default"])]

    settings.SECRET_KEYS = []
    assert said() == []
    settings.SECRET_KEYS = [KEY]
    store(make_server(), Secret("geheim"))
    assert said() == []
    settings.SECRET_KEYS = [OTHER]
    lacking = f"1 stored passwords cannot be read: DENTALHUB_SECRET_KEYS lacks the key {key_id(KEY)}."
    assert said() == [("centers.W002", lacking)]
    settings.SECRET_KEYS = []
    assert said() == [("centers.W001", "1 stored passwords cannot be read: DENTALHUB_SECRET_KEYS is empty.")]
    assert {secret_keys_are_keys, stored_secrets_can_be_read} <= set(registry.get_checks())
    assert "centers.W001" not in {found.id for found in run_checks()}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    options = NetworkOptions(until=LAST_DAY, centers=1, servers=1, days=1, rows_per_day=1)
    network = build_network(tmp_path_factory.mktemp("stored"), options)
    with (
        SandboxProcess(network.directory, ServeOptions()) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(running.ca_file))
        yield running


@pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="Only the sandbox counts its logins.")
def test_stored_password_logs_in_and_a_moved_server_sees_no_login(process: SandboxProcess) -> None:
    server = make_server(port=process.ports[next(iter(process.ports))])
    server.user = process.user
    server.save()
    store(server, Secret(process.password))
    assert climb(server.spec(), None).passed is True
    with borrow(server.spec()) as session:
        assert session.query("SELECT 1 AS one")[0].rows == [(1,)]
    close_all()
    before = process.logins()
    DatabaseServer.objects.update(host="127.0.0.1")
    with pytest.raises(SourceError) as caught, borrow(DatabaseServer.objects.get().spec()):
        pass
    assert (caught.value.kind, str(caught.value)) == (SourceErrorKind.CREDENTIAL, MOVED)
    assert process.logins() == before
    close_all()
