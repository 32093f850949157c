import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from centers.validators import (
    validate_code,
    validate_driver,
    validate_host,
    validate_one_line,
    validate_reference,
    validate_time_zone,
)


@pytest.mark.parametrize("value", ["localhost", "sql-1.practice.example", "10.0.0.7", "::1", "fe80::1", "host_1"])
def test_host_that_is_one_passes(value: str) -> None:
    validate_host(value)


@pytest.mark.parametrize(
    "value", ["", "a b", "h,1433", "h;UID=sa", "h}", "h\\inst", "http://h", "[::1]", "h\n", "x" * 254]
)
def test_host_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        validate_host(value)


@pytest.mark.parametrize(
    "value",
    [
        *("env:IVORIS_PASSWORD", "file:berlin", "file:berlin.txt", "file:austria/wien"),
        *("vault:secret/ivoris/berlin#password", "aws-sm:ivoris/berlin", "aws-sm:ivoris/berlin#password"),
        "aws-sm:arn:aws:secretsmanager:eu-central-1:123456789012:secret:ivoris-a1B2c3#password",
    ],
)
def test_reference_passes(value: str) -> None:
    validate_reference(value)


@pytest.mark.parametrize(
    "value",
    [
        "geheim",
        "env:a b",
        "env:PATH",
        "env:DENTALHUB_SECRET_KEY",
        "file:/etc/passwd",
        "file:../key",
        "file:.key",
        *("file:a/../../key", "file:a//b", "file:a/.b", "file:a\n"),
        *("vault:x", "vault:x#y", "vault:secret/a", "vault:secret/../sys#k", "vault:/secret/a#k", "vault:secret/a?x#k"),
        *("aws-sm:a b", "aws-sm:a#", "aws-sm:a#b#c"),
        # What our own forms make is not for typing.
        "stored:1",
    ],
)
def test_reference_to_something_else_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_reference(value)
    assert value not in " ".join(caught.value.messages)


@pytest.mark.parametrize("value", ["center_31", "a", "0-1"])
def test_code_passes(value: str) -> None:
    validate_code(value)


@pytest.mark.parametrize("value", ["", "A", "ä", "a b", "_a", "a\n", "a/b"])
def test_code_of_other_letters_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        validate_code(value)


@pytest.mark.parametrize("value", ["/tmp/evil.so", "a;b", "{x}", "", "x\n"])
def test_driver_that_is_no_name_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        validate_driver(value)


@pytest.mark.parametrize("value", ["a\nb", "a\0", "\x7f"])
def test_control_characters_are_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        validate_one_line(value)


def test_time_zone_that_is_none_is_refused() -> None:
    validate_time_zone("Europe/Vienna")
    with pytest.raises(ValidationError):
        validate_time_zone("Mars/Olympus")


@pytest.mark.parametrize(("reference", "passes"), [("vault:kv/ivoris/a#k", True), ("vault:kv/other/a#k", False)])
def test_reference_to_vault_stays_below_the_prefixes(settings: Settings, reference: str, passes: bool) -> None:
    settings.VAULT_PREFIXES = ["kv/ivoris/"]
    if passes:
        validate_reference(reference)
        return
    with pytest.raises(ValidationError, match="must begin with kv/ivoris/"):
        validate_reference(reference)


@pytest.mark.parametrize(("reference", "passes"), [("aws-sm:ivoris/a", True), ("aws-sm:other/a", False)])
def test_reference_to_aws_stays_below_the_prefixes(settings: Settings, reference: str, passes: bool) -> None:
    settings.AWS_SECRET_PREFIXES = ["ivoris/"]
    if passes:
        validate_reference(reference)
        return
    with pytest.raises(ValidationError, match="must begin with ivoris/"):
        validate_reference(reference)
