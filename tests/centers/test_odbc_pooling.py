"""unixODBC's own pool can hand one process's session to another's query; it must be off, whoever switched it on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import PracticeServers

pytestmark = [
    pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="one server tells enough"),
    pytest.mark.skipif(sys.platform != "linux", reason="counts sockets in /proc"),
]
ROOT = Path(__file__).resolve().parents[2]
POOLED = "[ODBC]\nPooling = Yes\n\n[ODBC Driver 18 for SQL Server]\nCPTimeout = 120\n"
CLOSED = {"before": 0, "during": 1, "after": 0}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in whose `etc` and `.odbcinst.ini` somebody has switched pooling on."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "odbcinst.ini").write_text(POOLED)
    (tmp_path / "etc" / "other.ini").write_text(POOLED)
    (tmp_path / ".odbcinst.ini").write_text(POOLED)
    return tmp_path


def run_trial(servers: PracticeServers, home: Path, *done_before: str, **environment: str) -> dict[str, int | str]:
    server = next(iter(yaml.safe_load(servers.centers_yml.read_text(encoding="utf-8"))["servers"].values()))
    address = (server["host"], str(server["port"]), server["user"])
    inherited = {name: value for name, value in os.environ.items() if name not in {"ODBCSYSINI", "ODBCINSTINI"}}
    finished = subprocess.run(
        [sys.executable, "-m", "tests.centers.pooling_trial", *address, *done_before],
        env={**inherited, "DENTALHUB_DATA_DIR": str(home / "var"), "HOME": str(home), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: dict[str, int | str] = json.loads(finished.stdout)
    return found


@pytest.mark.parametrize("name", ["odbcinst.ini", "other.ini"])
def test_pooling_forced_on_by_the_environment_is_off(sandbox: PracticeServers, home: Path, name: str) -> None:
    assert run_trial(sandbox, home, ODBCSYSINI=str(home / "etc"), ODBCINSTINI=name) == CLOSED


def test_pooling_forced_on_in_the_home_is_off(sandbox: PracticeServers, home: Path) -> None:
    assert run_trial(sandbox, home) == CLOSED


def test_pooling_of_pyodbc_switched_on_before_is_off(sandbox: PracticeServers, home: Path) -> None:
    assert run_trial(sandbox, home, "switched", ODBCSYSINI=str(home / "etc")) == CLOSED


def test_pooling_that_took_effect_before_us_is_refused(sandbox: PracticeServers, home: Path) -> None:
    found = run_trial(sandbox, home, "used", ODBCSYSINI=str(home / "etc"))
    assert found == {
        "kind": "odbc_pooling",
        "message": "ODBC connection pooling is switched on, which can hand one practice's rows to another: "
        f"set `Pooling = No` in the section [ODBC] of {home}/etc/odbcinst.ini and start again.",
    }


def test_use_of_odbc_before_us_without_pooling_is_fine(sandbox: PracticeServers, home: Path) -> None:
    (home / ".odbcinst.ini").unlink()
    assert run_trial(sandbox, home, "used") == CLOSED
