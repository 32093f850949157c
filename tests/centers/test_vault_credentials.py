"""`vault:` against a server on this machine, through the real client."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from centers.credentials import forget_all, resolve
from centers.exceptions import CredentialError, SecretStoreError
from centers.secret import Secret
from tests.centers.vault_server import FakeVault, serving

REFERENCE = "vault:secret/ivoris/berlin#password"


@pytest.fixture
def vault(settings: Settings) -> Iterator[FakeVault]:
    forget_all()
    secrets = {"secret/ivoris/berlin": {"password": "geheim", "user": "svc"}, "old/wien": {"password": "alt"}}
    with serving(FakeVault(secrets)) as server:
        settings.VAULT_ADDRESS = server.url
        settings.VAULT_TOKEN = "t-good"
        settings.VAULT_KV1_MOUNTS = ["old"]
        yield server
    forget_all()


def refusal(reference: str = REFERENCE) -> tuple[type[Exception], str]:
    with pytest.raises(CredentialError) as caught:
        resolve(reference)
    assert caught.value.__cause__ is None
    return type(caught.value), str(caught.value)


def test_value_of_the_second_version_is_read_once_and_remembered(vault: FakeVault) -> None:
    assert [resolve(REFERENCE) for _time in range(3)] == [Secret("geheim")] * 3
    assert vault.asked == ["GET /v1/secret/data/ivoris/berlin"]


def test_value_of_the_first_version_is_read(vault: FakeVault) -> None:
    assert resolve("vault:old/wien#password") == Secret("alt")
    assert vault.asked == ["GET /v1/old/wien"]


def test_twenty_threads_ask_once(vault: FakeVault) -> None:
    found: list[Secret] = []
    threads = [threading.Thread(target=lambda: found.append(resolve(REFERENCE))) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (found, len(vault.asked)) == ([Secret("geheim")] * 20, 1)


def test_changed_value_is_read_when_the_memory_ends(vault: FakeVault, settings: Settings) -> None:
    settings.CREDENTIAL_CACHE_SECONDS = 0
    assert resolve(REFERENCE) == Secret("geheim")
    vault.secrets["secret/ivoris/berlin"]["password"] = "neu"
    assert resolve(REFERENCE) == Secret("neu")


def test_namespace_is_sent_along(vault: FakeVault, settings: Settings) -> None:
    vault.namespace = "praxen"
    assert refusal()[0] is CredentialError
    forget_all()
    settings.VAULT_NAMESPACE = "praxen"
    assert resolve(REFERENCE) == Secret("geheim")


def test_token_from_a_file_is_read_anew_when_the_agent_has_changed_it(
    vault: FakeVault, settings: Settings, tmp_path: Path
) -> None:
    settings.CREDENTIAL_CACHE_SECONDS = 0
    settings.VAULT_TOKEN_FILE = str(tmp_path / "token")
    (tmp_path / "token").write_text("t-good\n", encoding="utf-8")
    assert resolve(REFERENCE) == Secret("geheim")
    vault.tokens = {"t-next"}
    (tmp_path / "token").write_text("t-next\n", encoding="utf-8")
    assert resolve(REFERENCE) == Secret("geheim")
    (tmp_path / "token").unlink()
    assert refusal() == (CredentialError, "The file with the token for Vault cannot be read.")


def test_role_logs_in_once_and_again_when_its_token_is_revoked(vault: FakeVault, settings: Settings) -> None:
    settings.CREDENTIAL_CACHE_SECONDS = 0
    settings.VAULT_TOKEN = ""
    settings.VAULT_ROLE_ID, settings.VAULT_SECRET_ID = "dentalhub", "s3cret"
    vault.roles = {"dentalhub": "s3cret"}
    login, read = "POST /v1/auth/approle/login", "GET /v1/secret/data/ivoris/berlin"
    assert [resolve(REFERENCE), resolve(REFERENCE)] == [Secret("geheim")] * 2
    assert vault.asked == [login, read, read]
    vault.tokens.clear()
    assert resolve(REFERENCE) == Secret("geheim")
    assert vault.asked[3:] == [read, login, read]
    vault.roles, vault.tokens = {}, set()
    assert refusal() == (
        CredentialError,
        "Vault refuses to show the secret secret/ivoris/berlin: check token and policy.",
    )


def test_role_logs_in_again_before_its_token_ends(vault: FakeVault, settings: Settings) -> None:
    settings.CREDENTIAL_CACHE_SECONDS = 0
    settings.VAULT_ROLE_ID, settings.VAULT_SECRET_ID = "dentalhub", "s3cret"
    vault.roles, vault.lease_seconds = {"dentalhub": "s3cret"}, 5
    assert [resolve(REFERENCE), resolve(REFERENCE)] == [Secret("geheim")] * 2
    assert vault.asked.count("POST /v1/auth/approle/login") == 2


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("vault:secret/ivoris/wien#password", "There is no secret secret/ivoris/wien in Vault."),
        ("vault:secret/ivoris/berlin#pin", "The secret secret/ivoris/berlin in Vault has no text under the key pin."),
    ],
)
def test_what_is_not_there_is_said(vault: FakeVault, reference: str, message: str) -> None:
    assert refusal(reference) == (CredentialError, message)


def test_refused_token_is_the_tokens_fault(vault: FakeVault, settings: Settings) -> None:
    settings.VAULT_TOKEN = "t-bad"
    assert refusal() == (
        CredentialError,
        "Vault refuses to show the secret secret/ivoris/berlin: check token and policy.",
    )


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_vault_that_is_sealed_or_broken_is_unreachable(vault: FakeVault, status: int) -> None:
    vault.status = status
    assert refusal() == (
        SecretStoreError,
        "Vault does not answer. Check that it runs, is unsealed and can be reached.",
    )
    vault.status = 0
    assert resolve(REFERENCE) == Secret("geheim")


def test_vault_that_is_away_is_unreachable(vault: FakeVault, settings: Settings) -> None:
    settings.VAULT_ADDRESS = "http://127.0.0.1:1"
    assert refusal()[0] is SecretStoreError


def test_redirect_is_not_followed_with_the_token(vault: FakeVault) -> None:
    with serving(FakeVault()) as stranger:
        vault.redirect = stranger.url
        assert refusal()[0] in {CredentialError, SecretStoreError}
        assert stranger.asked == []


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "Vault is not set up: set DENTALHUB_VAULT_ADDRESS."),
        ("http://vault.example:8200", "The address of Vault must begin with https://."),
        ("file:///etc/passwd", "The address of Vault must begin with https://."),
    ],
)
def test_address_that_is_not_safe_is_refused(vault: FakeVault, settings: Settings, address: str, message: str) -> None:
    settings.VAULT_ADDRESS = address
    assert refusal() == (CredentialError, message)


def test_token_of_the_environment_is_never_taken(
    vault: FakeVault, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAULT_TOKEN = ""
    monkeypatch.setenv("VAULT_TOKEN", "t-good")
    assert refusal() == (
        CredentialError,
        "Vault is not set up: set DENTALHUB_VAULT_TOKEN or DENTALHUB_VAULT_ROLE_ID.",
    )


def test_missing_package_is_said_in_one_sentence(vault: FakeVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hvac", None)
    assert refusal() == (
        CredentialError,
        "This password is in Vault, which needs hvac: pip install 'dentalhub[vault]'.",
    )
