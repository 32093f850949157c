"""What a person typed arrives as the one value it is, or nothing arrives: the genuine driver, the sandbox's log."""

import datetime as dt
import hashlib
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from centers import credentials
from centers.connection import close_all, open_connection
from centers.exceptions import SourceError
from centers.identifiers import quote, three_part
from centers.secret import Secret
from centers.server_spec import ServerSpec
from centers.source_session import SourceConnection
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.tsql.lexer import tokenize, unquote_name
from tests.centers.injection_corpus import SIZE, corpus, sample
from tests.centers.listening_sandbox import Heard, listening_sandbox
from tests.conftest import LAST_DAY

pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="Needs the sandbox's log.")
PASSWORD = "right"
SAMPLE = 100
how_many = pytest.mark.parametrize("count", [SAMPLE, pytest.param(SIZE, marks=pytest.mark.storm)])


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    options = NetworkOptions(until=LAST_DAY, centers=1, servers=1, days=1, rows_per_day=1)
    with listening_sandbox(build_network(tmp_path_factory.mktemp("heard"), options), PASSWORD) as found:
        yield found
        close_all()


@pytest.fixture
def spec(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> ServerSpec:
    heard.logins.clear()
    heard.intents.clear()
    heard.statements.clear()
    give_password(monkeypatch, PASSWORD)
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    return ServerSpec("127.0.0.1", heard.port, heard.user, "env:IVORIS_X", encrypt="no", trusted_until=tomorrow)


def give_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr(credentials, "password_of", lambda _spec: Secret(password))
    monkeypatch.setattr(credentials, "renewed", lambda _spec, _refused: None)


def attempt(spec: ServerSpec) -> SourceError | None:
    try:
        open_connection(spec).close()
    except SourceError as error:
        return error
    return None


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def can_stand_in_a_connection_string(text: str) -> bool:
    """Control characters and halves of characters are refused before anything is sent."""
    return not re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", text)


def test_corpus_has_a_thousand_different_strings() -> None:
    assert (len(corpus()), len(set(corpus())), len(sample(SAMPLE))) == (SIZE, SIZE, SAMPLE)


@how_many
def test_user_arrives_as_it_was_typed(count: int, spec: ServerSpec, heard: Heard) -> None:
    strings = sample(count)
    for text in strings:
        error = attempt(replace(spec, user=text))
        assert error is not None or text == heard.user
    sent = [text for text in strings if can_stand_in_a_connection_string(text)]
    assert len(sent) > count * 0.6
    assert heard.logins == [(text, digest(PASSWORD), "master", "dentalhub") for text in sent]


@how_many
def test_password_arrives_as_it_is_and_in_no_message(
    count: int, spec: ServerSpec, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    strings = sample(count)
    for text in strings:
        give_password(monkeypatch, text)
        error = attempt(spec)
        assert error is not None
        assert len(text) < 6 or text not in str(error)
    sent = [text for text in strings if can_stand_in_a_connection_string(text)]
    assert heard.logins == [(heard.user, digest(text), "master", "dentalhub") for text in sent]


@how_many
def test_host_leads_where_it_was_judged_and_changes_nothing_else(
    count: int, spec: ServerSpec, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(host: str, port: int, **_options: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    strings = sample(count)
    accepted = [text for text in strings if attempt(replace(spec, host=text)) is None]
    # Nothing but names as names are, and each of them as it was typed.
    assert accepted == asked
    assert all(text.replace("-", "").replace("_", "").replace(".", "").replace(":", "").isascii() for text in accepted)
    assert not [text for text in accepted if set(text) & set("'\";{}[]=\\/,%@#$()&|* \t\n\r\0")]
    assert heard.logins == [(heard.user, digest(PASSWORD), "master", "dentalhub")] * len(accepted)


@pytest.fixture
def session(spec: ServerSpec) -> Iterator[SourceConnection]:
    opened = open_connection(spec)
    yield opened
    opened.close()


@how_many
def test_database_table_and_column_arrive_as_one_name_each(
    count: int, session: SourceConnection, spec: ServerSpec, heard: Heard
) -> None:
    strings = sample(count)
    names = [(text, strings[at - 1], strings[at - 2]) for at, text in enumerate(strings)]
    read: list[tuple[str, str, str]] = []
    for database, table, column in names:
        try:
            sql = f"SELECT {quote(column)} FROM {three_part(database, 'dbo', table)}"  # noqa: S608
        except ValueError:
            continue
        heard.statements.clear()
        if re.search(r"[\ud800-\udfff]", sql):
            # The driver has no way to send half of a character.
            with pytest.raises(SourceError):
                session.query(sql)
            assert heard.statements == []
            continue
        if not session.reusable:
            session.close()
            session = open_connection(spec)
        with pytest.raises(SourceError):
            session.query(sql)
        (statement,) = heard.statements
        assert statement.endswith(sql)
        found = [unquote_name(token) for token in tokenize(sql)]
        assert (found[0], found[2], found[4], found[6]) == ("SELECT", "FROM", ".", ".")
        read.append((found[3], found[7], found[1]))
    expected = [each for each in names if not any(re.search(r"[\x00\ud800-\udfff]", name) for name in each)]
    assert len(expected) > count * 0.6
    assert read == expected


@pytest.mark.parametrize(("wanted", "said"), [(True, "read-only"), (False, "read-write")])
def test_login_says_whether_it_will_write(wanted: bool, said: str, spec: ServerSpec, heard: Heard) -> None:
    open_connection(replace(spec, read_only_intent=wanted)).close()
    assert heard.intents == [said]
