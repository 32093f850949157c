import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centers.connection_string import build
from centers.secret import Secret
from centers.server_spec import ServerSpec
from tests.centers.makers import SPEC

PLACE = "10.1.2.3"
KEYWORDS = [
    "DRIVER",
    "SERVER",
    "DATABASE",
    "UID",
    "PWD",
    "Encrypt",
    "TrustServerCertificate",
    "HostNameInCertificate",
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


def text_of(spec: ServerSpec, password: str, place: str = PLACE, *, driver: str | None = None) -> str:
    return build(spec, Secret(password), place, driver=driver).reveal()


def parsed(text: str) -> list[tuple[str, str]]:
    """The keywords and values, as ODBC's grammar reads them; the whole text must be consumed."""
    assert "".join(match.group(0) for match in PAIR.finditer(text)) == text
    return [(match.group(1), match.group(2).replace("}}", "}")) for match in PAIR.finditer(text)]


def test_build_writes_the_keywords_in_a_fixed_order() -> None:
    assert text_of(SPEC, "secret", driver="/opt/driver.so") == (
        "DRIVER={/opt/driver.so};SERVER={tcp:10.1.2.3,1433};DATABASE={master};UID={svc_extract};PWD={secret};"
        "Encrypt={yes};TrustServerCertificate={no};HostNameInCertificate={localhost};ApplicationIntent={ReadOnly};"
        "APP={dentalhub};ConnectRetryCount={0};"
    )


@pytest.mark.parametrize("value", INJECTIONS)
def test_build_with_a_password_that_injects_adds_no_keyword(value: str) -> None:
    pairs = parsed(text_of(SPEC, value))
    assert [keyword for keyword, _value in pairs] == KEYWORDS
    assert dict(pairs)["PWD"] == value


@pytest.mark.parametrize("value", INJECTIONS)
def test_build_with_a_user_that_injects_adds_no_keyword(value: str) -> None:
    pairs = parsed(text_of(replace(SPEC, user=value), "secret"))
    assert [keyword for keyword, _value in pairs] == KEYWORDS
    assert dict(pairs)["UID"] == value


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_build_with_any_password_gives_it_back(password: str) -> None:
    pairs = parsed(text_of(SPEC, password))
    assert [keyword for keyword, _value in pairs] == KEYWORDS
    assert dict(pairs)["PWD"] == password


@pytest.mark.parametrize("host", ["a b", "host;UID=sa", "host,1444", "host}", "", "tcp:host", "h\\instance", "h\n"])
def test_build_with_a_host_that_is_none_raises(host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        text_of(replace(SPEC, host=host), "secret")


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_build_with_a_port_out_of_range_raises(port: int) -> None:
    with pytest.raises(ValueError, match="port"):
        text_of(replace(SPEC, port=port), "secret")


def test_build_with_an_unknown_encryption_raises() -> None:
    with pytest.raises(ValueError, match="encryption"):
        text_of(replace(SPEC, encrypt="maybe"), "secret")


def test_build_with_a_control_character_raises_without_the_value() -> None:
    with pytest.raises(ValueError, match="PWD") as caught:
        text_of(SPEC, "geh\neim")
    assert "geh" not in str(caught.value)


def test_build_without_read_only_intent_says_nothing_of_it() -> None:
    pairs = parsed(text_of(replace(SPEC, read_only_intent=False), "secret"))
    assert [keyword for keyword, _value in pairs] == [keyword for keyword in KEYWORDS if keyword != "ApplicationIntent"]


def test_build_with_a_name_in_the_certificate_passes_it_on() -> None:
    pairs = parsed(text_of(replace(SPEC, host_name_in_certificate="sql.example"), "secret"))
    assert dict(pairs)["HostNameInCertificate"] == "sql.example"


@pytest.mark.parametrize("place", ["localhost", "10.1.2.3;UID=sa", "0x7f.1", "2130706433", "fe80::1%eth0", "", "[::1]"])
def test_build_for_what_is_no_address_raises(place: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        text_of(SPEC, "secret", place)


def test_build_for_an_address_as_host_leaves_the_name_in_the_certificate_to_the_driver() -> None:
    pairs = dict(parsed(text_of(replace(SPEC, host="fd00::7"), "secret", "fd00::7")))
    assert (pairs["SERVER"], "HostNameInCertificate" in pairs) == ("tcp:fd00::7,1433", False)
