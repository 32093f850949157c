"""A session on a source: what is sent to it, and what comes back. Knows the driver only as what it is given."""

import contextlib
import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import ModuleType
from typing import Any

from centers.exceptions import SourceError, SourceErrorKind
from centers.phase_times import PhaseTimes
from centers.run_now import Call, call_now, run_now
from centers.source_errors import ends_connection, error_of_kind, source_error

# Of a NVARCHAR that is not NVARCHAR(MAX), less what surrogate pairs may add.
MOST_CHARACTERS = 2000


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

    `raw` is `driver`'s own connection. `preamble` stands before each batch: settings that came with the session could
    be lost on the way, and would cost a round trip. `times` sums up the phases since the session was borrowed. `call`
    makes the driver's calls, and `cursor` is the first one where opening it has to be awaited.
    """

    def __init__(
        self, driver: ModuleType, raw: Any, preamble: str = "", *, cursor: Any = None, call: Call = call_now
    ) -> None:
        self.times = PhaseTimes()
        self._preamble = preamble
        self._driver = driver
        self._raw = raw
        self._reusable = True
        self._abandoned = False
        # Kept for the session's life: closing a cursor after a query with parameters costs one more round trip.
        self._cursor = cursor or raw.cursor()
        self._call = call

    @property
    def reusable(self) -> bool:
        """False once an error may have left the session in an unknown state."""
        return self._reusable

    def query(self, sql: str, parameters: Sequence[Parameter] = (), *, timeout: int | None = None) -> list[ResultSet]:
        """Run the batch `sql` with one parameter for each `?`; all result sets, every row. Raises SourceError.

        `timeout`: seconds for this batch in place of the session's own.
        """
        return run_now(self.ask(sql, parameters, timeout))

    async def ask(self, sql: str, parameters: Sequence[Parameter] = (), timeout: int | None = None) -> list[ResultSet]:
        """The same, awaited."""
        healthy, self._reusable = self._reusable, False
        try:
            try:
                results = await self._answers(sql, parameters, timeout)
            except UnicodeDecodeError:
                await self._decode_leniently()
                results = await self._answers(sql, parameters, timeout)
        except self._driver.Error as error:
            sqlstate, text = error_parts(error)
            failure = source_error(sqlstate, text)
            self._reusable = healthy and not ends_connection(sqlstate, failure) and await self._renew_cursor()
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

    async def _answers(self, sql: str, parameters: Sequence[Parameter], timeout: int | None) -> list[ResultSet]:
        async with self._cursor_for(timeout) as cursor:
            return await self._run(cursor, sql, parameters)

    async def _decode_leniently(self) -> None:
        """From now on let texts through that are no UTF-16, which NVARCHAR may hold.

        The driver module's own decoding is ten times as quick and fails the whole answer; who met such a text once
        asks again, and this session stays careful.
        """
        await self._call(self._cursor.close)
        self._cursor = await self._call(self._raw.cursor)
        for sql_type in (self._driver.SQL_WCHAR, self._driver.SQL_WVARCHAR, self._driver.SQL_WLONGVARCHAR):
            await self._call(self._raw.add_output_converter, sql_type, decode_text)

    @contextlib.asynccontextmanager
    async def _cursor_for(self, timeout: int | None) -> AsyncIterator[Any]:
        """The session's cursor, or one with a timeout of its own: a cursor takes it when it is made."""
        if timeout is None:
            yield self._cursor
            return
        usual, self._raw.timeout = self._raw.timeout, timeout
        try:
            cursor = await self._call(self._raw.cursor)
        finally:
            self._raw.timeout = usual
        try:
            yield cursor
        finally:
            with contextlib.suppress(self._driver.Error):
                await self._call(cursor.close)

    async def _run(self, cursor: Any, sql: str, parameters: Sequence[Parameter]) -> list[ResultSet]:
        await self._call(cursor.setinputsizes, [self._input_size(parameter) for parameter in parameters])
        values = [parameter.value if isinstance(parameter, AnsiText) else parameter for parameter in parameters]
        started = time.perf_counter()
        await self._call(cursor.execute, self._preamble + sql, *values)
        answered = time.perf_counter()
        results = []
        while True:
            if cursor.description is not None:
                columns = tuple(str(column[0]) for column in cursor.description)
                results.append(ResultSet(columns, [tuple(row) for row in await self._call(cursor.fetchall)]))
            if not await self._call(cursor.nextset):
                break
        self.times += PhaseTimes(query=answered - started, fetch=time.perf_counter() - answered)
        return results

    def _input_size(self, parameter: Parameter) -> tuple[int, int, int] | None:
        if isinstance(parameter, AnsiText):
            return (self._driver.SQL_VARCHAR, max(len(parameter.value), 1), 0)
        if isinstance(parameter, str) and len(parameter) <= MOST_CHARACTERS:
            # By itself pyodbc declares twice the length.
            return (self._driver.SQL_WVARCHAR, max(len(parameter.encode("utf-16-le", "surrogatepass")) // 2, 1), 0)
        return None

    async def _renew_cursor(self) -> bool:
        """Put a fresh cursor in the place of one that may have unread results; False when that fails."""
        try:
            await self._call(self._cursor.close)
            self._cursor = await self._call(self._raw.cursor)
        except self._driver.Error:
            return False
        return True


def decode_text(value: bytes) -> str:
    """UTF-16 as SQL Server stores it; half a surrogate pair, which NVARCHAR may hold, becomes U+FFFD."""
    return value.decode("utf-16-le", errors="replace")


def error_parts(error: Exception) -> tuple[str, str]:
    """SQLSTATE and text of a driver error."""
    sqlstate = str(error.args[0]) if error.args else ""
    text = str(error.args[1]) if len(error.args) > 1 else ""
    return sqlstate, text
