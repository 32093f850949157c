"""A stand-in for pyodbc's connection to a SQL Server: takes what migrations send, and answers from a `Schema`.

mssql-django asks the catalog which constraints and indexes there are before it changes a column, so a server that knows
nothing would get other statements than a real one. Tables have no rows: what the ORM asks finds none. A statement that
the reader does not know fails the test, so does a question to the catalog that nobody taught the stand-in.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import pyodbc
from django.db import connections
from mssql.base import DatabaseWrapper

from tests.sql_server import catalog
from tests.sql_server.queries import check_query
from tests.sql_server.reader import read
from tests.sql_server.schema import Schema
from tests.sql_server.statements import CreateTrigger
from tests.sql_server.triggers import check_trigger

_DDL = re.compile(r"\s*(CREATE|ALTER|DROP|EXEC|DECLARE @sql_foreign_constraint_name)\b")
_SESSION = re.compile(r"SET DATEFORMAT ymd; SET DATEFIRST 7|SAVE TRANSACTION \w+|BEGIN TRANSACTION")
_VERSION = "SELECT CAST(SERVERPROPERTY('ProductVersion') AS varchar), CAST(SERVERPROPERTY('EngineEdition') AS integer)"


class Server:
    """What it was sent, and what that made of its tables."""

    def __init__(self) -> None:
        self.schema = Schema()
        self.sent: list[str] = []
        self._numbers = 0

    def answer(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of one batch. Raises UnreadableError or RefusedError as SQL Server would with an error."""
        if sql == _VERSION:
            return [("16.0.4200.1", 3)]
        if sql == "SELECT SYSDATETIME()":
            return [(dt.datetime(2026, 11, 29),)]  # noqa: DTZ001  as the driver answers
        if sql == "SELECT @@TRANCOUNT":
            return [(1,)]
        if _SESSION.fullmatch(sql):
            return []
        if (rows := catalog.answer(self.schema, sql, parameters)) is not None:
            return rows
        self.sent.append(sql)
        if _DDL.match(sql):
            if parameters:
                raise AssertionError(f"Definitions take no parameters: {sql}")
            statement = read(sql)
            self.schema.apply(statement)
            if isinstance(statement, CreateTrigger):
                check_trigger(statement, self.schema)
            return []
        check_query(sql, self.schema, len(parameters))
        if "SCOPE_IDENTITY()" in sql:
            self._numbers += 1
            return [(self._numbers,)]
        return [(0,)] if sql.startswith("SELECT COUNT_BIG(*)") else []


class _Cursor:
    description = None

    def __init__(self, server: Server) -> None:
        self._server = server
        self._rows: list[tuple[Any, ...]] = []
        self.rowcount = 0

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        self._rows = self._server.answer(sql, parameters or ())
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, number: int) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows[:number], self._rows[number:]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(len(self._rows))

    def nextset(self) -> bool:
        return False

    def close(self) -> None:
        self._rows = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Connection:
    timeout = 0
    autocommit = True

    def __init__(self, server: Server) -> None:
        self._server = server

    def cursor(self) -> _Cursor:
        return _Cursor(self._server)

    def getinfo(self, _what: int) -> str:
        return "libmsodbcsql-18.6.so.2.1"

    def add_output_converter(self, *_: object) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


class _Wrapper(DatabaseWrapper):  # type: ignore[misc]  # has no types
    stand_in: Server

    def get_new_connection(self, _conn_params: dict[str, Any]) -> _Connection:
        self.Database, self._use_python_driver = pyodbc, False
        return _Connection(self.stand_in)


@contextmanager
def sql_server() -> Iterator[tuple[Server, DatabaseWrapper]]:
    """A SQL Server 2022 with an empty database, which is the default database until the end."""
    before = connections["default"]
    server = Server()
    made = _Wrapper({**before.settings_dict, "ENGINE": "mssql", "OPTIONS": {"host_is_server": True}}, "default")
    made.stand_in = server
    known = [dict(DatabaseWrapper._known_versions), dict(DatabaseWrapper._known_azures)]
    connections["default"] = made
    try:
        yield server, made
    finally:
        connections["default"] = before
        DatabaseWrapper._known_versions, DatabaseWrapper._known_azures = known
