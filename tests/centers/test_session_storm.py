"""No row of one practice may come with another's, whatever the machine's ODBC settings say."""
# ruff: noqa: S608 # statements over names of our own

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from dentalhub.sandbox.network import Network, NetworkCenter, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.centers.session_storm import ROWS
from tests.centers.test_odbc_pooling import POOLED, ROOT
from tests.conftest import LAST_DAY

pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="the tables are the sandbox's")
COLUMNS = ("N", "A", "B", "C")


def mark(network: Network, center: NetworkCenter) -> None:
    """Add a table to a center's database whose every cell is the center's id."""
    with closing(sqlite3.connect(network.database_file(center))) as database, database:
        database.execute('CREATE TABLE "dbo.KENNUNG" (N INTEGER, A TEXT, B TEXT, C TEXT)')
        rows = [(number, *[center.center_id] * 3) for number in range(1, ROWS + 1)]
        database.executemany('INSERT INTO "dbo.KENNUNG" VALUES (?, ?, ?, ?)', rows)
        database.execute('INSERT INTO "__tables" VALUES (?, ?, ?, ?)', ("dbo", "KENNUNG", "BASE TABLE", ROWS))
        described = [
            (
                "dbo",
                "KENNUNG",
                name,
                ordinal,
                *(("int", None, 10, 0) if name == "N" else ("nvarchar", 20, None, None)),
                0,
            )
            for ordinal, name in enumerate(COLUMNS, start=1)
        ]
        database.executemany(f'INSERT INTO "__columns" VALUES ({", ".join("?" * 9)})', described)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Twelve marked centers on three servers, as `session_storm` takes them; the password is in the environment."""
    options = NetworkOptions(until=LAST_DAY, centers=12, days=1, rows_per_day=1)
    network = build_network(tmp_path_factory.mktemp("storm"), options)
    for center in network.centers:
        mark(network, center)
    with SandboxProcess(network.directory, ServeOptions()) as process, pytest.MonkeyPatch.context() as patch:
        patch.setenv("IVORIS_PASSWORD", process.password)
        patch.setenv("SSL_CERT_FILE", str(process.ca_file))
        servers = yaml.safe_load(process.centers_yml.read_text(encoding="utf-8"))["servers"]
        names = list(servers)
        yield {
            "servers": [(server["host"], server["port"], server["user"]) for server in servers.values()],
            "centers": [(names.index(one.server), one.database, one.center_id) for one in network.centers],
        }


def storm(orders: dict[str, Any], home: Path, threads: int, queries: int) -> dict[str, Any]:
    """Run it with ODBC's pooling forced on by the environment and by the home."""
    (home / "odbcinst.ini").write_text(POOLED)
    (home / ".odbcinst.ini").write_text(POOLED)
    places = {"HOME": str(home), "ODBCSYSINI": str(home), "DENTALHUB_DATA_DIR": str(home / "var")}
    finished = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "tests.centers.session_storm"],
        input=json.dumps({**orders, "threads": threads, "queries": queries}),
        env={**{name: value for name, value in os.environ.items() if name != "ODBCINSTINI"}, **places},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def assert_pure(found: dict[str, Any], queries: int) -> None:
    """Every query gave its own center's rows or the error that it asked for, and a forked child was turned away."""
    assert (found["foreign"], found["child"]) == (0, "error driver_missing")
    assert set(found) == {"answered", "foreign", "failed_as_told", "child"}
    assert found["answered"] + found["failed_as_told"] == queries


def test_no_row_of_another_center_in_a_thousand_queries(orders: dict[str, Any], tmp_path: Path) -> None:
    assert_pure(storm(orders, tmp_path, threads=20, queries=1_000), 1_000)


@pytest.mark.storm
def test_storm_of_20000_queries_brings_no_row_of_another_center(orders: dict[str, Any], tmp_path: Path) -> None:
    assert_pure(storm(orders, tmp_path, threads=100, queries=20_000), 20_000)
