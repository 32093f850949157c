"""What the genuine driver makes of faults that act in or after a login, in the rows, and once."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pyodbc
import pytest

from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import FaultKind, NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.sandbox.conftest import Served
from tests.sandbox.driver import connect, native_number
from tests.sandbox.typed_database import add_typed_table

# As an extraction reads: results from tables, and a last one that counts them.
BATCH = (
    "SET NOCOUNT ON; DECLARE @n BIGINT; SELECT N, KENNUNG FROM ZAHLEN WHERE N < 1000; SET @n = @@ROWCOUNT; "
    "SELECT TOP (5) N FROM ZAHLEN; SELECT @n AS n, 'end' AS marker"
)
WHOLE = [999, 5, 1]
Misbehave = Callable[[FaultKind | None], None]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two centers with a port each, so that every fault can be set while they are served."""
    options = NetworkOptions(until=date(2026, 11, 20), centers=2, servers=2, days=1, one_server_per_center=True)
    network: Network = build_network(tmp_path_factory.mktemp("alone"), options)
    add_typed_table(network.database_file(network.centers[0]))
    with SandboxProcess(network.directory, ServeOptions()) as process:
        yield Served(process, network)


@pytest.fixture
def misbehave(alone: Served) -> Iterator[Misbehave]:
    """Makes the first center misbehave for one test."""

    def set_fault(kind: FaultKind | None) -> None:
        alone.process.set_fault(alone.first.center_id, kind)

    yield set_fault
    set_fault(None)


def _log_in(alone: Served) -> pyodbc.Connection:
    connection = alone.connect(DATABASE=alone.first.database)
    connection.timeout = 1
    return connection


def _row_counts(connection: pyodbc.Connection) -> list[int]:
    cursor = connection.execute(BATCH)
    found = []
    while True:
        found.append(len(cursor.fetchall()))
        if not cursor.nextset():
            return found


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        (FaultKind.RESET_ACCEPT, "08", "during handshakes|TCP Provider"),
        (FaultKind.GARBAGE_ACCEPT, "HY000", "Protocol error in TDS stream"),
        (FaultKind.TLS_REFUSED, "08001", "Encryption not supported"),
        (FaultKind.UNTRUSTED, "08001", "certificate verify failed"),
        (FaultKind.RESET_LOGIN, "08S01", "TCP Provider"),
        (FaultKind.WRONG_PASSWORD, "28000", "18456"),
    ],
)
def test_login_that_goes_wrong(alone: Served, misbehave: Misbehave, kind: FaultKind, state: str, words: str) -> None:
    misbehave(kind)
    with pytest.raises(pyodbc.Error, match=words) as caught:
        _log_in(alone)
    assert str(caught.value.args[0]).startswith(state)


def test_refused_port_opens_again(alone: Served, misbehave: Misbehave) -> None:
    misbehave(FaultKind.REFUSE)
    with pytest.raises(pyodbc.OperationalError, match="HYT00"):
        connect(alone.process, alone.first.server, 1)
    misbehave(None)
    assert _row_counts(_log_in(alone)) == WHOLE


@pytest.mark.parametrize("kind", [FaultKind.SILENT_SESSION, FaultKind.DRIP])
def test_silence_and_dripping_run_into_the_query_timeout(alone: Served, misbehave: Misbehave, kind: FaultKind) -> None:
    misbehave(kind)
    connection = _log_in(alone)
    with pytest.raises(pyodbc.OperationalError, match="HYT00"):
        _row_counts(connection)
    # Attention was not answered, so the connection is lost.
    with pytest.raises(pyodbc.OperationalError, match="08S01"):
        _row_counts(connection)


def test_half_a_row_never_gives_rows(alone: Served, misbehave: Misbehave) -> None:
    misbehave(FaultKind.HALF_ROW)
    found: list[list[int]] = []

    def read() -> None:
        # The driver waits without limit or gives up without a text, and then waits while it closes the connection.
        with contextlib.suppress(pyodbc.Error):
            found.append(_row_counts(_log_in(alone)))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(3)
    assert found == []


@pytest.mark.parametrize(
    "kind", [FaultKind.CUT_BEFORE, FaultKind.CUT, FaultKind.CUT_AFTER, FaultKind.CUT_ONCE, FaultKind.RESET_SESSION]
)
def test_reset_is_08s01_wherever_it_comes(alone: Served, misbehave: Misbehave, kind: FaultKind) -> None:
    misbehave(kind)
    connection = _log_in(alone)
    with pytest.raises(pyodbc.OperationalError, match="08S01"):
        _row_counts(connection)


@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.GARBAGE_HEADER, FaultKind.WRONG_LENGTH])
def test_garbage_never_gives_rows(alone: Served, misbehave: Misbehave, kind: FaultKind) -> None:
    misbehave(kind)
    for _time in range(5):
        # Random bytes may also look like the end of a statement without rows, of which pyodbc says "No results".
        with pytest.raises(pyodbc.Error):
            _row_counts(_log_in(alone))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (FaultKind.ERROR_IN_ROWS, 601),
        (FaultKind.ERROR_IN_BATCH, 245),
        (FaultKind.KILLED, 596),
        (FaultKind.BUSY, 40501),
        (FaultKind.PERMISSION_DENIED, 229),
        (FaultKind.MISSING_COLUMN, 207),
    ],
)
def test_error_ends_the_batch(alone: Served, misbehave: Misbehave, kind: FaultKind, number: int) -> None:
    misbehave(kind)
    with pytest.raises(pyodbc.Error) as caught:
        _row_counts(_log_in(alone))
    assert native_number(caught.value) == number


@pytest.mark.parametrize(
    ("kind", "counts"), [(FaultKind.MISSING_RESULT, [999, 1]), (FaultKind.MISSING_MARKER, [999, 5])]
)
def test_left_out_results_are_no_error_to_the_driver(
    alone: Served, misbehave: Misbehave, kind: FaultKind, counts: list[int]
) -> None:
    misbehave(kind)
    assert _row_counts(_log_in(alone)) == counts


def test_wrong_count_is_no_error_to_the_driver(alone: Served, misbehave: Misbehave) -> None:
    misbehave(FaultKind.WRONG_COUNT)
    cursor = _log_in(alone).execute(BATCH)
    found: list[list[Any]] = [cursor.fetchall()]
    while cursor.nextset():
        found.append(cursor.fetchall())
    assert (len(found[0]), found[2][0].n) == (999, 1000)


@pytest.mark.parametrize(("kind", "number"), [(FaultKind.DEADLOCK_ONCE, 1205), (FaultKind.BUSY_ONCE, 10928)])
def test_fault_that_acts_once_is_over_at_the_second_attempt(
    alone: Served, misbehave: Misbehave, kind: FaultKind, number: int
) -> None:
    for _time in range(2):
        misbehave(kind)
        connection = _log_in(alone)
        with pytest.raises(pyodbc.Error) as caught:
            _row_counts(connection)
        assert native_number(caught.value) == number
        assert _row_counts(connection) == WHOLE
        connection.close()


def test_other_center_works_meanwhile(alone: Served, misbehave: Misbehave) -> None:
    misbehave(FaultKind.SILENT_ACCEPT)
    connection = alone.connect(alone.network.centers[1])
    assert connection.execute("SELECT 1").fetchval() == 1
    connection.close()
