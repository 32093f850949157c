import pytest

from centers.exceptions import SourceErrorKind as Kind
from centers.source_errors import ADVICE, Classification, classify, ends_connection, source_error

SERVER = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"
DRIVER = "[Microsoft][ODBC Driver 18 for SQL Server]"

ERRORS = [
    ("28000", f"[28000] {SERVER}Login failed for user 'x'. (18456) (SQLDriverConnect)", Kind.LOGIN, 18456, False, ""),
    ("28000", f"[28000] {SERVER}The account is locked. (18486) (SQLDriverConnect)", Kind.LOGIN, 18486, False, ""),
    (
        "42000",
        f'[42000] {SERVER}Cannot open database "D_1". (4060) (SQLx); [28000] {SERVER}Login failed. (18456)',
        Kind.DATABASE,
        4060,
        False,
        "D_1",
    ),
    ("42000", f"[42000] {SERVER}Database 'D' does not exist. (911) (SQLExecDirectW)", Kind.DATABASE, 911, False, "D"),
    (
        "42S02",
        f"[42S02] {SERVER}Invalid object name 'D.ck.K'. (208) (SQLExecDirectW)",
        Kind.TABLE,
        208,
        False,
        "D.ck.K",
    ),
    ("42S22", f"[42S22] {SERVER}Invalid column name 'DATUM_1'. (207) (SQLExecute)", Kind.COLUMN, 207, False, "DATUM_1"),
    ("42000", f"[42000] {SERVER}The SELECT permission was denied. (229) (SQLExecute)", Kind.PERMISSION, 229, False, ""),
    ("40001", f"[40001] {SERVER}Transaction was deadlocked. (1205) (SQLExecDirectW)", Kind.DEADLOCK, 1205, True, ""),
    ("42000", f"[42000] {SERVER}Lock request time out. (1222) (SQLFetch)", Kind.LOCK_TIMEOUT, 1222, True, ""),
    ("42000", f"[42000] {SERVER}Insufficient memory. (701) (SQLExecute)", Kind.BUSY, 701, True, ""),
    ("42000", f"[42000] {SERVER}Snapshot conflict. (3960) (SQLExecute)", Kind.CONFLICT, 3960, True, ""),
    ("HY000", f"[HY000] {SERVER}Session was killed. (596) (SQLFetch)", Kind.CONNECTION_LOST, 596, True, ""),
    ("42000", f"[42000] {SERVER}Database 'D' is not available. (40613) (SQLx)", Kind.DATABASE, 40613, True, "D"),
    (
        "22018",
        f"[22018] {SERVER}Converting 'Meier (18456)' failed. (245) (SQLFetch)",
        Kind.OTHER,
        245,
        False,
        "",
    ),
    ("HYT00", f"[HYT00] {DRIVER}Login timeout expired (0) (SQLDriverConnect)", Kind.TIMEOUT, None, True, ""),
    ("HYT00", f"[HYT00] {DRIVER}Query timeout expired (0) (SQLExecDirectW)", Kind.TIMEOUT, None, True, ""),
    ("08001", f"[08001] {DRIVER}Client unable to connect (10061) (SQLDriverConnect)", Kind.UNREACHABLE, None, True, ""),
    (
        "08001",
        f"[08001] {DRIVER}SSL Provider: certificate verify failed (-1) (SQLx)",
        Kind.TLS,
        None,
        False,
        "",
    ),
    ("08001", f"[08001] {DRIVER}Encryption not supported on SQL Server. (20) (SQLx)", Kind.TLS, None, False, ""),
    (
        "08S01",
        f"[08S01] {DRIVER}TCP Provider: Error code 0x2746 (10054) (SQLGetData)",
        Kind.CONNECTION_LOST,
        None,
        True,
        "",
    ),
    ("08S01", f"[08S01] {DRIVER}Communication link failure (0) (SQLExecDirectW)", Kind.CONNECTION_LOST, None, True, ""),
    ("HY000", f"[HY000] {DRIVER}Protocol error in TDS stream (0) (SQLDriverConnect)", Kind.PROTOCOL, None, False, ""),
    ("IM002", "[IM002] [unixODBC][Driver Manager]Data source name not found (0) (SQLx)", Kind.DRIVER, None, False, ""),
    (
        "01000",
        "[01000] [unixODBC][Driver Manager]Can't open lib '/x' (0) (SQLx)",
        Kind.DRIVER,
        None,
        False,
        "",
    ),
    ("HY000", "The driver did not supply an error!", Kind.TIMEOUT, None, True, ""),
    ("HY000", f"[HY000] {DRIVER}Unknown token received (0) (SQLFetch)", Kind.PROTOCOL, None, False, ""),
    ("HY000", f"[HY000] {DRIVER}Something else (0) (SQLFetch)", Kind.OTHER, None, False, ""),
]


@pytest.mark.parametrize(("state", "text", "kind", "number", "transient", "name"), ERRORS)
def test_classify_goes_by_the_native_number(
    state: str, text: str, kind: Kind, number: int | None, transient: bool, name: str
) -> None:
    assert classify(state, text) == Classification(kind, number, transient, name)


def test_source_error_names_the_missing_object() -> None:
    error = source_error("42S02", f"[42S02] {SERVER}Invalid object name 'D.ck.KARTEI'. (208) (SQLExecDirectW)")
    assert error.message == ("A table is missing. Discover the center again and review its mapping. (D.ck.KARTEI)")


@pytest.mark.parametrize(("state", "text", "kind", "number", "transient", "name"), ERRORS)
def test_source_error_repeats_nothing_else_of_the_drivers_text(
    state: str, text: str, kind: Kind, number: int | None, transient: bool, name: str
) -> None:
    message = source_error(state, text).message
    if kind is Kind.OTHER and number is not None:
        assert message == f"The server reported error {number}. Look it up in SQL Server's documentation."
    else:
        assert message == (f"{ADVICE[kind]} ({name})" if name else str(ADVICE[kind]))


def test_advice_exists_for_every_kind() -> None:
    assert set(ADVICE) == set(Kind)


@pytest.mark.parametrize(
    ("state", "text", "ends"),
    [
        ("42S02", f"[42S02] {SERVER}Invalid object name 'x'. (208) (SQLx)", False),
        ("40001", f"[40001] {SERVER}Deadlock. (1205) (SQLx)", False),
        ("42000", f"[42000] {SERVER}Lock request time out. (1222) (SQLx)", False),
        ("HYT00", f"[HYT00] {DRIVER}Query timeout expired (0) (SQLx)", True),
        ("08S01", f"[08S01] {DRIVER}Communication link failure (0) (SQLx)", True),
        ("HY000", f"[HY000] {DRIVER}Protocol error in TDS stream (0) (SQLx)", True),
        ("HY000", f"[HY000] {SERVER}Session was killed. (596) (SQLx)", True),
    ],
)
def test_ends_connection_spares_plain_statement_errors(state: str, text: str, ends: bool) -> None:
    assert ends_connection(state, source_error(state, text)) is ends
