"""The first released state (tests/data/first_release/make.py) is brought up to date, and its work goes on.

Run 2 was in the middle: its process died when centers 3 and 4 had landed the week. Run 3 was queued. Both are in the
queue as tasks of that release, which called `execute_run`.
"""

import datetime as dt
import json
import subprocess
import time
from collections.abc import Iterator

import pytest

from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.upgrade.installation import Installation, Rows, first_release

FRIDAY = dt.date(2026, 11, 20)
# Where a migration means another value: the table and column, and what becomes of the old one.
CHANGED = {("extraction_centerrun", "state"): {"running": "queued"}}
# The chain of the audit trail has the events in a table of its own.
MOVED = {"dentalhub_auditevent"}
WORK_SECONDS = 60


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """The practices that the first release has read: the same seed makes the same ones."""
    options = NetworkOptions(until=FRIDAY, centers=4, servers=1, days=5, rows_per_day=3)
    network = build_network(tmp_path_factory.mktemp("practices"), options)
    with SandboxProcess(network.directory, ServeOptions()) as process:
        yield process


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxProcess) -> tuple[Installation, Rows]:
    """The installation after its upgrade, and the rows that it had before."""
    folder = tmp_path_factory.mktemp("installation")
    found = first_release(folder, IVORIS_PASSWORD=sandbox.password, SSL_CERT_FILE=str(sandbox.ca_file))
    port = next(iter(sandbox.ports.values()))
    found.query("UPDATE centers_databaseserver SET port = ?", (port,))
    before = found.rows()
    found.manage("migrate", "--verbosity", "0")
    return found, before


def test_fixture_is_what_it_is_said_to_be(old: tuple[Installation, Rows]) -> None:
    _installation, before = old
    ours = [row["name"] for row in before["django_migrations"] if row["app"] in {"centers", "mappings", "extraction"}]
    assert ours == ["0001_initial"] * 3
    assert [row["state"] for row in before["extraction_extractionrun"]] == ["succeeded", "running", "queued"]
    assert [row["status"] for row in before["mappings_mapping"]] == ["approved"] * 4
    assert len(before["extraction_chartentry"]) == 39
    assert len(before["django_q_ormq"]) == 2


def test_every_row_is_there(old: tuple[Installation, Rows]) -> None:
    installation, before = old
    after = installation.rows()
    assert before.keys() - after.keys() == MOVED
    compared = 0
    for table in before.keys() - MOVED - {"django_migrations"}:
        now = {row["id"] if "id" in row else str(row): row for row in after[table]}
        for row in before[table]:
            present = now[row["id"] if "id" in row else str(row)]
            for column in row.keys() & present.keys():
                expected = CHANGED.get((table, column), {}).get(row[column], row[column])
                assert present[column] == expected, (table, row, column)
                compared += 1
    assert compared > 1000


def test_events_are_the_begin_of_the_chain(old: tuple[Installation, Rows]) -> None:
    installation, before = old
    columns = ("at", "actor_id", "actor_name", "action", "target")
    said = [
        (*(row[column] for column in columns), json.loads(row["details"])) for row in before["dentalhub_auditevent"]
    ]
    rows = installation.query(f"SELECT {', '.join(columns)}, details FROM dentalhub_audit_event ORDER BY sequence")  # noqa: S608
    chained = [(*row[:-1], json.loads(row[-1])) for row in rows]
    assert chained[: len(said)] == said
    assert len(said) > 10
    assert "events are as they were written" in installation.manage("verify_audit")


def test_nothing_is_left_to_migrate(old: tuple[Installation, Rows]) -> None:
    installation, _before = old
    assert "No changes detected" in installation.manage("makemigrations", "--check", "--dry-run")
    installation.manage("migrate", "--check")
    installation.manage("check", "--database", "default")


def states(installation: Installation) -> list[str]:
    return [state for (state,) in installation.query("SELECT state FROM extraction_extractionrun ORDER BY id")]


def test_queued_work_goes_on_where_it_stopped(old: tuple[Installation, Rows]) -> None:
    """Workers of now get the tasks of then. What run 2 had landed is not read again by it."""
    installation, before = old
    assert states(installation) == ["succeeded", "running", "queued"]
    log = (installation.folder / "workers.log").open("w")
    workers = subprocess.Popen(
        installation.command("qcluster"), env=installation.environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        end = time.monotonic() + WORK_SECONDS
        while set(states(installation)) & {"queued", "running"} and time.monotonic() < end:
            time.sleep(0.5)
    finally:
        workers.terminate()
        workers.wait(60)
        log.close()
    assert states(installation) == ["succeeded"] * 3, (installation.folder / "workers.log").read_text()
    parts = "SELECT center_id, finished_at, entry_count FROM extraction_centerrun WHERE run_id = 2 AND center_id > 2"
    done = [row for row in before["extraction_centerrun"] if row["run_id"] == 2 and row["center_id"] > 2]
    assert installation.query(f"{parts} ORDER BY center_id") == [
        (row["center_id"], row["finished_at"], row["entry_count"]) for row in done
    ]
    slices = installation.query("SELECT center_id, business_date, extracted_at, run_id FROM extraction_slice")
    assert len(slices) == len({row[:2] for row in slices}) == 4 * 5
    # Run 3 reads from Wednesday on; Monday and Tuesday of centers 3 and 4 are still as run 2 left them.
    early = {row[:3] for row in slices if row[0] > 2 and row[1] < "2026-11-18"}
    kept = [row for row in before["extraction_slice"] if row["center_id"] > 2 and row["business_date"] < "2026-11-18"]
    assert early == {(row["center_id"], row["business_date"], row["extracted_at"]) for row in kept}
    ends = installation.query("SELECT count(*), count(DISTINCT center_id) FROM extraction_chartentry")
    totals = installation.query("SELECT sum(entry_count), count(DISTINCT center_id) FROM extraction_slice")
    assert ends == totals
    assert installation.query("SELECT count(*) FROM django_q_ormq WHERE id <= 2") == [(0,)]
