"""An installation whose database is that of the first released state, in a folder of its own."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
FIRST_RELEASE = ROOT / "tests" / "data" / "first_release" / "first_release.sql"
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Installation:
    """Its folder, what its processes get in their environment, and the seconds that a command may take."""

    folder: Path
    environment: dict[str, str]
    patience: int = 120

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "dentalhub.sqlite3"

    def manage(self, *arguments: str) -> str:
        """What a management command printed, which must end well."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=self.patience,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        """The command line."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows, or a change that is stored."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            return connection.execute(sql, parameters).fetchall()

    def rows(self) -> Rows:
        """Every table with its rows, in the order of their keys."""
        found: Rows = {}
        with sqlite3.connect(self.database, timeout=20) as connection:
            connection.row_factory = sqlite3.Row
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            for (name,) in tables.fetchall():
                found[name] = [dict(row) for row in connection.execute(f"SELECT * FROM [{name}] ORDER BY 1")]  # noqa: S608
        return found


def first_release(folder: Path, **more: str) -> Installation:
    """A new installation that has just been switched off in the first released state."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DENTALHUB_", "DATABASE_"))}
    own = {
        "DENTALHUB_DATA_DIR": str(folder),
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DENTALHUB_SANDBOX": "1",
    }
    made = Installation(folder, kept | own | more)
    with sqlite3.connect(made.database) as connection:
        connection.executescript(FIRST_RELEASE.read_text(encoding="utf-8"))
    return made
