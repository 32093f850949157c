"""Runs the translated statements of one request and writes their results."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from dentalhub.sandbox.engine.cancellation import Cancellation, Cancelled
from dentalhub.sandbox.engine.connections import OutOfTime, SqliteConnection
from dentalhub.sandbox.engine.databases import MASTER
from dentalhub.sandbox.engine.misbehaviour import Misbehaviour
from dentalhub.sandbox.engine.session_state import SessionState
from dentalhub.sandbox.engine.statement_done import StatementDone
from dentalhub.sandbox.errors import SqlError, overflow, permission_denied, unknown_database
from dentalhub.sandbox.sql_types import INT_RANGES, Family, SqlType
from dentalhub.sandbox.tds import tokens
from dentalhub.sandbox.tds.channel import Channel
from dentalhub.sandbox.tds.type_info import encoder
from dentalhub.sandbox.tsql.batches import Fail, SetVariable, Step
from dentalhub.sandbox.tsql.catalog import CompiledQuery
from dentalhub.sandbox.tsql.statements import (
    Denied,
    Execute,
    Print,
    SetOption,
    Transaction,
    TransactionStep,
    Use,
    WaitFor,
)

_FIRST_ROWS: Final = 200
_MORE_ROWS: Final = 1000
_ROW: Final = b"\xd1"
T = TypeVar("T")


class Execution:
    """One request: its variables, its reply, its cancellation."""

    def __init__(
        self,
        state: SessionState,
        channel: Channel,
        done: StatementDone,
        cancellation: Cancellation,
        values: dict[str, Any],
    ) -> None:
        self._state = state
        self._server = state.server
        self._channel = channel
        self._done = done
        self._reply = done.reply
        self._cancellation = cancellation
        self._values = values
        self._misbehaviour = Misbehaviour(state, channel, done.reply, cancellation)

    async def run(self, steps: tuple[Step, ...]) -> None:
        """All statements in order; raises SqlError with which the batch ends, Cancelled or ConnectionEnded."""
        for position, step in enumerate(steps, start=1):
            self._cancellation.check()
            match step:
                case CompiledQuery():
                    await self._query(step, is_last=position == len(steps))
                case SetVariable():
                    await self._set_variable(step)
                case _:
                    await self._command(step)

    async def _command(self, step: Step) -> None:
        state = self._state
        match step:
            case SetOption(words):
                if words[0] == "NOCOUNT":
                    state.nocount = words[-1] == "ON"
            case Fail(error):
                raise error
            case Use(database):
                self._use(database)
            case WaitFor(seconds):
                await self._cancellation.pause(seconds)
            case Transaction(kind, only_if_open):
                self._transaction(kind, only_if_open=only_if_open)
            case Denied(permission, parts):
                database, schema, table = [state.database, "dbo", *parts][-3:] if parts else ["", "", ""]
                raise permission_denied(permission, schema, table, database)
            case Print(text):
                self._done.before_tokens()
                self._reply.write(tokens.info(0, text, self._server.name))
            case Execute(procedure, _arguments):
                raise SqlError(2812, f"Could not find stored procedure '{procedure}'.", state=62)

    def _use(self, database: str) -> None:
        found = self._server.databases.find(database)
        if found is None:
            raise unknown_database(database)
        text = f"Changed database context to '{found.name}'."
        self._done.before_tokens()
        self._reply.write(tokens.environment_text(1, found.name, self._state.database))
        self._reply.write(tokens.info(5701, text, self._server.name))
        self._state.database = found.name

    def _transaction(self, kind: TransactionStep, *, only_if_open: bool) -> None:
        state = self._state
        if kind is TransactionStep.BEGIN:
            state.open_transactions += 1
        elif state.open_transactions:
            state.open_transactions = 0 if kind is TransactionStep.ROLLBACK else state.open_transactions - 1
        elif not only_if_open:
            word = kind.name
            raise SqlError(3902, f"The {word} TRANSACTION request has no corresponding BEGIN TRANSACTION.")

    # -- variables

    async def _set_variable(self, step: SetVariable) -> None:
        if step.query is None:
            self._values[step.name] = None
            return
        await self._misbehaviour.before(step.query, is_last=False)
        rows = await self._all_rows(step.query)
        self._values[step.name] = _fitting(rows[0][0], step.type)
        if step.counts_row:
            self._state.row_count = 1

    def _bound(self, query: CompiledQuery) -> tuple[Any, ...]:
        read = self._state.server_variable
        return tuple(read(name) if name.startswith("@@") else self._values[name] for name in query.variables)

    # -- queries

    async def _query(self, query: CompiledQuery, *, is_last: bool) -> None:
        await self._misbehaviour.before(query, is_last=is_last)
        if query.assigns:
            rows = await self._all_rows(query)
            if rows:
                # As SQL Server: of several rows the last one stays.
                for name, column, value in zip(query.assigns, query.columns, rows[-1], strict=True):
                    self._values[name] = _fitting(value, column.type)
            self._state.row_count = len(rows)
            return
        if self._misbehaviour.left_out(query, is_last=is_last):
            self._state.row_count = 0
            return
        connection = self._take(query)
        try:
            count = await self._send_rows(connection, query)
        finally:
            self._server.pool.give_back(connection)
        count += await self._misbehaviour.after_rows(query, is_last=is_last)
        self._state.row_count = count
        self._done.write(0 if self._state.nocount else tokens.COUNT, count)

    def _take(self, query: CompiledQuery) -> SqliteConnection:
        database = self._server.databases.find(query.database or MASTER)
        if database is None:
            raise unknown_database(query.database or "")
        return self._server.pool.take(database)

    async def _send_rows(self, connection: SqliteConnection, query: CompiledQuery) -> int:
        encoders = [encoder(column.type) for column in query.columns]
        cursor, rows = await self._start(connection, query, _FIRST_ROWS)
        try:
            self._done.before_tokens()
            self._reply.write(tokens.column_metadata(query.columns))
            first = _encode(rows, encoders)
            self._reply.write(first)
            count = len(rows)
            await self._misbehaviour.in_rows(query, len(first) // count if count else 1)
            if count < _FIRST_ROWS:
                return count

            def next_rows() -> tuple[int, bytes]:
                fetched = connection.fetch(cursor, _MORE_ROWS, quick=False)
                return len(fetched), _encode(fetched, encoders)

            fetched = _MORE_ROWS
            while fetched == _MORE_ROWS:
                self._reply.flush()
                await self._channel.drain()
                fetched, data = await self._in_thread(connection, next_rows)
                self._reply.write(data)
                count += fetched
            return count
        finally:
            cursor.close()

    async def _all_rows(self, query: CompiledQuery) -> list[Any]:
        connection = self._take(query)
        try:
            cursor, rows = await self._start(connection, query, _FIRST_ROWS)
            if len(rows) == _FIRST_ROWS:
                rows += await self._in_thread(connection, lambda: connection.fetch(cursor, 2**31 - 1, quick=False))
            cursor.close()
            return rows
        finally:
            self._server.pool.give_back(connection)

    async def _start(self, connection: SqliteConnection, query: CompiledQuery, count: int) -> tuple[Any, list[Any]]:
        """Run a query here when it is quick, which SQLite itself watches over, else in a thread."""
        values = self._bound(query)
        if query.sql not in self._server.slow_statements:
            try:
                cursor = connection.execute(query.sql, values, quick=True)
                return cursor, connection.fetch(cursor, count, quick=True)
            except OutOfTime:
                self._server.slow_statements.add(query.sql)

        def start() -> tuple[Any, list[Any]]:
            cursor = connection.execute(query.sql, values, quick=False)
            return cursor, connection.fetch(cursor, count, quick=False)

        return await self._in_thread(connection, start)

    async def _in_thread(self, connection: SqliteConnection, work: Callable[[], T]) -> T:
        cancellation = self._cancellation

        def checked() -> T:
            cancellation.check()
            return work()

        cancellation.running = connection
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._server.executor, checked)
        except OutOfTime:
            raise Cancelled from None
        finally:
            cancellation.running = None
        cancellation.check()
        return result


def _encode(rows: list[Any], encoders: list[Callable[[Any], bytes]]) -> bytes:
    parts: list[bytes] = []
    for row in rows:
        parts.append(_ROW)
        parts += [encode(value) for encode, value in zip(encoders, row, strict=True)]
    return b"".join(parts)


def _fitting(value: Any, sql_type: SqlType) -> Any:
    """A value that a variable of that type can hold; raises SqlError 8115."""
    if sql_type.family is Family.INT and value is not None:
        low, high = INT_RANGES[sql_type.name]
        if not isinstance(value, int) or not low <= value <= high:
            raise overflow(sql_type.name)
    return value
