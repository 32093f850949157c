"""The sandbox as a process."""

import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pyodbc
import pytest
import yaml

from dentalhub.sandbox.network import Network
from dentalhub.sandbox.options import Fault, FaultKind, ServeOptions
from dentalhub.sandbox.process import SandboxFailed, SandboxProcess
from tests.sandbox.conftest import Served
from tests.sandbox.driver import connect

ROOT = Path(__file__).resolve().parents[2]


def _free_ports(count: int) -> int:
    """The first of ``count`` consecutive free ports."""
    for first in range(25_000, 30_000, count):
        sockets = [socket.socket() for _ in range(count)]
        try:
            for offset, one in enumerate(sockets):
                one.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()
        return first
    raise AssertionError("no free ports")


def test_ports_count_up_from_the_given_one(small_network: Network) -> None:
    first = _free_ports(2)
    with SandboxProcess(small_network.directory, ServeOptions(port=first)) as process:
        assert list(process.ports.values()) == [first, first + 1]


def test_taken_port_is_said(small_network: Network) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = ServeOptions(port=taken.getsockname()[1])
        with (
            pytest.raises(SandboxFailed, match="already in use"),
            SandboxProcess(small_network.directory, options),
        ):
            pass


def test_missing_network_is_said(tmp_path: Path) -> None:
    with pytest.raises(SandboxFailed, match=r"network\.json"), SandboxProcess(tmp_path):
        pass


def test_centers_file_names_the_real_ports(served: Served) -> None:
    process = served.process
    with SandboxProcess(served.network.directory) as again:
        document = yaml.safe_load(again.centers_yml.read_text(encoding="utf-8"))
        assert {name: one["port"] for name, one in document["servers"].items()} == again.ports
    assert again.ports != process.ports
    assert [one["id"] for one in document["centers"]] == [one.center_id for one in served.network.centers]
    assert {one["password"] for one in document["servers"].values()} == {"env:IVORIS_PASSWORD"}
    assert {one["encrypt"] for one in document["servers"].values()} == {"yes"}


def test_secrets_are_readable_by_their_owner_only(served: Served) -> None:
    directory = served.network.directory
    modes = {stat.S_IMODE((directory / name).stat().st_mode) for name in ("password", "tls/server.pem")}
    assert modes == {0o600}
    assert b"PRIVATE" not in (directory / "tls" / "ca.pem").read_bytes()


def test_given_password_counts(small_network: Network, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("pä;}{ss\n", encoding="utf-8")
    with SandboxProcess(small_network.directory, password_file=given) as process:
        assert process.password == "pä;}{ss"
        connect(process, next(iter(process.ports))).close()


def test_without_encryption_only_plain_logins_work(small_network: Network) -> None:
    with SandboxProcess(small_network.directory, ServeOptions(encryption="off")) as process:
        server = next(iter(process.ports))
        connect(process, server, Encrypt="no").close()
        with pytest.raises(pyodbc.OperationalError, match="ncryption not supported"):
            connect(process, server)


def test_latency_delays_logins_and_queries(small_network: Network) -> None:
    options = ServeOptions(login_latency_ms=1500, query_latency_ms=1500)
    with SandboxProcess(small_network.directory, options) as process:
        server = next(iter(process.ports))
        with pytest.raises(pyodbc.OperationalError, match="HYT00"):
            connect(process, server, 1)
        connection = connect(process, server, 5)
        connection.timeout = 1
        with pytest.raises(pyodbc.OperationalError, match="HYT00"):
            connection.execute("SELECT 1")
        connection.close()


def test_process_ends_with_its_parent(small_network: Network) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom dentalhub.sandbox.process import SandboxProcess\n"
        "with SandboxProcess(Path(sys.argv[1])) as process:\n"
        "    print(process.pid, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(small_network.directory)], stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    descriptor = os.pidfd_open(child) if _is_alive(child) else None
    if descriptor is not None:
        ready, _, _ = select.select([descriptor], [], [], 5)
        os.close(descriptor)
        assert ready


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_module_prints_where_everything_is_and_ends_on_a_signal(small_network: Network) -> None:
    command = [sys.executable, "-m", "dentalhub.sandbox", str(small_network.directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert set(line) == {"ports", "user", "ca_file", "centers_yml"}
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_bad_option_ends_with_2(small_network: Network) -> None:
    command = [sys.executable, "-m", "dentalhub.sandbox", str(small_network.directory), "--fault", "center_01=sulk"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "Unknown fault 'sulk'. Known faults: refuse," in done.stderr


@pytest.mark.parametrize("text", ["center_01", "=hang", "center_01=sulk"])
def test_unreadable_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        Fault.parse(text)


def test_fault_is_read() -> None:
    assert Fault.parse("center_07=hang") == Fault("center_07", FaultKind.HANG)
