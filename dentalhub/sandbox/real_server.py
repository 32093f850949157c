"""Create the network's databases on a real SQL Server, for tests against one; never part of production."""

import json
import os
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from dentalhub import odbc_runtime
from dentalhub.sandbox.center_source import make_center_source
from dentalhub.sandbox.network import GENERATOR_VERSION, Network
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.tsql_script import database_script, drop_script, mark_query

if TYPE_CHECKING:
    import pyodbc

_LOGIN_TIMEOUT_S = 15


class ForeignDatabaseError(Exception):
    """A database of this name exists on the server and the sandbox did not create it."""


def create_on_server(*, host: str, port: int, user: str, password: str, network: Network) -> None:
    """Create and fill the database of every center of ``network``.

    Databases that an earlier call made from the same options are kept, other ones of the sandbox are replaced.
    Raises ForeignDatabaseError, before anything is changed, when a database of that name is somebody else's, and
    pyodbc.Error when the server cannot be reached or refuses.
    """
    with closing(_connect(network.directory, host, port, user, password)) as connection:
        cursor = connection.cursor()
        fingerprint = _fingerprint(network.options)
        marks = {center.database: _mark_of(cursor, center.database) for center in network.centers}
        for center in network.centers:
            mark = marks[center.database]
            if mark == fingerprint:
                continue
            if mark is not None:
                _execute(cursor, *drop_script(center.database))
            _execute(cursor, *database_script(make_center_source(network.options, center).source, fingerprint))


def _mark_of(cursor: "pyodbc.Cursor", database: str) -> str | None:
    """The mark of an existing database of ours; None when there is no database of that name."""
    if cursor.execute("SELECT DB_ID(?)", database).fetchval() is None:
        return None
    row = cursor.execute(mark_query(database)).fetchone()
    if row is None:
        raise ForeignDatabaseError(f"The server has a database {database} that the sandbox did not create.")
    return str(row[0])


def _execute(cursor: "pyodbc.Cursor", *batches: str) -> None:
    for batch in batches:
        cursor.execute(batch)


def _connect(directory: Path, host: str, port: int, user: str, password: str) -> "pyodbc.Connection":
    if "ODBCSYSINI" not in os.environ:
        odbc_runtime.configure_environment(directory / "odbc")
    odbc_runtime.preload()
    import pyodbc

    keywords = {
        "DRIVER": str(odbc_runtime.driver_path()),
        "SERVER": f"{host},{port}",
        "DATABASE": "master",
        "UID": user,
        "PWD": password,
        "Encrypt": "yes",
        "TrustServerCertificate": "yes",  # a container's certificate is its own
    }
    text = "".join(f"{keyword}={{{value.replace('}', '}}')}}};" for keyword, value in keywords.items())
    return pyodbc.connect(text, autocommit=True, timeout=_LOGIN_TIMEOUT_S)


def _fingerprint(options: NetworkOptions) -> str:
    document = {**asdict(options), "until": options.until.isoformat(), "generator": GENERATOR_VERSION}
    return json.dumps(document, sort_keys=True)
