"""Creating databases on a real server: what is kept, replaced and refused, with a recording connection."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dentalhub.sandbox import real_server
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.real_server import Administrator, Reader, administrating, create_databases, let_read
from dentalhub.sandbox.roster import plan_roster
from tests.sandbox.generated_network import FRIDAY

OPTIONS = NetworkOptions(until=FRIDAY, centers=2, servers=1, rows_per_day=2, days=1)
A_DAY_LATER = replace(OPTIONS, until=FRIDAY + timedelta(days=3))
ADMINISTRATOR = Administrator("localhost", 1434, "sa", "secret")


class RecordingServer:
    """Stands in for connection and cursor; `databases` maps existing names to their mark (None: somebody else's)."""

    def __init__(self, databases: dict[str, str | None], logins: tuple[str, ...] = ()) -> None:
        self.databases = databases
        self.logins = logins
        self.changes: list[str] = []
        self._answer: list[tuple[object, ...]] = []

    def cursor(self) -> "RecordingServer":
        return self

    def close(self) -> None:
        self.changes.append("closed")

    def execute(self, batch: str, *parameters: str) -> "RecordingServer":
        if batch.startswith("SELECT name FROM sys.databases"):
            self._answer = [(parameters[0],)] if parameters[0] in self.databases else []
        elif batch.startswith("SELECT SUSER_ID"):
            self._answer = [(300 if parameters[0] in self.logins else None,)]
        elif batch.startswith("SELECT CAST"):
            mark = next(mark for name, mark in self.databases.items() if f"[{name}]" in batch)
            self._answer = [] if mark is None else [(mark,)]
        else:
            self.changes.append(batch.partition(" COLLATE")[0].partition(" (")[0])
        return self

    def fetchval(self) -> object:
        return self._answer[0][0]

    def fetchone(self) -> tuple[object, ...] | None:
        return self._answer[0] if self._answer else None


def _create(
    monkeypatch: pytest.MonkeyPatch, server: RecordingServer, options: NetworkOptions = OPTIONS, *, renew: bool = True
) -> list[str]:
    monkeypatch.setattr(real_server, "_connect", lambda _administrator: server)
    with administrating(ADMINISTRATOR, Path("unused")) as cursor:
        create_databases(cursor, options, plan_roster(options).centers, renew=renew)
    return [change for change in server.changes if "DATABASE" in change]


def test_missing_databases_are_created(monkeypatch: pytest.MonkeyPatch) -> None:
    server = RecordingServer({})
    assert _create(monkeypatch, server) == ["CREATE DATABASE [DentalDB_01]", "CREATE DATABASE [DentalDB_02]"]
    assert server.changes[-1] == "closed"


def test_databases_of_the_same_options_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = real_server._fingerprint(OPTIONS)
    server = RecordingServer({"DentalDB_01": mark, "DentalDB_02": mark})
    assert _create(monkeypatch, server) == []
    assert server.changes == ["closed"]


def test_unfinished_database_of_the_sandbox_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    server = RecordingServer({"DentalDB_01": "unfinished", "DentalDB_02": real_server._fingerprint(OPTIONS)})
    assert _create(monkeypatch, server) == [
        "ALTER DATABASE [DentalDB_01] SET SINGLE_USER WITH ROLLBACK IMMEDIATE",
        "DROP DATABASE [DentalDB_01]",
        "CREATE DATABASE [DentalDB_01]",
    ]


def test_foreign_database_is_refused_before_any_change(monkeypatch: pytest.MonkeyPatch) -> None:
    server = RecordingServer({"DentalDB_02": None})
    with pytest.raises(real_server.ForeignDatabaseError, match="DentalDB_02"):
        _create(monkeypatch, server)
    assert server.changes == ["closed"]


def test_older_data_is_kept_unless_it_shall_be_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = real_server._fingerprint(OPTIONS)
    server = RecordingServer({"DentalDB_01": mark, "DentalDB_02": mark})
    assert _create(monkeypatch, server, A_DAY_LATER, renew=False) == []
    assert len(_create(monkeypatch, server, A_DAY_LATER, renew=True)) == 6


@pytest.mark.parametrize("other", [replace(OPTIONS, seed=8), replace(OPTIONS, days=2), replace(OPTIONS, centers=3)])
def test_other_data_replaces_what_is_there_in_any_case(monkeypatch: pytest.MonkeyPatch, other: NetworkOptions) -> None:
    mark = real_server._fingerprint(other)
    server = RecordingServer({"DentalDB_01": mark, "DentalDB_02": mark})
    assert len(_create(monkeypatch, server, renew=False)) == 6


def test_unfinished_database_is_replaced_though_nothing_shall_be_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    server = RecordingServer({"DentalDB_01": "unfinished", "DentalDB_02": real_server._fingerprint(OPTIONS)})
    assert len(_create(monkeypatch, server, renew=False)) == 3


def test_each_center_is_told_of_with_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    server = RecordingServer({"DentalDB_02": real_server._fingerprint(OPTIONS)})
    monkeypatch.setattr(real_server, "_connect", lambda _administrator: server)
    heard = []
    with administrating(ADMINISTRATOR, Path("unused")) as cursor:
        centers = plan_roster(OPTIONS).centers
        create_databases(
            cursor, OPTIONS, centers, renew=False, advance=lambda center, new: heard.append((center.database, new))
        )
    assert heard == [("DentalDB_01", True), ("DentalDB_02", False)]


@pytest.mark.parametrize(("logins", "verb"), [((), "CREATE"), (("svc_extract_germany",), "ALTER")])
def test_reader_gets_its_password_and_reads_its_databases_only(
    monkeypatch: pytest.MonkeyPatch, logins: tuple[str, ...], verb: str
) -> None:
    server = RecordingServer({}, logins)
    monkeypatch.setattr(real_server, "_connect", lambda _administrator: server)
    with administrating(ADMINISTRATOR, Path("unused")) as cursor:
        let_read(cursor, Reader("svc_extract_germany", "ge'heim", ("DentalDB_01", "DentalDB_02")))
    expected = [f"{verb} LOGIN [svc_extract_germany] WITH PASSWORD = N'ge''heim'"]
    for database in ("DentalDB_01", "DentalDB_02"):
        expected += [f"USE [{database}]"]
        expected += ["IF USER_ID(N'svc_extract_germany') IS NULL CREATE USER [svc_extract_germany]"]
        expected += ["IF ISNULL(IS_ROLEMEMBER(N'db_datareader', N'svc_extract_germany'), 0) = 0 ALTER ROLE"]
        expected += ["USE [master]"]
    assert len(server.changes) == len(expected) + 1
    for change, beginning in zip(server.changes, [*expected, "closed"], strict=True):
        assert change.startswith(beginning)


def test_passwords_are_not_shown_with_their_logins() -> None:
    assert "secret" not in repr(ADMINISTRATOR)
    assert "secret" not in repr(Reader("svc_extract_germany", "secret", ()))
