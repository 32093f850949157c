"""`aws-sm:` against moto's Secrets Manager, through the real client."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pytest_django import Settings

from centers.credentials import forget_all, resolve
from centers.exceptions import CredentialError, SecretStoreError
from centers.secret import Secret


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    forget_all()
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name="ivoris/berlin", SecretString=json.dumps({"password": "geheim", "port": 1433}))
        client.create_secret(Name="ivoris/plain", SecretString="ganz geheim")
        client.create_secret(Name="ivoris/bytes", SecretBinary=b"\x00")
        yield client
    forget_all()


def refusal(reference: str) -> tuple[type[Exception], str]:
    with pytest.raises(CredentialError) as caught:
        resolve(reference)
    assert caught.value.__cause__ is None
    return type(caught.value), str(caught.value)


def test_value_of_a_json_secret_is_read(aws: Any) -> None:
    assert resolve("aws-sm:ivoris/berlin#password") == Secret("geheim")


def test_whole_secret_is_read(aws: Any) -> None:
    assert resolve("aws-sm:ivoris/plain") == Secret("ganz geheim")


def test_secret_is_found_by_its_arn(aws: Any) -> None:
    arn = aws.describe_secret(SecretId="ivoris/berlin")["ARN"]
    assert resolve(f"aws-sm:{arn}#password") == Secret("geheim")


def test_changed_secret_is_read_when_the_memory_ends(aws: Any, settings: Settings) -> None:
    assert resolve("aws-sm:ivoris/plain") == Secret("ganz geheim")
    aws.put_secret_value(SecretId="ivoris/plain", SecretString="neu")
    assert resolve("aws-sm:ivoris/plain") == Secret("ganz geheim")
    settings.CREDENTIAL_CACHE_SECONDS = 0
    assert resolve("aws-sm:ivoris/plain") == Secret("neu")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("aws-sm:ivoris/wien", "There is no secret ivoris/wien in AWS Secrets Manager."),
        ("aws-sm:ivoris/berlin#pin", "The secret ivoris/berlin has no text under the key pin."),
        ("aws-sm:ivoris/berlin#port", "The secret ivoris/berlin has no text under the key port."),
        ("aws-sm:ivoris/plain#password", "The secret ivoris/plain has no text under the key password."),
        ("aws-sm:ivoris/bytes", "The secret ivoris/bytes holds no text."),
    ],
)
def test_what_is_not_there_is_said(aws: Any, reference: str, message: str) -> None:
    assert refusal(reference) == (CredentialError, message)


def test_without_keys_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, aws: Any) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    forget_all()
    assert refusal("aws-sm:ivoris/plain") == (
        CredentialError,
        "AWS is not set up: set AWS_DEFAULT_REGION, and keys or a role for this machine.",
    )


def test_aws_that_is_away_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1")
    forget_all()
    assert refusal("aws-sm:ivoris/plain") == (
        SecretStoreError,
        "AWS Secrets Manager does not answer. Check region, network and endpoint.",
    )
    forget_all()


def test_missing_package_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_all()
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert refusal("aws-sm:ivoris/plain") == (
        CredentialError,
        "This password is in AWS Secrets Manager, which needs boto3: pip install 'dentalhub[aws-sm]'.",
    )
