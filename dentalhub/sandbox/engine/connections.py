"""SQLite connections with SQL Server's functions, kept open for reuse."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from dentalhub.sandbox.engine.comparison_functions import COMPARISON_FUNCTIONS, compare_decimals, compare_texts
from dentalhub.sandbox.engine.databases import Database, ServerDatabases, SessionCatalog, open_read_only
from dentalhub.sandbox.engine.date_functions import DATE_FUNCTIONS
from dentalhub.sandbox.engine.number_functions import NUMBER_FUNCTIONS, DecimalSum
from dentalhub.sandbox.engine.text_functions import TEXT_FUNCTIONS
from dentalhub.sandbox.errors import SqlError, not_supported
from dentalhub.sandbox.tds.login import SERVER_VERSION
from dentalhub.sandbox.tsql.terms import DECIMAL_COLLATION, TEXT_COLLATION

MAX_IDLE: Final = 256
# So many steps of SQLite's machine take about a millisecond: what is done within them may run in the event loop.
QUICK_STEPS: Final = 40_000
_FUNCTIONS: Final = {**COMPARISON_FUNCTIONS, **TEXT_FUNCTIONS, **NUMBER_FUNCTIONS, **DATE_FUNCTIONS}
_TRY_PREFIX: Final = ("ms_to_", "ms_try_")


class OutOfTime(Exception):  # noqa: N818 # no error: the statement is tried again in a thread
    """A statement used up its quick steps."""


class SqliteConnection:
    """One open database; errors of SQL Server's functions come out as SqlError."""

    def __init__(self, database: Database, databases: ServerDatabases) -> None:
        self.database = database
        self._raised: SqlError | None = None
        self._quick = False
        self._raw = open_read_only(database.file)
        self._raw.create_collation(TEXT_COLLATION, compare_texts)
        self._raw.create_collation(DECIMAL_COLLATION, compare_decimals)
        self._raw.create_aggregate("ms_decimal_sum", 1, DecimalSum)  # type: ignore[arg-type]
        for name, (function, arguments) in _FUNCTIONS.items():
            self._register(name, arguments, function)
            if name.startswith(_TRY_PREFIX[0]):
                self._raw.create_function(name.replace(*_TRY_PREFIX), arguments, _or_null(function))
        self._register("ms_has_perms", 4, _permission_function(databases))
        self._register("ms_has_dbaccess", 1, lambda name: int(databases.find(name or "") is not None))
        self._register("ms_serverproperty", 1, _server_property)

    def execute(self, sql: str, values: tuple[Any, ...], *, quick: bool) -> sqlite3.Cursor:
        """Run a SELECT; a ``quick`` one raises OutOfTime when it takes longer than the event loop can wait."""
        self._set_quick(quick)
        try:
            return self._raw.execute(sql, values)
        except sqlite3.Error as error:
            raise self._translate(error) from None

    def fetch(self, cursor: sqlite3.Cursor, count: int, *, quick: bool) -> list[Any]:
        """The next rows; SQLite works while they are fetched, so the same errors are raised as by ``execute``."""
        self._set_quick(quick)
        try:
            return cursor.fetchmany(count)
        except sqlite3.Error as error:
            raise self._translate(error) from None

    def interrupt(self) -> None:
        """Stop the running statement; may be called from another thread."""
        self._raw.interrupt()

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _set_quick(self, quick: bool) -> None:
        if quick != self._quick:
            self._raw.set_progress_handler(_stop if quick else None, QUICK_STEPS)
            self._quick = quick

    def _translate(self, error: sqlite3.Error) -> Exception:
        raised, self._raised = self._raised, None
        if raised is not None:
            return raised
        if "interrupted" in str(error):
            return OutOfTime()
        if "integer overflow" in str(error):
            return SqlError(8115, "Arithmetic overflow error converting expression to data type bigint.", state=2)
        # A statement that SQLite refuses was translated wrongly; its text has names, never values.
        return not_supported(f"this statement ({error})")

    def _register(self, name: str, arguments: int, function: Callable[..., Any]) -> None:
        def guarded(*values: Any) -> Any:
            try:
                return function(*values)
            except SqlError as error:
                self._raised = error
                raise

        self._raw.create_function(name, arguments, guarded, deterministic=name != "ms_now")


def _stop() -> int:
    return 1


def _or_null(function: Callable[..., Any]) -> Callable[..., Any]:
    def tried(*values: Any) -> Any:
        try:
            return function(*values)
        except SqlError:
            return None

    return tried


def _permission_function(databases: ServerDatabases) -> Callable[..., int | None]:
    def has_permission(name: str | None, kind: str | None, permission: str | None, current: str) -> int | None:
        if name is None or permission is None or (kind or "").upper() != "OBJECT":
            return None
        return SessionCatalog(databases, current).has_permission(name, permission)

    return has_permission


def _server_property(name: str | None) -> str | None:
    major, minor, build = SERVER_VERSION
    known = {
        "productversion": f"{major}.{minor}.{build}.0",
        "productlevel": "RTM",
        "edition": "dentalhub sandbox",
        "collation": "Latin1_General_CI_AS",
    }
    return known.get((name or "").lower())


class ConnectionPool:
    """Lends connections per database and keeps the most recently used ones open."""

    def __init__(self, databases: ServerDatabases) -> None:
        self._databases = databases
        self._idle: OrderedDict[str, list[SqliteConnection]] = OrderedDict()
        self._count = 0

    def take(self, database: Database) -> SqliteConnection:
        """An idle connection, or a new one."""
        idle = self._idle.get(database.name)
        if idle:
            self._count -= 1
            return idle.pop()
        return SqliteConnection(database, self._databases)

    def give_back(self, connection: SqliteConnection) -> None:
        """Keep it for the next statement."""
        name = connection.database.name
        self._idle.setdefault(name, []).append(connection)
        self._idle.move_to_end(name)
        self._count += 1
        while self._count > MAX_IDLE:
            oldest = next(iter(self._idle))
            if self._idle[oldest]:
                self._idle[oldest].pop().close()
                self._count -= 1
            if not self._idle[oldest]:
                del self._idle[oldest]

    def close(self) -> None:
        """Close all idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()
        self._count = 0
