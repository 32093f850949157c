"""The environment variables of identity providers."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from environ import FileAwareEnv

from dentalhub.roles import Role
from dentalhub.sign_in.provider_freshness import has_just_signed_in_there, note_auth_time
from dentalhub.sign_in.providers import Provider, allauth_providers, read_providers

COMPLETE = {"ISSUER": "https://sso.example.org/realms/dental/", "CLIENT_ID": "dentalhub", "CLIENT_SECRET": "x"}


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Provider:
    for name, value in (COMPLETE | variables).items():
        monkeypatch.setenv(f"DENTALHUB_OIDC_SSO_{name}", value)
    return read_providers(FileAwareEnv(), ["sso"])["sso"]


def test_three_variables_are_enough_and_let_nobody_in_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = read(monkeypatch)
    assert (provider.name, provider.issuer) == ("Sso", "https://sso.example.org/realms/dental")
    assert provider.scopes == ("openid", "profile", "email")
    doors = (provider.creates_people, provider.links_by_email, provider.asks_for_second_factor)
    assert doors == (False, False, False)
    assert (provider.says_when, provider.manages_roles, provider.manages_regions) == (True, False, False)


def test_rules_and_names_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = read(
        monkeypatch,
        GROUPS_CLAIM="realm_access.roles",
        ROLES="a=admin",
        REGIONS="a=*",
        SCOPES="openid,groups",
        NAME="SSO",
    )
    assert (provider.name, provider.rules.claim, provider.scopes) == ("SSO", "realm_access.roles", ("openid", "groups"))
    assert provider.rules.roles == {"a": frozenset({Role.ADMIN})}
    assert (provider.manages_roles, provider.manages_regions) == (True, True)


def test_the_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file")
    for name, value in COMPLETE.items():
        monkeypatch.setenv(f"DENTALHUB_OIDC_FILED_{name}", value)
    monkeypatch.delenv("DENTALHUB_OIDC_FILED_CLIENT_SECRET")
    monkeypatch.setenv("DENTALHUB_OIDC_FILED_CLIENT_SECRET_FILE", str(file))
    assert read_providers(FileAwareEnv(), ["filed"])["filed"].client_secret == "from a file"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ISSUER", "http://sso.example.org", "ISSUER must be an https address"),
        ("ISSUER", "", "ISSUER must be an https address"),
        ("CLIENT_ID", "", "CLIENT_SECRET .* are needed"),
        ("CLIENT_SECRET", "", "CLIENT_SECRET .* are needed"),
        ("ROLES", "a=king", "'king' is no role"),
        ("REGIONS", "germany", "not of the form"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        read(monkeypatch, **{name: value})


@pytest.mark.parametrize("key", ["SSO", "a-b", "a/b", ""])
def test_a_wrong_key_is_refused(key: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="small letters"):
        read_providers(FileAwareEnv(), [key])


def test_allauth_proves_who_asked_with_a_code_challenge(monkeypatch: pytest.MonkeyPatch) -> None:
    (app,) = allauth_providers({"sso": read(monkeypatch)})["openid_connect"]["APPS"]
    assert app["settings"] == {
        "server_url": "https://sso.example.org/realms/dental",
        "scope": ["openid", "profile", "email"],
        "oauth_pkce_enabled": True,
    }


@pytest.mark.parametrize("auth_time", [None, "now", True, 0])
def test_an_answer_without_a_time_confirms_nothing(auth_time: object) -> None:
    request = HttpRequest()
    note_auth_time(request, auth_time)
    assert not has_just_signed_in_there(request)
