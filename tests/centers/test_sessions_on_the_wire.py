"""What the genuine driver sends and how sessions end, seen from between it and the server."""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml

from centers import connection_pool
from centers.connection import AnsiText, borrow, close_all
from centers.exceptions import SourceError, SourceErrorKind
from centers.server_spec import ServerSpec
from centers.source_session import Parameter
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.centers.test_odbc_pooling import ROOT
from tests.centers.wire_proxy import WireProxy, proxied
from tests.conftest import LAST_DAY

TOMORROW = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="The line must not be encrypted.")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerSpec]:
    """A server without TLS."""
    options = NetworkOptions(until=LAST_DAY, centers=1, servers=1, days=1, rows_per_day=1)
    network = build_network(tmp_path_factory.mktemp("plain"), options)
    with (
        SandboxProcess(network.directory, ServeOptions(encryption="off")) as process,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("IVORIS_PASSWORD", process.password)
        server = next(iter(yaml.safe_load(process.centers_yml.read_text(encoding="utf-8"))["servers"].values()))
        yield ServerSpec(
            "127.0.0.1", server["port"], server["user"], "env:IVORIS_PASSWORD", encrypt="no", trusted_until=TOMORROW
        )


@pytest.fixture
def line(plain: ServerSpec) -> Iterator[WireProxy]:
    close_all()
    with proxied(plain.port) as proxy:
        yield proxy
        close_all()


@pytest.fixture
def spec(plain: ServerSpec, line: WireProxy) -> ServerSpec:
    return replace(plain, port=line.port)


@pytest.mark.parametrize(
    ("value", "declared"),
    [
        (20261120, "@P1 int"),
        (2**40, "@P1 bigint"),
        ("20261120", "@P1 nvarchar(8)"),
        ("Zahn 🦷", "@P1 nvarchar(7)"),
        ("", "@P1 nvarchar(1)"),
        (AnsiText("20261120"), "@P1 varchar(8)"),
        (AnsiText(""), "@P1 varchar(1)"),
        (dt.date(2026, 11, 20), "@P1 date"),
        (dt.datetime(2026, 11, 20, 8, 15), "@P1 datetime2"),  # noqa: DTZ001 # sources know no time zones
    ],
)
def test_parameter_is_declared_as_its_columns_type(
    spec: ServerSpec, line: WireProxy, value: Parameter, declared: str
) -> None:
    with borrow(spec) as connection:
        assert connection.query("SELECT 1 AS one WHERE ? IS NOT NULL", [value])[0].rows == [(1,)]
    assert declared.encode("utf-16-le") in line.sent


def test_batch_takes_one_round_trip_and_brings_its_settings(spec: ServerSpec, line: WireProxy) -> None:
    with borrow(spec) as connection:
        connection.query("SELECT 1 AS one WHERE ? = 1", [1])
        line.sent.clear()
        connection.query("SELECT 2 AS two WHERE ? = 1", [1])
    sent = bytes(line.sent)
    # One packet: its header tells its whole length.
    assert int.from_bytes(sent[2:4], "big") == len(sent)
    assert "SET LOCK_TIMEOUT 5000; SET DEADLOCK_PRIORITY LOW;".encode("utf-16-le") in sent


def test_session_that_rested_and_died_is_replaced_in_silence(
    spec: ServerSpec, line: WireProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with borrow(spec) as first:
        first.query("SELECT 1 AS one")
    line.cut()
    monkeypatch.setattr(connection_pool, "CHECK_AFTER_SECONDS", -1.0)
    with borrow(spec) as second:
        assert second is not first
        assert second.query("SELECT 1 AS one")[0].rows == [(1,)]


def test_session_that_rested_and_is_swallowed_is_replaced_in_time(
    spec: ServerSpec, line: WireProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with borrow(spec) as first:
        first.query("SELECT 1 AS one")
    line.swallow()
    monkeypatch.setattr(connection_pool, "CHECK_AFTER_SECONDS", -1.0)
    monkeypatch.setattr(connection_pool, "CHECK_SECONDS", 0.3)
    started = time.monotonic()
    with borrow(spec) as second:
        assert second is not first
        assert second.query("SELECT 1 AS one")[0].rows == [(1,)]
    assert time.monotonic() - started < spec.query_timeout / 2


def test_session_that_is_used_at_once_is_not_asked(spec: ServerSpec, line: WireProxy) -> None:
    with borrow(spec) as first:
        first.query("SELECT 1 AS one")
    line.sent.clear()
    with borrow(spec) as second:
        assert second is first
    assert bytes(line.sent) == b""


def test_session_cut_in_use_is_not_used_again(spec: ServerSpec, line: WireProxy) -> None:
    with borrow(spec) as first:
        line.cut()
        with pytest.raises(SourceError) as caught:
            first.query("SELECT 1 AS one")
        assert caught.value.kind is SourceErrorKind.CONNECTION_LOST
    with borrow(spec) as second:
        assert second is not first


def test_process_ends_while_a_thread_hangs_in_the_driver(spec: ServerSpec, line: WireProxy) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.centers.exit_trial", spec.host, str(spec.port), spec.user],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            line.swallow()
            process.stdin.write("go on\n")
            process.stdin.flush()
            assert process.stdout.readline() == "hangs\n"
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_times_sum_up_what_was_done_since_the_session_was_borrowed(spec: ServerSpec) -> None:
    with borrow(spec) as connection:
        fresh = connection.times
        connection.query("SELECT 1 AS one")
        after_one = connection.times
        connection.query("SELECT 1 AS one")
        after_two = connection.times
    assert (fresh.query, fresh.fetch) == (0.0, 0.0)
    assert 0.0 < fresh.login == after_one.login == after_two.login
    assert 0.0 < after_one.query < after_two.query
    assert 0.0 < after_one.fetch < after_two.fetch
    with borrow(spec) as again:
        assert (again.times.query, again.times.fetch) == (0.0, 0.0)
