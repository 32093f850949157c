import socket
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from centers.exceptions import SourceError, SourceErrorKind
from centers.server_spec import ServerSpec
from centers.tcp_probe import Address
from centers.tls_probe import shake_hands
from dentalhub.sandbox.tls import TlsFiles, ensure_tls_files, server_context
from tests.centers.listening import Conversation, hangs_up, listening, silent, sql_server, web_server
from tests.centers.makers import SPEC

OFF, ON, NOT_SUPPORTED = 0, 1, 2


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return ensure_tls_files(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def trust_the_authority(files: TlsFiles, settings: Settings) -> None:
    settings.SOURCE_CA_FILE = str(files.ca)


def outcome(conversation: Conversation, spec: ServerSpec = SPEC) -> tuple[SourceErrorKind | None, str]:
    with listening(conversation) as port:
        address: Address = (socket.AF_INET, ("127.0.0.1", port))
        try:
            return None, shake_hands(spec, address, timeout=0.3)
        except SourceError as error:
            return error.kind, error.message


def test_handshake_with_a_trusted_certificate_is_verified(files: TlsFiles) -> None:
    assert outcome(sql_server(ON, server_context(files))) == (None, "encrypted, certificate verified")


def test_handshake_without_verification_says_so(files: TlsFiles) -> None:
    spec = replace(SPEC, tls="trusted")
    assert outcome(sql_server(ON, server_context(files)), spec) == (None, "encrypted, certificate not verified")


def test_handshake_for_the_login_only_says_so(files: TlsFiles) -> None:
    spec = replace(SPEC, encrypt="no")
    assert outcome(sql_server(OFF, server_context(files)), spec) == (None, "only the login is encrypted")


def test_handshake_without_any_encryption_says_so() -> None:
    assert outcome(sql_server(NOT_SUPPORTED), replace(SPEC, encrypt="no")) == (None, "not encrypted")
    assert outcome(sql_server(NOT_SUPPORTED)) == (SourceErrorKind.TLS, "The server offers no encryption at all.")


def test_handshake_with_another_name_names_the_reason(files: TlsFiles) -> None:
    spec = replace(SPEC, host_name_in_certificate="sql.example")
    kind, message = outcome(sql_server(ON, server_context(files)), spec)
    assert kind is SourceErrorKind.TLS
    assert message.startswith("The certificate is not trusted: Hostname mismatch")


def test_handshake_with_an_unknown_authority_names_the_reason(
    files: TlsFiles, settings: Settings, tmp_path: Path
) -> None:
    settings.SOURCE_CA_FILE = str(ensure_tls_files(tmp_path).ca)
    kind, message = outcome(sql_server(ON, server_context(files)))
    assert kind is SourceErrorKind.TLS
    assert message.startswith("The certificate is not trusted:")


@pytest.mark.parametrize(
    ("conversation", "kind"),
    [
        (silent, SourceErrorKind.HUNG),
        (web_server, SourceErrorKind.PROTOCOL),
        (hangs_up, SourceErrorKind.CONNECTION_LOST),
        (sql_server(ON), SourceErrorKind.CONNECTION_LOST),
        (sql_server(9), SourceErrorKind.PROTOCOL),
    ],
)
def test_handshake_with_something_else_tells_what(conversation: Conversation, kind: SourceErrorKind) -> None:
    found = outcome(conversation)
    assert found[0] is kind
