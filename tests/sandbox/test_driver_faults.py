"""Each fault, as the genuine driver sees it."""
# ruff: noqa: S608 # statements over names of our own

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pyodbc
import pytest

from dentalhub.sandbox.network import Network, NetworkCenter, build_network
from dentalhub.sandbox.options import Fault, FaultKind, ServeOptions
from dentalhub.sandbox.process import SandboxFailed, SandboxProcess
from tests.sandbox.conftest import SMALL, Served
from tests.sandbox.driver import connect, native_number
from tests.sandbox.typed_database import add_typed_table

EARLY = {
    "center_02": FaultKind.REFUSE,
    "center_03": FaultKind.SILENT_ACCEPT,
    "center_04": FaultKind.WRONG_PASSWORD,
    "center_05": FaultKind.SILENT_LOGIN,
}


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A network with faults that act before a database is named."""
    network = build_network(tmp_path_factory.mktemp("early"), SMALL)
    add_typed_table(network.database_file(network.centers[0]))
    faults = tuple(Fault(center_id, kind) for center_id, kind in EARLY.items())
    with SandboxProcess(network.directory, ServeOptions(faults=faults)) as process:
        yield Served(process, network)


@pytest.fixture
def faulty(served: Served) -> Iterator[Callable[[FaultKind], NetworkCenter]]:
    """Makes the first center misbehave for one test."""

    def misbehave(kind: FaultKind) -> NetworkCenter:
        served.process.set_fault(served.first.center_id, kind)
        return served.first

    yield misbehave
    served.process.set_fault(served.first.center_id, None)


def _own_server(early: Served, center_id: str) -> str:
    center = next(one for one in early.network.centers if one.center_id == center_id)
    return f"{center.server}-{center_id.replace('_', '-')}"


def _read(connection: pyodbc.Connection) -> list[Any]:
    rows: list[Any] = connection.execute("SELECT N, KENNUNG FROM ZAHLEN").fetchall()
    return rows


@pytest.mark.parametrize("center_id", ["center_02", "center_03"])
def test_refused_and_silent_ports_cost_the_login_timeout(early: Served, center_id: str) -> None:
    with pytest.raises(pyodbc.OperationalError) as caught:
        connect(early.process, _own_server(early, center_id), 1)
    assert caught.value.args[0] == "HYT00"


def test_wrong_password_is_18456(early: Served) -> None:
    with pytest.raises(pyodbc.InterfaceError) as caught:
        connect(early.process, _own_server(early, "center_04"))
    assert native_number(caught.value) == 18456


def test_silence_in_the_handshake_lasts_until_the_server_ends(small_network: Network) -> None:
    # The driver waits without limit here, so the server is ended to get it back.
    errors: list[pyodbc.Error] = []
    faults = (Fault("center_05", FaultKind.SILENT_LOGIN),)
    with SandboxProcess(small_network.directory, ServeOptions(faults=faults)) as process:
        server = next(name for name in process.ports if name.endswith("center-05"))

        def try_to_connect() -> None:
            try:
                connect(process, server, 1).close()
            except pyodbc.Error as error:
                errors.append(error)

        thread = threading.Thread(target=try_to_connect)
        thread.start()
        thread.join(1.5)
        assert thread.is_alive()
    thread.join(5)
    assert [error.args[0] for error in errors] == ["08001"]


def test_other_centers_of_the_server_work(early: Served) -> None:
    connection = early.connect(DATABASE=early.first.database)
    assert len(_read(connection)) == 5000
    connection.close()


def test_centers_with_early_faults_have_their_own_server_entry(early: Served) -> None:
    text = early.process.centers_yml.read_text(encoding="utf-8")
    for center_id in EARLY:
        assert f"server: {_own_server(early, center_id)}" in text
        assert str(early.process.ports[_own_server(early, center_id)]) in text


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (FaultKind.DEADLOCK, 1205),
        (FaultKind.LOCK_TIMEOUT, 1222),
        (FaultKind.MISSING_TABLE, 208),
        (FaultKind.MISSING_DATABASE, 911),
    ],
)
def test_errors_of_a_faulty_database(
    served: Served, faulty: Callable[[FaultKind], NetworkCenter], kind: FaultKind, number: int
) -> None:
    connection = served.connect()
    database = faulty(kind).database
    with pytest.raises(pyodbc.Error) as caught:
        connection.execute(f"SELECT N FROM [{database}].dbo.ZAHLEN")
    assert native_number(caught.value) == number
    assert connection.execute("SELECT 1").fetchval() == 1
    connection.close()


def test_missing_database_refuses_the_login(served: Served, faulty: Callable[[FaultKind], NetworkCenter]) -> None:
    database = faulty(FaultKind.MISSING_DATABASE).database
    with pytest.raises(pyodbc.ProgrammingError, match=r"\(4060\)"):
        served.connect(DATABASE=database)


def test_slow_database_runs_into_the_query_timeout(
    served: Served, faulty: Callable[[FaultKind], NetworkCenter]
) -> None:
    connection = served.connect(DATABASE=served.first.database)
    faulty(FaultKind.SLOW)
    connection.timeout = 1
    with pytest.raises(pyodbc.OperationalError, match="HYT00"):
        _read(connection)
    assert connection.execute("SELECT 1").fetchval() == 1
    connection.close()


@pytest.mark.parametrize("encrypt", ["yes", "no"])
def test_cut_is_an_error_and_never_a_short_result(
    served: Served, faulty: Callable[[FaultKind], NetworkCenter], encrypt: str
) -> None:
    connection = served.connect(DATABASE=served.first.database, Encrypt=encrypt)
    faulty(FaultKind.CUT)
    with pytest.raises(pyodbc.OperationalError, match="08S01"):
        _read(connection)


def test_hang_outlasts_the_query_timeout(served: Served, faulty: Callable[[FaultKind], NetworkCenter]) -> None:
    connection = served.connect(DATABASE=served.first.database)
    faulty(FaultKind.HANG)
    connection.timeout = 1
    with pytest.raises(pyodbc.OperationalError, match="HYT00"):
        _read(connection)
    # Attention was not answered, so the connection is lost.
    with pytest.raises(pyodbc.Error, match="08S01"):
        connection.execute("SELECT 1")


def test_early_fault_needs_a_new_start(served: Served) -> None:
    with pytest.raises(SandboxFailed, match="shares its port"):
        served.process.set_fault(served.first.center_id, FaultKind.WRONG_PASSWORD)


def test_center_on_its_own_port_can_change_its_fault(early: Served) -> None:
    server = _own_server(early, "center_03")
    early.process.set_fault("center_03", None)
    connect(early.process, server).close()
    early.process.set_fault("center_03", FaultKind.WRONG_PASSWORD)
    with pytest.raises(pyodbc.InterfaceError):
        connect(early.process, server)
    early.process.set_fault("center_03", FaultKind.SILENT_ACCEPT)


def test_fault_of_an_unknown_center_is_refused(small_network: Network) -> None:
    options = ServeOptions(faults=(Fault("center_99", FaultKind.HANG),))
    with pytest.raises(SandboxFailed, match="no center center_99"), SandboxProcess(small_network.directory, options):
        pass
