"""Our own database by an address, and what `check --database default` says about one on SQL Server."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from dentalhub import odbc_runtime
from dentalhub.own_database import SQLITE_OPTIONS, settings_of
from dentalhub.own_database_checks import Facts, problems, sql_server_is_set_up
from tests.conftest import PracticeServers
from tests.frame.test_queue_settings import run_python

SOUND = Facts("dentalhub", read_committed_snapshot=True, collation="SQL_Latin1_General_CP1_CI_AS", contained=False)
CHECK = (
    "import django; django.setup();"
    "from dentalhub.own_database_checks import sql_server_is_set_up as check;"
    "[print(found.id, found.hint or found.msg, sep='\\t') for found in check(['default'])]"
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the settings change in the process is put back."""
    for name in ("ODBCSYSINI", "ODBCINSTINI"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


def made(url: str, directory: Path) -> dict[str, Any]:
    found = settings_of(Env.db_url_config(url), directory)
    return {name: found.get(name) for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}


def test_address_of_sql_server_becomes_settings_of_mssql_django(tmp_path: Path) -> None:
    url = "mssql://hub:p%40ss%7D%3B%2F1@db.example.org:1434/dental%20hub?extra_params=TrustServerCertificate=yes"
    assert made(url, tmp_path) == {
        "ENGINE": "mssql",
        "NAME": "dental hub",
        "USER": "hub",
        "PASSWORD": "p@ss};/1",
        "HOST": "db.example.org,1434",
        "PORT": "",
        "OPTIONS": {
            "driver": str(odbc_runtime.driver_path()),
            "host_is_server": True,
            "extra_params": "TrustServerCertificate=yes;MARS_Connection=no",
        },
    }
    assert made("mssql://hub:x@db/dentalhub", tmp_path)["HOST"] == "db,1433"


def test_address_of_a_file_has_the_options_that_lose_nothing(tmp_path: Path) -> None:
    assert made("sqlite:////srv/hub.sqlite3", tmp_path)["OPTIONS"] == SQLITE_OPTIONS


@pytest.mark.parametrize(
    "url",
    [
        "postgres://hub:x@db/dentalhub",
        "mysql://hub:x@db/dentalhub",
        "mssql:///dentalhub",
        "mssql://hub:x@db/",
        "oracle:",
    ],
)
def test_other_addresses_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must be"):
        made(url, tmp_path)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SOUND, []),
        (
            Facts("dental]hub", False, "Latin1_General_CI_AS", False),
            [
                (
                    "dentalhub.W031",
                    "ALTER DATABASE [dental]]hub] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;",
                )
            ],
        ),
        (
            Facts("hub", True, "Latin1_General_100_BIN2", False),
            [
                (
                    "dentalhub.E032",
                    "ALTER DATABASE [hub] COLLATE Latin1_General_100_CI_AS; before the first migration.",
                )
            ],
        ),
        (Facts("hub", True, "Latin1_General_100_CS_AS", True), []),
        (
            Facts("hub", True, "Latin1_General_CI_AI", False),
            [("dentalhub.W033", "ALTER DATABASE [hub] COLLATE Latin1_General_CI_AS; before the first migration.")],
        ),
    ],
)
def test_check_names_the_statement_that_helps(facts: Facts, expected: list[tuple[str, str]]) -> None:
    assert [(found.id, found.hint) for found in problems(facts)] == expected


def test_check_asks_nothing_of_sqlite_or_when_no_database_is_named(db: None) -> None:
    assert sql_server_is_set_up(["default"]) == sql_server_is_set_up(None) == []


def test_check_asks_over_the_genuine_driver(sandbox: PracticeServers, tmp_path: Path) -> None:
    """A new database of SQL Server, like the sandbox's, has read committed snapshot off."""
    document = yaml.safe_load(sandbox.centers_yml.read_text(encoding="utf-8"))
    database = document["centers"][0]["database"]
    server = document["servers"][document["centers"][0]["server"]]
    place = f"{server['host']}:{server['port']}/{database}"
    url = f"mssql://{server['user']}:{os.environ['IVORIS_PASSWORD']}@{place}"
    found = run_python(CHECK, tmp_path, DATABASE_URL=url)
    statement = f"ALTER DATABASE [{database}] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;"
    assert (found.stdout.splitlines(), found.returncode) == ([f"dentalhub.W031\t{statement}"], 0), found.stderr
    code = f"{CHECK};from django.db import connection; print(connection.features.can_use_chunked_reads)"
    assert run_python(code, tmp_path, DATABASE_URL=url).stdout.splitlines()[-1] == "False"
    wrong = run_python(CHECK, tmp_path, DATABASE_URL=url.replace(os.environ["IVORIS_PASSWORD"], "not-it"))
    assert wrong.stdout.startswith("dentalhub.E030\tThe database does not answer: ")
    assert "not-it" not in wrong.stdout
