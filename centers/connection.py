"""Logs in to sources and runs statements there. The only module that imports pyodbc, and only when it is needed.

pyodbc links a driver manager that a bare machine lacks; every page that reads no source works without it.
"""

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.conf import settings

from centers import connection_string, credentials
from centers.connection_pool import ConnectionPool
from centers.enums import Isolation
from centers.exceptions import CredentialError, SourceError, SourceErrorKind
from centers.phase_times import PhaseTimes
from centers.server_pools import ServerPools
from centers.server_spec import DEFAULT_DRIVER, ServerSpec
from centers.source_errors import ends_connection, error_of_kind, source_error
from centers.tcp_probe import probe
from dentalhub import odbc_runtime

if TYPE_CHECKING:
    import pyodbc


@dataclass(frozen=True, slots=True)
class AnsiText:
    """A text parameter sent as VARCHAR: against a VARCHAR column, NVARCHAR would turn a seek into a scan."""

    value: str


Parameter = int | str | date | datetime | AnsiText


@dataclass(frozen=True, slots=True)
class ResultSet:
    """One answer of a batch: its column names and all of its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class SourceConnection:
    """One session on a server, used by one thread at a time.

    `times` sums up the phases since it was borrowed, or opened by a caller of its own.
    """

    def __init__(self, driver: ModuleType, raw: "pyodbc.Connection") -> None:
        self.times = PhaseTimes()
        self._driver = driver
        self._raw = raw
        self._reusable = True
        self._abandoned = False
        # Kept for the session's life: closing a cursor after a query with parameters costs one more round trip.
        self._cursor = raw.cursor()

    @property
    def reusable(self) -> bool:
        """False once an error may have left the session in an unknown state."""
        return self._reusable

    def query(self, sql: str, parameters: Sequence[Parameter] = (), *, timeout: int | None = None) -> list[ResultSet]:
        """Run the batch `sql` with one parameter for each `?`; all result sets, every row. Raises SourceError.

        `timeout`: seconds for this batch in place of the session's own.
        """
        healthy, self._reusable = self._reusable, False
        try:
            with self._cursor_for(timeout) as cursor:
                results = self._run(cursor, sql, parameters)
        except self._driver.Error as error:
            sqlstate, text = _parts(error)
            failure = source_error(sqlstate, text)
            self._reusable = healthy and not ends_connection(sqlstate, failure) and self._renew_cursor()
            # Without the driver's text: it may quote a value of a row.
            raise failure from None
        except (ValueError, OverflowError):
            # A value that Python cannot hold, such as the year 0; its text is not for a log.
            raise error_of_kind(SourceErrorKind.PROTOCOL) from None
        self._reusable = healthy
        return results

    def is_alive(self, seconds: float) -> bool:
        """Whether the server answers a small question within that time.

        Asked in a thread of its own: where the network swallows everything, the driver's own timeout waits for an
        acknowledgement that never comes.
        """
        answers: list[bool] = []

        def ask() -> None:
            try:
                self.query("SELECT 1 AS alive")
            except SourceError:
                return
            answers.append(self._reusable)

        thread = threading.Thread(target=ask, name="session check", daemon=True)
        thread.start()
        thread.join(seconds)
        self._abandoned = thread.is_alive()
        return answers == [True]

    def close(self) -> None:
        """Close the session; never raises. One that hangs in the driver is left alone, for closing would hang too."""
        if self._abandoned:
            return
        with contextlib.suppress(self._driver.Error):
            self._raw.close()

    @contextlib.contextmanager
    def _cursor_for(self, timeout: int | None) -> Iterator["pyodbc.Cursor"]:
        """The session's cursor, or one with a timeout of its own: a cursor takes it when it is made."""
        if timeout is None:
            yield self._cursor
            return
        usual, self._raw.timeout = self._raw.timeout, timeout
        try:
            cursor = self._raw.cursor()
        finally:
            self._raw.timeout = usual
        try:
            yield cursor
        finally:
            with contextlib.suppress(self._driver.Error):
                cursor.close()

    def _run(self, cursor: "pyodbc.Cursor", sql: str, parameters: Sequence[Parameter]) -> list[ResultSet]:
        cursor.setinputsizes([self._input_size(parameter) for parameter in parameters])
        values = [parameter.value if isinstance(parameter, AnsiText) else parameter for parameter in parameters]
        started = time.perf_counter()
        cursor.execute(sql, *values)
        answered = time.perf_counter()
        results = []
        while True:
            if cursor.description is not None:
                columns = tuple(str(column[0]) for column in cursor.description)
                results.append(ResultSet(columns, [tuple(row) for row in cursor.fetchall()]))
            if not cursor.nextset():
                break
        self.times += PhaseTimes(query=answered - started, fetch=time.perf_counter() - answered)
        return results

    def _input_size(self, parameter: Parameter) -> tuple[int, int, int] | None:
        if isinstance(parameter, AnsiText):
            return (self._driver.SQL_VARCHAR, max(len(parameter.value), 1), 0)
        return None

    def _renew_cursor(self) -> bool:
        """Put a fresh cursor in the place of one that may have unread results; False when that fails."""
        try:
            self._cursor.close()
            self._cursor = self._raw.cursor()
        except self._driver.Error:
            return False
        return True


def open_connection(spec: ServerSpec) -> SourceConnection:
    """Probe, log in and prepare a session of the caller's own, who closes it. Raises SourceError."""
    try:
        password = credentials.resolve(spec.credential)
    except CredentialError as error:
        raise SourceError(SourceErrorKind.CREDENTIAL, str(error)) from error
    probe(spec.host, spec.port)
    driver = _load_driver()
    library = str(odbc_runtime.driver_path()) if spec.driver == DEFAULT_DRIVER else spec.driver
    try:
        target = connection_string.build(spec, password, driver=library)
    except ValueError as error:
        raise SourceError(SourceErrorKind.OTHER, str(error)) from None
    try:
        raw = driver.connect(target, timeout=spec.login_timeout, autocommit=True)
    except driver.Error as error:
        # Without the driver's text, which repeats what was sent to it.
        raise _at_login(source_error(*_parts(error))) from None
    connection = SourceConnection(driver, _prepared(driver, raw, spec))
    try:
        connection.query(session_options(spec))
    except SourceError as error:
        connection.close()
        raise _at_login(error) from None
    connection.times = PhaseTimes()
    return connection


def _at_login(error: SourceError) -> SourceError:
    """Before the login is done, silence speaks of the whole server."""
    return error_of_kind(SourceErrorKind.LOGIN_TIMEOUT) if error.kind is SourceErrorKind.TIMEOUT else error


def session_options(spec: ServerSpec) -> str:
    """The batch that makes a session polite to the practice. Raises ValueError on an unknown isolation."""
    isolation = Isolation(spec.isolation)
    return (
        f"SET NOCOUNT ON; SET LOCK_TIMEOUT {int(spec.lock_timeout_ms)}; SET DEADLOCK_PRIORITY LOW; "
        f"SET TRANSACTION ISOLATION LEVEL {isolation.value}"
    )


@contextlib.contextmanager
def borrow(spec: ServerSpec) -> Iterator[SourceConnection]:
    """A session on the server, from this process's pool for `spec` and back to it. Raises SourceError."""
    asked = time.perf_counter()
    with _pools.of(spec).borrow() as connection:
        connection.times = PhaseTimes(login=time.perf_counter() - asked)
        yield connection


def close_all() -> None:
    """Close every session that nobody uses, and forget refused logins."""
    _pools.close_all()


def _pool(spec: ServerSpec) -> ConnectionPool[SourceConnection]:
    return ConnectionPool(
        lambda: open_connection(spec), spec.max_connections, spec.login_timeout + 5.0, lambda: _secret_mark(spec)
    )


def _secret_mark(spec: ServerSpec) -> bytes:
    """Tells one secret from another without being one."""
    try:
        return hashlib.sha256(credentials.resolve(spec.credential).encode()).digest()
    except CredentialError:
        return b""


_pools = ServerPools(_pool)
_driver_lock = threading.Lock()
_driver_module: ModuleType | None = None


def _after_fork() -> None:
    global _driver_lock
    _driver_lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def _load_driver() -> ModuleType:
    global _driver_module
    with _driver_lock:
        if _driver_module is None:
            _driver_module = _imported_driver()
        return _driver_module


def _imported_driver() -> ModuleType:
    # The order matters: pyodbc reads the environment and loads the driver manager when it is imported.
    try:
        configured = odbc_runtime.configure_environment(settings.DATA_DIR / "odbc")
        odbc_runtime.preload()
        import pyodbc
    except (ImportError, OSError) as error:
        raise SourceError(
            SourceErrorKind.DRIVER, odbc_runtime.missing() or error_of_kind(SourceErrorKind.DRIVER).message
        ) from error
    driver: ModuleType = pyodbc
    pyodbc.pooling = False
    # Makes pyodbc take up these settings now, so that nothing set later can switch pooling on.
    pyodbc.drivers()
    if (reason := odbc_runtime.pooling_refusal(configured)) is not None:
        raise SourceError(SourceErrorKind.DRIVER, reason)
    if settings.SOURCE_CA_FILE:
        # A file with only our authorities also saves the 25 ms that reading the system's bundle costs per login.
        os.environ["SSL_CERT_FILE"] = str(settings.SOURCE_CA_FILE)
    return driver


def _prepared(driver: ModuleType, raw: "pyodbc.Connection", spec: ServerSpec) -> "pyodbc.Connection":
    raw.timeout = spec.query_timeout  # holds for cursors made afterwards only
    # As UTF-16, so that the umlauts of VARCHAR do not depend on this machine's locale.
    raw.setdecoding(driver.SQL_CHAR, encoding="utf-16le", ctype=driver.SQL_WCHAR)
    for sql_type in (driver.SQL_WCHAR, driver.SQL_WVARCHAR, driver.SQL_WLONGVARCHAR):
        raw.add_output_converter(sql_type, decode_text)
    return raw


def decode_text(value: bytes) -> str:
    """UTF-16 as SQL Server stores it; half a surrogate pair, which NVARCHAR may hold, becomes U+FFFD."""
    return value.decode("utf-16-le", errors="replace")


def _parts(error: Exception) -> tuple[str, str]:
    """SQLSTATE and text of a driver error."""
    sqlstate = str(error.args[0]) if error.args else ""
    text = str(error.args[1]) if len(error.args) > 1 else ""
    return sqlstate, text
