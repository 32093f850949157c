"""Several ticks at once: each change is told once, by one message."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, LOOKS = 4, 16
CHANNEL = (
    "INSERT INTO extraction_alertchannel (name, kind, is_active, language, recipients, host, all_regions, causes,"
    " time_zone, disturbing, sent_count, failed_count, changed_at)"
    " VALUES ('c', 'email', 1, 'en', 'a@example.org', '', 1, '', 'Europe/Berlin', '', 0, 0, '2026-11-20')"
)


def test_ticks_at_once_tell_everything_once(tmp_path: Path) -> None:
    environment = os.environ | {
        "DENTALHUB_DATA_DIR": str(tmp_path),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    environment.pop("DATABASE_URL", None)

    def start(*arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    migration = start("manage.py", "migrate", "--verbosity=0")
    assert (migration.communicate()[0], migration.returncode) == ("", 0)
    with sqlite3.connect(tmp_path / "dentalhub.sqlite3") as database:
        database.execute(CHANNEL)
    lookers = [start("-m", "tests.extraction.alert_lookers", str(LOOKS)) for _number in range(PROCESSES)]
    assert [(one.communicate()[0], one.returncode) for one in lookers] == [("", 0)] * PROCESSES

    ending = start("-m", "tests.extraction.alert_lookers", "0")
    assert (ending.communicate()[0], ending.returncode) == ("", 0)

    with sqlite3.connect(tmp_path / "dentalhub.sqlite3") as database:
        changes = dict(database.execute("SELECT kind, count(*) FROM extraction_alertchange GROUP BY kind"))
        alerts = database.execute("SELECT count(*), count(closed_at) FROM extraction_alert").fetchone()
        told = database.execute("SELECT count(*), count(message_id) FROM extraction_alertdelivery").fetchone()
        messages = set(database.execute("SELECT id FROM extraction_alertmessage"))
        empty = messages - set(database.execute("SELECT message_id FROM extraction_alertdelivery"))
    # Of three causes; a process that lags behind may have seen one of them come again.
    assert changes["opened"] >= 3
    assert (changes, alerts) == ({"opened": alerts[0], "closed": alerts[0]}, (alerts[0],) * 2)
    assert (told, empty) == ((2 * alerts[0],) * 2, set())
