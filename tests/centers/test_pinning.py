"""Pinned certificates, with the genuine driver against the sandbox."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.contrib.auth.models import User
from django.core.cache import cache
from pytest_django import Settings

from centers import connection, tls_probe
from centers.certificates import Certificate, certificate_of
from centers.connection import open_connection
from centers.connection_test import climb
from centers.exceptions import SourceError, SourceErrorKind, TrustError
from centers.models import DatabaseServer
from centers.pinned_files import pinned_file
from centers.pinning import fetch_certificate, pin, verify
from centers.server_spec import ServerSpec
from dentalhub.models import AuditEvent
from dentalhub.sandbox.tls import ensure_tls_files, ensure_untrusted_files
from tests.centers.makers import make_server
from tests.conftest import PracticeServers

pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="Needs the sandbox's certificate.")


def certificate_in(file: Path) -> Certificate:
    pem, end, _key = file.read_text(encoding="utf-8").partition("-----END CERTIFICATE-----")
    return certificate_of(pem + end)


@pytest.fixture
def shown(sandbox: PracticeServers) -> Certificate:
    """What the sandbox shows."""
    return certificate_in(ensure_tls_files(sandbox.network.directory).server)


@pytest.fixture
def other(sandbox: PracticeServers) -> Certificate:
    """Another certificate for the same name."""
    return certificate_in(ensure_untrusted_files(sandbox.network.directory).server)


@pytest.fixture
def spec(sandbox: PracticeServers, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> ServerSpec:
    """A server of the sandbox, whose authority nobody trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(ensure_untrusted_files(sandbox.network.directory).ca))
    settings.DATA_DIR = tmp_path
    server = next(iter(yaml.safe_load(sandbox.centers_yml.read_text(encoding="utf-8"))["servers"].values()))
    made = ServerSpec(server["host"], server["port"], server["user"], "env:IVORIS_PASSWORD")
    return replace(made, host_name_in_certificate="x")


@pytest.fixture(autouse=True)
def no_limit() -> Iterator[None]:
    cache.clear()
    yield
    connection.close_all()


def kind_of_failure(spec: ServerSpec) -> SourceErrorKind | None:
    try:
        open_connection(spec).close()
    except SourceError as error:
        return error.kind
    return None


@pytest.mark.parametrize("encrypt", ["yes", "strict"])
def test_pinned_certificate_needs_no_authority_and_no_name(spec: ServerSpec, shown: Certificate, encrypt: str) -> None:
    assert kind_of_failure(replace(spec, encrypt=encrypt)) is SourceErrorKind.TLS
    pinned = replace(spec, encrypt=encrypt, tls="pinned", certificate=shown.pem)
    assert kind_of_failure(pinned) is None
    report = climb(pinned, None)
    assert (report.passed, report.steps[2].message) == (True, "encrypted, certificate is the pinned one")


@pytest.mark.parametrize("encrypt", ["yes", "strict"])
def test_other_certificate_than_the_pinned_one_gets_no_login(
    spec: ServerSpec, shown: Certificate, other: Certificate, encrypt: str
) -> None:
    pinned = replace(spec, encrypt=encrypt, tls="pinned", certificate=other.pem)
    assert kind_of_failure(pinned) is SourceErrorKind.TLS
    failure = climb(pinned, None).failure
    assert failure is not None
    assert (failure.step.value, failure.kind) == ("tls", "tls")
    assert shown.shown_fingerprint in failure.message


def test_driver_itself_compares_with_strict_encryption(
    spec: ServerSpec, other: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_probe, "shake_hands", lambda *_arguments: "as if all were well")
    assert kind_of_failure(replace(spec, encrypt="strict", tls="pinned", certificate=other.pem)) is SourceErrorKind.TLS


def test_file_of_a_pin_that_was_changed_is_written_anew(shown: Certificate, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    path = pinned_file(shown.pem)
    path.write_text("another one", encoding="utf-8")
    assert pinned_file(shown.pem) == path
    assert certificate_of(path.read_text(encoding="utf-8")) == shown


@pytest.fixture
def server(spec: ServerSpec, db: None) -> DatabaseServer:
    made = make_server(port=spec.port)
    DatabaseServer.objects.update(user=spec.user)
    made.refresh_from_db()
    return made


def test_person_pins_with_the_fingerprint_that_was_read_elsewhere(
    server: DatabaseServer, shown: Certificate, admin: User
) -> None:
    assert fetch_certificate(server, admin) == shown
    pin(server, admin, f" sha256: {shown.shown_fingerprint.lower()} ")
    stored = DatabaseServer.objects.get()
    assert (stored.tls, stored.certificate) == ("pinned", shown.pem)
    assert kind_of_failure(stored.spec()) is None
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        *("server.certificate_fetched", "server.certificate_fetched", "server.certificate_pinned"),
    ]
    assert shown.fingerprint in str(AuditEvent.objects.latest("pk").details["after"])
    verify(stored, admin)
    assert DatabaseServer.objects.values_list("tls", "certificate").get() == ("verified", "")


@pytest.mark.parametrize("typed", ["", "00", "other"])
def test_person_with_another_fingerprint_pins_nothing(
    server: DatabaseServer, shown: Certificate, other: Certificate, admin: User, typed: str
) -> None:
    with pytest.raises(TrustError, match="not the fingerprint"):
        pin(server, admin, other.shown_fingerprint if typed == "other" else typed or shown.fingerprint[:63])
    assert DatabaseServer.objects.get().tls == "verified"


def test_server_that_encrypts_only_the_login_cannot_be_pinned(server: DatabaseServer, admin: User) -> None:
    server.encrypt = "no"
    with pytest.raises(TrustError, match="Only the login is encrypted"):
        pin(server, admin, "00")
    assert AuditEvent.objects.count() == 0
