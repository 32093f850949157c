"""Creating databases on a real server: what is kept, replaced and refused, with a recording connection."""

from pathlib import Path

import pytest

from dentalhub.sandbox import real_server
from dentalhub.sandbox.network import Network
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import plan_roster
from tests.sandbox.generated_network import FRIDAY

OPTIONS = NetworkOptions(until=FRIDAY, centers=2, servers=1, rows_per_day=2, days=1)


class RecordingServer:
    """Stands in for connection and cursor; `databases` maps existing names to their mark (None: somebody else's)."""

    def __init__(self, databases: dict[str, str | None]) -> None:
        self.databases = databases
        self.changes: list[str] = []
        self._answer: list[tuple[object, ...]] = []

    def cursor(self) -> "RecordingServer":
        return self

    def close(self) -> None:
        self.changes.append("closed")

    def execute(self, batch: str, *parameters: str) -> "RecordingServer":
        if batch.startswith("SELECT DB_ID"):
            self._answer = [(5 if parameters[0] in self.databases else None,)]
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


def _create(monkeypatch: pytest.MonkeyPatch, server: RecordingServer) -> list[str]:
    roster = plan_roster(OPTIONS)
    network = Network(Path("unused"), OPTIONS, roster.servers, roster.centers)
    monkeypatch.setattr(real_server, "_connect", lambda *_: server)
    real_server.create_on_server(host="localhost", port=1434, user="sa", password="secret", network=network)
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
