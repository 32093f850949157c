"""Copies of an SQLite database while others write to it, and putting one back. Knows nothing of our tables."""

import hashlib
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

_CHUNK = 1 << 20


class CopyError(Exception):
    """A copy cannot be made, or is none; the text says why."""


def copy_database(source: Path, target: Path) -> str:
    """Write a consistent copy of `source` to `target` and return its SHA-256; nobody who writes has to wait.

    The copy appears under its name when it is complete and proven whole, beside it a file `.sha256`. Raises CopyError.
    """
    if target.exists():
        raise CopyError(f"{target} exists already.")
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        with closing(reading) as origin, closing(sqlite3.connect(partial)) as copy:
            # In one step: in the write-ahead mode that keeps nobody from writing, and several steps would begin
            # anew with every write.
            origin.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
        prove_whole(partial)
        digest = sha256_of(partial)
        partial.rename(target)
    except sqlite3.Error as error:
        raise CopyError(f"{source} cannot be copied: {error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    digest_file(target).write_text(f"{digest}  {target.name}\n", encoding="ascii")
    return digest


def prove_whole(path: Path) -> None:
    """Raise CopyError unless the file is an SQLite database without a damaged page or a row that refers to nothing."""
    if not path.is_file():
        raise CopyError(f"{path} is no file.")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            dangling = database.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise CopyError(f"{path} is no whole SQLite database: {error}.") from error
    if found != "ok":
        raise CopyError(f"{path} is damaged: {found}.")
    if dangling is not None:
        raise CopyError(f"{path} is damaged: a row of {dangling[0]} refers to one of {dangling[2]} that is not there.")


def prove_unchanged(path: Path) -> None:
    """Raise CopyError when the file is another one than its `.sha256` says; without such a file nothing is known."""
    known = digest_file(path)
    if known.is_file() and known.read_text(encoding="ascii").split()[:1] != [sha256_of(path)]:
        raise CopyError(f"{path} is not what it was when it was made: its SHA-256 is another than {known.name} says.")


def put_in_place(copy: Path, database: Path, aside: Path) -> None:
    """Make `copy` the database; the present one goes to `aside` with its log. Nobody may have it open."""
    waiting = database.with_name(f".{database.name}.restoring")
    waiting.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as origin:
        os.close(os.open(waiting, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(waiting)) as target:
            origin.backup(target, pages=-1)
    if database.exists():
        with closing(sqlite3.connect(database)) as present:
            present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # Leaving the write-ahead mode removes the log, which must never meet another database.
            present.execute("PRAGMA journal_mode=DELETE")
        database.rename(aside)
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    waiting.rename(database)


def opened_by(database: Path) -> list[int]:
    """The processes that have the database open (Linux; of other users' processes nothing is known)."""
    wanted = {str(database), f"{database}-wal"}
    found = set()
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(handle.readlink())
        except OSError:
            continue
        if target in wanted:
            found.add(int(handle.parts[2]))
    return sorted(found - {os.getpid()})


def digest_file(path: Path) -> Path:
    """Where a copy's SHA-256 stands."""
    return path.with_name(f"{path.name}.sha256")


def sha256_of(path: Path) -> str:
    """In hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def rows_of(path: Path, table: str, columns: Sequence[str], *, is_settled: bool = False) -> list[tuple[str, ...]]:
    """Columns of a table, whose names are ours. `is_settled`: nobody writes to the file. Raises sqlite3.Error."""
    end = "&immutable=1" if is_settled else ""
    with closing(sqlite3.connect(f"file:{path}?mode=ro{end}", uri=True)) as database:
        return list(database.execute(f"SELECT {', '.join(columns)} FROM {table}"))  # noqa: S608  # nosec B608
