import pytest

from centers.error_numbers import (
    ACTION_OF_KIND,
    MOST_ATTEMPTS,
    NUMBER_RULES,
    RETRIES,
    RULE_OF_NUMBER,
    STATE_RULES,
    Action,
)
from centers.exceptions import SourceError
from centers.exceptions import SourceErrorKind as Kind
from centers.source_errors import breaker_scope, classify, error_of_kind, opens_at_once, retry_limit, source_error
from tests.centers import error_document

SERVER = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"
DRIVER = "[Microsoft][ODBC Driver 18 for SQL Server]"
RETRIED = (
    *(601, 701, 1204, 1205, 1222, 3960, 8645, 8651, 10928, 10929),
    *(40197, 40501, 40613, 49918, 49919, 49920, 41301, 41302, 41305, 41325, 41839),
)
NEVER_RETRIED = (18456, 18486, 18487, 18488, 911, 4060, 229, 207, 208, 245)


def of_number(number: int) -> SourceError:
    return source_error("42000", f"[42000] {SERVER}What the server says. ({number}) (SQLExecDirectW)")


@pytest.mark.parametrize("number", RETRIED)
def test_transient_number_is_tried_three_times_in_all(number: int) -> None:
    error = of_number(number)
    assert (error.number, error.transient, retry_limit(error)) == (number, True, 2)
    assert MOST_ATTEMPTS == 3


@pytest.mark.parametrize("number", NEVER_RETRIED)
def test_lasting_number_is_never_tried_again(number: int) -> None:
    error = of_number(number)
    assert (error.number, error.transient, retry_limit(error)) == (number, False, 0)


@pytest.mark.parametrize("number", [18456, 18486, 18487, 18488])
def test_refused_login_opens_the_servers_breaker_at_once(number: int) -> None:
    kind = of_number(number).kind
    assert (opens_at_once(kind), breaker_scope(kind)) == (True, "server")


@pytest.mark.parametrize(
    ("state", "text", "kind", "retries"),
    [
        ("08S01", "Communication link failure (0) (SQLExecDirectW)", Kind.CONNECTION_LOST, 2),
        ("08001", "Client unable to establish connection (10061) (SQLDriverConnect)", Kind.UNREACHABLE, 1),
        ("HYT00", "Query timeout expired (0) (SQLExecDirectW)", Kind.TIMEOUT, 1),
        ("08001", "SSL Provider: certificate verify failed (-1) (SQLDriverConnect)", Kind.TLS, 0),
        ("08001", "SSL Provider: unsupported protocol (-1) (SQLDriverConnect)", Kind.TLS, 0),
        ("28000", "Something about the login (0) (SQLDriverConnect)", Kind.LOGIN, 0),
        ("IM004", "Driver's SQLAllocHandle failed (0) (SQLDriverConnect)", Kind.DRIVER, 0),
    ],
)
def test_state_and_words_decide_without_a_number(state: str, text: str, kind: Kind, retries: int) -> None:
    error = source_error(state, f"[{state}] {DRIVER}{text}")
    assert (error.kind, retry_limit(error), error.transient) == (kind, retries, retries > 0)


def test_unknown_number_is_never_tried_again() -> None:
    error = of_number(8152)
    assert (error.kind, error.number, retry_limit(error)) == (Kind.OTHER, 8152, 0)


def test_number_means_one_thing() -> None:
    numbers = [number for rule in NUMBER_RULES for number in rule.numbers]
    states = [state for rule in STATE_RULES for state in rule.states]
    assert (len(numbers), len(states)) == (len(set(numbers)), len(set(states)))


@pytest.mark.parametrize("number", sorted(RULE_OF_NUMBER))
def test_number_of_the_table_is_recognised(number: int) -> None:
    found = classify("HY000", f"[HY000] {SERVER}What the server says. ({number}) (SQLFetch)")
    assert (found.kind, found.number) == (RULE_OF_NUMBER[number].kind, number)


def test_every_kind_has_an_action_and_every_action_a_number_of_retries() -> None:
    assert set(ACTION_OF_KIND) == set(Kind)
    assert set(RETRIES) == set(Action)


@pytest.mark.parametrize("kind", Kind)
def test_transient_says_whether_there_is_a_retry(kind: Kind) -> None:
    error = error_of_kind(kind)
    assert error.transient is (retry_limit(error) > 0)


def test_only_what_concerns_the_account_opens_at_once() -> None:
    assert {kind for kind in Kind if opens_at_once(kind)} == {Kind.LOGIN, Kind.CREDENTIAL}


def test_breaker_scopes() -> None:
    assert {kind for kind in Kind if breaker_scope(kind) == "server"} == {
        *(Kind.DNS, Kind.REFUSED, Kind.UNREACHABLE, Kind.TLS),
        *(Kind.LOGIN, Kind.LOGIN_TIMEOUT, Kind.CREDENTIAL, Kind.BUSY),
    }
    assert {kind for kind in Kind if breaker_scope(kind) is None} == {
        *(Kind.SECRET_STORE, Kind.NETWORK, Kind.TRUST, Kind.DRIVER, Kind.POOLING, Kind.TABLE, Kind.COLUMN, Kind.SCHEMA),
    }


@pytest.mark.parametrize(
    "table", [error_document.kinds_table, error_document.numbers_table, error_document.states_table]
)
def test_the_page_for_people_holds_the_same_tables(table: object) -> None:
    assert callable(table)
    assert table() in error_document.DOCUMENT.read_text(encoding="utf-8")
