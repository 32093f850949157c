"""Create generated practices' databases on a real SQL Server: a practice server to try things on, or one for tests."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dentalhub import odbc_runtime
from dentalhub.sandbox.center_source import make_center_source
from dentalhub.sandbox.network import GENERATOR_VERSION
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import NetworkCenter
from dentalhub.sandbox.tsql_logins import login_batch, reader_script
from dentalhub.sandbox.tsql_script import database_script, drop_script, mark_query

if TYPE_CHECKING:
    import pyodbc

_LOGIN_TIMEOUT_S = 15


class ForeignDatabaseError(Exception):
    """A database of this name exists on the server and the sandbox did not create it."""


class ServerFailedError(Exception):
    """The server cannot be reached or refuses; the text is the driver's."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """A login that may create databases. Without ``verified`` any certificate is believed."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    verified: bool = True
    # Authorities to believe in place of the system's.
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A login that may read these databases, and do nothing else."""

    login: str
    password: str = field(repr=False)
    databases: tuple[str, ...]


@contextmanager
def administrating(administrator: Administrator, odbc_directory: Path) -> Iterator["pyodbc.Cursor"]:
    """A cursor in a session of this login. Raises ServerFailedError, also for what fails in the session."""
    if "ODBCSYSINI" not in os.environ:
        odbc_runtime.configure_environment(odbc_directory)
    odbc_runtime.preload()
    import pyodbc

    try:
        with closing(_connect(administrator)) as connection:
            yield connection.cursor()
    except pyodbc.Error as error:
        raise ServerFailedError(str(error.args[-1])) from error


def create_databases(
    cursor: "pyodbc.Cursor",
    options: NetworkOptions,
    centers: Sequence[NetworkCenter],
    *,
    renew: bool,
    advance: Callable[[NetworkCenter, bool], None] = lambda center, is_new: None,
) -> None:
    """Create and fill the databases of ``centers``; ``advance`` hears of each, and whether it was made now.

    Databases that were made from the same options are kept; without ``renew`` also those whose data ends on another
    day. Other ones of the sandbox are replaced. Raises ForeignDatabaseError, before anything is changed, when a
    database of that name is somebody else's.
    """
    wanted = _fingerprint(options)
    marks = {center.database: _mark_of(cursor, center.database) for center in centers}
    for center in centers:
        mark = marks[center.database]
        is_kept = mark is not None and (mark == wanted or (not renew and _undated(mark) == _undated(wanted)))
        if not is_kept:
            if mark is not None:
                _execute(cursor, drop_script(center.database))
            _execute(cursor, database_script(make_center_source(options, center).source, wanted))
        advance(center, not is_kept)


def let_read(cursor: "pyodbc.Cursor", reader: Reader) -> None:
    """Give the reader its password and the right to read its databases; may be repeated."""
    exists = cursor.execute("SELECT SUSER_ID(?)", reader.login).fetchval() is not None
    cursor.execute(login_batch(reader.login, reader.password, exists=exists))
    for database in reader.databases:
        _execute(cursor, reader_script(database, reader.login))


def _mark_of(cursor: "pyodbc.Cursor", database: str) -> str | None:
    """The mark of an existing database of ours; None when there is no database of that name."""
    if cursor.execute("SELECT name FROM sys.databases WHERE name = ?", database).fetchone() is None:
        return None
    row = cursor.execute(mark_query(database)).fetchone()
    if row is None:
        raise ForeignDatabaseError(f"The server has a database {database} that the sandbox did not create.")
    return str(row[0])


def _execute(cursor: "pyodbc.Cursor", batches: Iterable[str]) -> None:
    for batch in batches:
        cursor.execute(batch)


def _connect(administrator: Administrator) -> "pyodbc.Connection":
    import pyodbc

    if administrator.ca_file is not None:
        os.environ["SSL_CERT_FILE"] = str(administrator.ca_file)
    keywords = {
        "DRIVER": str(odbc_runtime.driver_path()),
        "SERVER": f"{administrator.host},{administrator.port}",
        "DATABASE": "master",
        "UID": administrator.user,
        "PWD": administrator.password,
        "Encrypt": "yes",
        "TrustServerCertificate": "no" if administrator.verified else "yes",
    }
    text = "".join(f"{keyword}={{{value.replace('}', '}}')}}};" for keyword, value in keywords.items())
    return pyodbc.connect(text, autocommit=True, timeout=_LOGIN_TIMEOUT_S)


def _fingerprint(options: NetworkOptions) -> str:
    document = {**asdict(options), "until": options.until.isoformat(), "generator": GENERATOR_VERSION}
    return json.dumps(document, sort_keys=True)


def _undated(mark: str) -> object:
    """What a mark says but for the last day of the data; the mark itself where it is none of a finished database."""
    try:
        document = json.loads(mark)
    except ValueError:
        return mark
    return {name: value for name, value in document.items() if name != "until"} if isinstance(document, dict) else mark
