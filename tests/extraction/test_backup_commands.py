"""Backups of a database that others write to, and putting one back; each in a database of its own."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dentalhub.sqlite_copies import CopyError, copy_database, opened_by, prove_unchanged, prove_whole

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation with one region, and a backup of it."""
    folder = tmp_path_factory.mktemp("installation")
    assert run(folder, "migrate", "--verbosity", "0").returncode == 0
    shell(folder, "from centers.models import Region; Region.objects.create(code='germany', name='Germany')")
    assert run(folder, "backup", str(folder / "copy.sqlite3")).returncode == 0
    return folder


@pytest.fixture
def folder(installation: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    for name in ("copy.sqlite3", "copy.sqlite3.sha256"):
        shutil.copy(installation / name, tmp_path / name)
    shutil.copy(installation / "copy.sqlite3", tmp_path / "dentalhub.sqlite3")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DENTALHUB_DATA_DIR": str(folder), "DENTALHUB_LANGUAGE": "en"}
    environment.pop("DATABASE_URL", None)
    manage = [sys.executable, str(ROOT / "manage.py"), *command]
    return subprocess.run(manage, env=environment, capture_output=True, text=True, timeout=120, check=False)


def shell(folder: Path, code: str) -> str:
    done = run(folder, "shell", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def suppress(folder: Path, token: str) -> None:
    code = (
        "from extraction.models import SuppressedPatient; from extraction.suppression_keys import keys; "
        f"SuppressedPatient.objects.create(center_id='c1', token='{token}', key_id=keys()[0].name, reason='request')"
    )
    shell(folder, code)


def tokens(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "dentalhub.sqlite3")) as database:
        return [token for (token,) in database.execute("SELECT token FROM extraction_suppressedpatient ORDER BY token")]


def regions(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "dentalhub.sqlite3")) as database:
        return [code for (code,) in database.execute("SELECT code FROM centers_region ORDER BY code")]


def test_a_backup_comes_back_and_erased_patients_stay_erased(folder: Path) -> None:
    suppress(folder, "before")
    made = run(folder, "backup", "--json")
    assert made.returncode == 0, made.stderr
    backup = Path(json.loads(made.stdout)["file"])
    assert backup.stat().st_mode & 0o777 == 0o600
    shell(folder, "from centers.models import Region; Region.objects.create(code='austria', name='Austria')")
    suppress(folder, "later")

    back = run(folder, "restore", str(backup), "--yes")
    assert back.returncode == 0, back.stderr
    assert regions(folder) == ["germany"]
    assert tokens(folder) == ["before", "later"]
    assert "1 erasures were newer" in back.stdout
    aside = list(folder.glob("dentalhub.sqlite3.before-*"))
    assert len(aside) == 1
    prove_whole(aside[0])


@pytest.mark.parametrize("damage", ["bytes", "cut", "text", "foreign", "newer", "missing"])
def test_what_is_no_whole_backup_of_ours_changes_nothing(folder: Path, damage: str) -> None:
    backup = folder / "copy.sqlite3"
    content = backup.read_bytes()
    if damage == "bytes":
        backup.write_bytes(content[:5000] + b"\xff" * 50 + content[5050:])
    elif damage == "cut":
        backup.write_bytes(content[: len(content) // 2])
    elif damage == "text":
        backup.write_text("not a database")
    elif damage == "missing":
        backup.unlink()
    else:
        backup.with_name("copy.sqlite3.sha256").unlink()
        with closing(sqlite3.connect(backup)) as database, database:
            if damage == "foreign":
                database.execute("DROP TABLE django_migrations")
            else:
                database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('centers', '9999_x', '')")
    before = (folder / "dentalhub.sqlite3").read_bytes()

    done = run(folder, "restore", str(backup), "--yes")
    assert done.returncode == 1
    assert str(backup) in done.stderr
    assert (folder / "dentalhub.sqlite3").read_bytes() == before


def test_nothing_is_replaced_while_a_process_has_the_database_open(folder: Path) -> None:
    backup = folder / "copy.sqlite3"
    with closing(sqlite3.connect(folder / "dentalhub.sqlite3")) as database:
        database.execute("SELECT count(*) FROM centers_region").fetchone()
        done = run(folder, "restore", str(backup), "--yes")

    assert done.returncode == 1
    assert str(os.getpid()) in done.stderr
    assert opened_by(folder / "dentalhub.sqlite3") == []


def test_nobody_is_asked_where_nobody_sits(folder: Path) -> None:
    backup = folder / "copy.sqlite3"

    assert run(folder, "restore", str(backup)).returncode == 2


def test_only_the_newest_backups_are_kept(folder: Path) -> None:
    backups = folder / "backups"
    backups.mkdir()
    for day in (1, 2, 3):
        (backups / f"dentalhub-2026010{day}-000000.sqlite3").write_bytes(b"")
    assert run(folder, "backup", "--keep", "2").returncode == 0

    names = sorted(path.name for path in backups.glob("*.sqlite3"))
    assert len(names) == 2
    assert names[0] == "dentalhub-20260103-000000.sqlite3"


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Path]:
    """A database in which pairs of rows are written all the time, each pair in one transaction."""
    path, ended = tmp_path / "busy.sqlite3", threading.Event()
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode=WAL; CREATE TABLE pair (number INTEGER, half INTEGER)")

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=20)) as database:
            number = 0
            while not ended.is_set():
                number += 1
                with database:
                    database.executemany("INSERT INTO pair VALUES (?, ?)", [(number, 1), (number, 2)])

    writer = threading.Thread(target=write)
    writer.start()
    yield path
    ended.set()
    writer.join()


def test_a_copy_of_a_busy_database_holds_whole_transactions(busy: Path) -> None:
    for number in range(10):
        copy = busy.with_name(f"copy{number}.sqlite3")
        copy_database(busy, copy)
        prove_unchanged(copy)
        with closing(sqlite3.connect(copy)) as database:
            halves = "SELECT count(*) FROM (SELECT number FROM pair GROUP BY number HAVING count(*) <> 2)"
            assert database.execute(halves).fetchone() == (0,)


def test_an_older_copy_is_not_written_over(busy: Path) -> None:
    copy = busy.with_name("copy.sqlite3")
    copy_database(busy, copy)

    with pytest.raises(CopyError, match="exists already"):
        copy_database(busy, copy)
