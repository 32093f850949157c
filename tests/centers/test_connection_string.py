import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centers.connection_string import build
from tests.centers.makers import SPEC

KEYWORDS = [
    "DRIVER",
    "SERVER",
    "DATABASE",
    "UID",
    "PWD",
    "Encrypt",
    "TrustServerCertificate",
    "ApplicationIntent",
    "APP",
    "ConnectRetryCount",
]
# A value as the driver reads it: from an opening brace to the closing one that is not doubled.
PAIR = re.compile(r"([A-Za-z]+)=\{((?:[^}]|\}\})*)\};")
INJECTIONS = [
    "p;APP=evil",
    "p};APP={evil",
    "}",
    "}}",
    "{",
    "p};UID={sa};PWD={x",
    "=;{}",
    "' OR 1=1 --",
    "ünïcödé €",
    " leading and trailing ",
    ";TrustServerCertificate=yes",
    "};Server={evil.example,1433",
]


def parsed(text: str) -> list[tuple[str, str]]:
    """The keywords and values, as ODBC's grammar reads them; the whole text must be consumed."""
    assert "".join(match.group(0) for match in PAIR.finditer(text)) == text
    return [(match.group(1), match.group(2).replace("}}", "}")) for match in PAIR.finditer(text)]


def test_build_writes_the_keywords_in_a_fixed_order() -> None:
    assert build(SPEC, "secret", driver="/opt/driver.so") == (
        "DRIVER={/opt/driver.so};SERVER={localhost,1433};DATABASE={master};UID={svc_extract};PWD={secret};"
        "Encrypt={yes};TrustServerCertificate={no};ApplicationIntent={ReadOnly};APP={dentalhub};ConnectRetryCount={0};"
    )


@pytest.mark.parametrize("value", INJECTIONS)
def test_build_with_a_password_that_injects_adds_no_keyword(value: str) -> None:
    pairs = parsed(build(SPEC, value))
    assert [keyword for keyword, _value in pairs] == KEYWORDS
    assert dict(pairs)["PWD"] == value


@pytest.mark.parametrize("value", INJECTIONS)
def test_build_with_a_user_that_injects_adds_no_keyword(value: str) -> None:
    pairs = parsed(build(replace(SPEC, user=value), "secret"))
    assert [keyword for keyword, _value in pairs] == KEYWORDS
    assert dict(pairs)["UID"] == value


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_build_with_any_password_gives_it_back(password: str) -> None:
    pairs = parsed(build(SPEC, password))
    assert [keyword for keyword, _value in pairs] == KEYWORDS
    assert dict(pairs)["PWD"] == password


@pytest.mark.parametrize("host", ["a b", "host;UID=sa", "host,1444", "host}", "", "tcp:host", "h\\instance", "h\n"])
def test_build_with_a_host_that_is_none_raises(host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        build(replace(SPEC, host=host), "secret")


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_build_with_a_port_out_of_range_raises(port: int) -> None:
    with pytest.raises(ValueError, match="port"):
        build(replace(SPEC, port=port), "secret")


def test_build_with_an_unknown_encryption_raises() -> None:
    with pytest.raises(ValueError, match="encryption"):
        build(replace(SPEC, encrypt="maybe"), "secret")


def test_build_with_a_control_character_raises_without_the_value() -> None:
    with pytest.raises(ValueError, match="PWD") as caught:
        build(SPEC, "geh\neim")
    assert "geh" not in str(caught.value)


def test_build_with_a_name_in_the_certificate_passes_it_on() -> None:
    pairs = parsed(build(replace(SPEC, host_name_in_certificate="sql.example"), "secret"))
    assert dict(pairs)["HostNameInCertificate"] == "sql.example"
