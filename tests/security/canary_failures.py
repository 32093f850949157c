"""How reading, landing, showing and taking away fail: on the wire, in the sources, in our own rows and database."""
# ruff: noqa: S608 # statements over names of our own database

import sqlite3
import time
import uuid
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import requests

from dentalhub.sandbox.options import FaultKind
from tests.extraction.changed_practices import Practice, rename_column
from tests.extraction.practice_network import truth_of
from tests.security.canaries import PATIENTS, STEM
from tests.security.canary_installation import Browser
from tests.security.canary_scene import FIRST, FORMATS, HEALTHY, LAST, Scene, wait_until

# Their columns are dropped; their days shrink.
CHANGED, SHRUNK = "center_04", ("center_05", "center_06", "center_07")
# Those that come when rows are on their way, and some that come before.
_KINDS = (
    *(FaultKind.WRONG_PASSWORD, FaultKind.UNTRUSTED, FaultKind.HANG, FaultKind.SLOW, FaultKind.DEADLOCK),
    *(FaultKind.CUT, FaultKind.CUT_AFTER, FaultKind.HALF_ROW, FaultKind.KILLED, FaultKind.ERROR_IN_ROWS),
    *(FaultKind.ERROR_IN_BATCH, FaultKind.GARBAGE, FaultKind.WRONG_LENGTH, FaultKind.MISSING_RESULT),
    *(FaultKind.MISSING_MARKER, FaultKind.WRONG_COUNT, FaultKind.PERMISSION_DENIED, FaultKind.MISSING_COLUMN),
)
FAULTY = {kind: f"center_{number:02d}" for number, kind in enumerate(_KINDS, start=8)}
CENTERS = 7 + len(_KINDS)
_SHORT = "from centers.models import DatabaseServer; DatabaseServer.objects.update(login_timeout=2, query_timeout=2)"


def fail_in_every_way(scene: Scene) -> None:
    """Faults of the wire, a dropped column, days that shrank, and a killed process."""
    for center_id in SHRUNK:
        _shrink(scene, center_id)
    rename_column(_practice(scene, CHANGED), "KARTEI.BEMERKUNG")
    scene.site.serve_sources_anew()
    scene.site.shell(_SHORT)
    for kind, center_id in FAULTY.items():
        scene.site.sandbox.set_fault(center_id, kind)
    scene.wait(scene.run())
    # One that has time to be killed.
    run = scene.run(q="center_1")
    wait_until(lambda: scene.state_of(run) == "running", 30)
    wait_until(lambda: scene.site.kill_extractors() > 0, 30)
    scene.wait(run)
    for center_id in FAULTY.values():
        scene.site.sandbox.set_fault(center_id, None)


def _practice(scene: Scene, center_id: str) -> Practice:
    center = next(one for one in scene.site.network.centers if one.center_id == center_id)
    return Practice(scene.site.network.database_file(center), truth_of(scene.site.network, center_id))


def _shrink(scene: Scene, center_id: str) -> None:
    practice = _practice(scene, center_id)
    schema, table, row_id = practice.names("KARTEI.ID")
    rows = f'SELECT "{row_id}" FROM "{schema}.{table}" ORDER BY "{row_id}" DESC LIMIT 90'
    practice.run((f'DELETE FROM "{schema}.{table}" WHERE "{row_id}" % 4 AND "{row_id}" IN ({rows})', ()))


def break_stored_values(scene: Scene) -> None:
    """Let rows of ours hold what cannot be read, and look at all that reads them."""
    for column, value in (
        ("service_codes", f"{STEM}c-broken"),
        ("insurance_status", f"{STEM}i-broken"),
        ("business_date", f"{STEM}d-broken"),
    ):
        with _Broken(scene.site.database, column, value):
            scene.analyst.get("/results/?all=1")
            scene.analyst.get("/results/figures/?all=1")
            scene.analyst.post("/results/reveal/?all=1", {"reason": "quality"})
            scene.api("GET", "/entries")
            for form in FORMATS:
                fields = {"format": form, "reason": "quality"}
                with suppress(requests.RequestException):
                    # A download that fails breaks off.
                    scene.analyst.post("/results/export/", fields)
                scene.analyst.post("/results/export/", fields | {"background": "1", "request_key": uuid.uuid4().hex})
                scene.settle()
            scene.admin.get("/")
    scene.site.manage("verify", "--date", LAST, code=None)


def fail_in_our_database(scene: Scene) -> None:
    """Writes fail with a text that quotes the row, as SQL Server's does and SQLite's does not by itself."""
    for table, operation in (
        ("extraction_chartentry", "INSERT"),
        ("extraction_centerrun", "UPDATE"),
        ("extraction_export", "UPDATE"),
        ("extraction_slice", "INSERT"),
        ("dentalhub_audit_event", "INSERT"),
        ("django_session", "UPDATE"),
    ):
        known = _failed_tasks(scene)
        with _Refusing(scene.site.database, table, operation):
            scene.site.manage("extract", "--date", FIRST, "-c", HEALTHY[0], code=None)
            fields = {"date_from": FIRST, "date_to": LAST, "mode": "all", "idempotency_key": uuid.uuid4().hex}
            scene.analyst.post("/runs/start/", fields)
            export = {"format": "csv", "reason": "quality", "background": "1", "request_key": uuid.uuid4().hex}
            scene.analyst.post("/results/export/", export)
            scene.analyst.post("/results/", {"text": f"{STEM}t{table}"})
            scene.api("POST", "/entries/search", json={"reveal": True, "reason": "quality"})
            if table == "extraction_export":
                wait_until(partial(_has_more_failed_tasks, scene, known), 30)
            # A worker begins the run meanwhile.
            time.sleep(1.5)


def _failed_tasks(scene: Scene) -> int:
    return int(str(scene.one("SELECT count(*) FROM django_q_task WHERE NOT success")))


def _has_more_failed_tasks(scene: Scene, known: int) -> bool:
    return _failed_tasks(scene) > known


def meet_errors(scene: Scene) -> None:
    """Every error page, with canaries in what was sent."""
    number = PATIENTS + 1
    for browser in (scene.analyst, Browser("nobody", scene.site.url, scene.site.answers)):
        browser.get("/nowhere/", headers={"X-Note": f"{STEM}t1"})
        browser.get("/results/entries/center_01/2026-02-31/1/")
        browser.get("/", headers={"Host": "evil.example"})
        browser.session.post(f"{scene.site.url}/results/", data={"text": f"{STEM}t1"}, timeout=60)
        browser.post("/results/", {"text": f"{STEM}t1" * 40, "date_from": f"{number}", "pseudonym": f"{number}"})
    scene.auditor.get("/results/")
    scene.auditor.post("/results/reveal/", {"reason": "quality"})
    stranger = Browser(f"{STEM}t1", scene.site.url, scene.site.answers)
    stranger.sign_in(f"{STEM}t2")
    Browser("analyst", scene.site.url, scene.site.answers).sign_in(f"{STEM}t3")
    scene.site.manage("erase_patient", "-c", "center_01", "--dry-run", code=None, typed=f"{STEM}p99999\n")


class _Broken:
    """One row of results whose column holds `value` meanwhile."""

    def __init__(self, database: Path, column: str, value: str) -> None:
        self._database, self._column, self._value = database, column, value
        self._key, self._kept = 0, ""

    def __enter__(self) -> None:
        with closing(sqlite3.connect(self._database, timeout=20)) as database, database:
            query = f"SELECT id, {self._column} FROM extraction_chartentry ORDER BY id LIMIT 1"
            self._key, self._kept = database.execute(query).fetchone()
            self._set(database, self._value)

    def __exit__(self, *_error: object) -> None:
        with closing(sqlite3.connect(self._database, timeout=20)) as database, database:
            self._set(database, self._kept)

    def _set(self, database: sqlite3.Connection, value: str) -> None:
        database.execute(f"UPDATE extraction_chartentry SET {self._column} = ? WHERE id = ?", (value, self._key))


class _Refusing:
    """A table that takes nothing meanwhile, and says so with a patient's values."""

    def __init__(self, database: Path, table: str, operation: str) -> None:
        said = f"The duplicate key value is ({STEM}t4711, {PATIENTS + 4711})."
        self._database, self._table = database, table
        self._trigger = (
            f"CREATE TRIGGER refusing BEFORE {operation} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )

    def __enter__(self) -> None:
        self._do(self._trigger)

    def __exit__(self, *_error: object) -> None:
        self._do("DROP TRIGGER refusing")

    def _do(self, statement: str) -> None:
        with closing(sqlite3.connect(self._database, timeout=20)) as database, database:
            database.execute(statement)
