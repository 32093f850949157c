"""Batches, procedure calls and transaction requests: from message to reply."""

import struct
from typing import Any, Final

from dentalhub.sandbox.engine.cancellation import Cancellation, Cancelled
from dentalhub.sandbox.engine.execution import Execution
from dentalhub.sandbox.engine.procedures import NamedResult, run_named
from dentalhub.sandbox.engine.server import statement_log
from dentalhub.sandbox.engine.session_state import SessionState
from dentalhub.sandbox.engine.statement_done import StatementDone
from dentalhub.sandbox.errors import ProtocolError, SqlError
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tds import tokens
from dentalhub.sandbox.tds.channel import Channel
from dentalhub.sandbox.tds.packets import Message, PacketType
from dentalhub.sandbox.tds.parameters import Parameter
from dentalhub.sandbox.tds.reader import skip_headers
from dentalhub.sandbox.tds.reply import Reply
from dentalhub.sandbox.tds.rpc import Call, Procedure, read_calls
from dentalhub.sandbox.tds.type_info import encoder
from dentalhub.sandbox.tsql.batches import Signature, read_signature
from dentalhub.sandbox.tsql.statements import Execute

_BEGIN, _COMMIT, _ROLLBACK = 5, 7, 8
_BEGIN_AGAIN: Final = 0x01
_RUNS_STATEMENT: Final = frozenset({Procedure.EXECUTESQL, Procedure.EXECUTE, Procedure.PREPEXEC})


class RequestHandler:
    """Answers the requests of one connection, one at a time."""

    def __init__(self, state: SessionState, channel: Channel) -> None:
        self._state = state
        self._channel = channel
        self._server = state.server

    async def answer(self, message: Message) -> None:
        """Answer one request; raises ProtocolError or ConnectionEnded."""
        if message.resets:
            self._state.reset()
        cancellation = Cancellation()
        self._channel.on_attention = cancellation.cancel
        reply = Reply(self._channel)
        try:
            await self._dispatch(message, reply, cancellation)
        except Cancelled:
            cancellation.event.set()
        finally:
            self._channel.on_attention = None
        if cancellation.event.is_set():
            # Both are needed: with the second alone the driver takes the statement for complete.
            reply.write(tokens.done(tokens.ERROR) + tokens.done(tokens.ATTENTION))
        reply.finish()

    async def _dispatch(self, message: Message, reply: Reply, cancellation: Cancellation) -> None:
        match message.kind:
            case PacketType.BATCH:
                text = message.payload[skip_headers(message.payload) :].decode("utf-16-le", "surrogatepass")
                await self._batch(text, reply, cancellation)
            case PacketType.RPC:
                calls = list(read_calls(message.payload))
                for call in calls:
                    await self._call(call, reply, cancellation, is_last=call is calls[-1])
            case PacketType.TRANSACTION:
                reply.write(self._transaction(message.payload))
            case PacketType.ATTENTION:
                reply.write(tokens.done(tokens.ATTENTION))
            case _:
                raise ProtocolError(f"unexpected message {message.kind}")

    # -- batches

    async def _batch(self, text: str, reply: Reply, cancellation: Cancellation) -> None:
        await self._wait_latency(cancellation)
        done = StatementDone(reply, in_procedure=False)
        await self._run(text, (), {}, done, cancellation)
        done.finish()

    async def _run(
        self,
        text: str,
        signature: Signature,
        values: dict[str, Any],
        done: StatementDone,
        cancellation: Cancellation,
    ) -> bool:
        """Run statements and write what they give; False when an error ended them."""
        if self._server.logs_statements:
            statement_log.info("%s %d: %s", self._server.name, self._state.process_id, text)
        try:
            steps = self._server.cache.compiled(text, signature, self._state.catalog)
            if len(steps) == 1 and isinstance(steps[0], Execute):
                self._execute(steps[0], done)
                return True
            await Execution(self._state, self._channel, done, cancellation, values).run(steps)
        except SqlError as error:
            done.before_tokens()
            done.reply.write(tokens.error(error, self._server.name))
            done.write(tokens.ERROR)
            return False
        return True

    def _execute(self, step: Execute, done: StatementDone) -> None:
        result = run_named(step.procedure, [_argument(one) for one in step.arguments])
        self._write_result(result, done)

    def _write_result(self, result: NamedResult, done: StatementDone) -> None:
        done.before_tokens()
        done.reply.write(tokens.column_metadata(result.columns))
        encoders = [encoder(column.type) for column in result.columns]
        for row in result.rows:
            values = (encode(value) for encode, value in zip(encoders, row, strict=True))
            done.reply.write(b"\xd1" + b"".join(values))
        done.write(tokens.COUNT, len(result.rows))

    # -- procedure calls

    async def _call(self, call: Call, reply: Reply, cancellation: Cancellation, *, is_last: bool) -> None:
        done = StatementDone(reply, in_procedure=True)
        handle: int | None = None
        succeeded = True
        if call.procedure in _RUNS_STATEMENT:
            await self._wait_latency(cancellation)
        try:
            match call.procedure, call.parameters:
                case Procedure.PREPEXEC, (old, declarations, text, *given):
                    self._state.prepared.pop(old.value or 0, None)
                    handle = self._state.prepare(str(text.value), str(declarations.value or ""))
                    succeeded = await self._run_prepared(handle, given, done, cancellation)
                    if not succeeded:
                        self._forget(handle)
                        handle = None
                case Procedure.PREPARE, (_, declarations, text, *_options):
                    handle = self._state.prepare(str(text.value), str(declarations.value or ""))
                case Procedure.EXECUTE, (prepared, *given):
                    succeeded = await self._run_prepared(prepared.value, given, done, cancellation)
                case Procedure.UNPREPARE, (prepared, *_):
                    self._forget(prepared.value)
                case Procedure.EXECUTESQL, (text, *given):
                    succeeded = await self._run_text(text, given, done, cancellation)
                case str(name), parameters:
                    self._write_result(run_named(name, [one.value for one in parameters]), done)
                case _:
                    raise SqlError(201, f"Procedure '{call.procedure}' expects parameters that were not supplied.")
        except SqlError as error:
            succeeded = False
            done.before_tokens()
            reply.write(tokens.error(error, self._server.name))
        done.finish()
        more = 0 if is_last else tokens.MORE
        reply.write(self._end_of_call(call, handle, succeeded=succeeded))
        reply.write(tokens.done_proc(more if succeeded else tokens.ERROR | more))

    def _end_of_call(self, call: Call, handle: int | None, *, succeeded: bool) -> bytes:
        status = tokens.return_status(0 if succeeded else 1)
        if call.procedure not in {Procedure.PREPEXEC, Procedure.PREPARE}:
            return status
        return status + tokens.return_handle(0, call.parameters[0].name if call.parameters else "", handle)

    def _forget(self, handle: Any) -> None:
        self._state.prepared.pop(handle or 0, None)

    async def _run_prepared(
        self, handle: Any, given: list[Parameter], done: StatementDone, cancellation: Cancellation
    ) -> bool:
        found = self._state.prepared.get(handle)
        if found is None:
            raise SqlError(8179, f"Could not find prepared statement with handle {handle}.")
        text, declarations = found
        signature, values = _bind(declarations, given)
        return await self._run(text, signature, values, done, cancellation)

    async def _run_text(
        self, text: Parameter, given: list[Parameter], done: StatementDone, cancellation: Cancellation
    ) -> bool:
        declarations = str(given[0].value or "") if given else ""
        signature, values = _bind(declarations, given[1:])
        return await self._run(str(text.value), signature, values, done, cancellation)

    async def _wait_latency(self, cancellation: Cancellation) -> None:
        if self._server.query_latency:
            await cancellation.pause(self._server.query_latency)

    # -- transactions

    def _transaction(self, payload: bytes) -> bytes:
        """Nothing is ever written, so a transaction is only a number to the client."""
        at = skip_headers(payload)
        kind = struct.unpack_from("<H", payload, at)[0]
        state = self._state
        descriptor = b"\x08" + struct.pack("<Q", state.process_id)[:7]
        if kind == _BEGIN:
            state.open_transactions = 1
            return tokens.environment_bytes(8, descriptor, b"") + tokens.done()
        if kind not in {_COMMIT, _ROLLBACK}:
            return tokens.done()
        state.open_transactions = 0
        answer = tokens.environment_bytes(9 if kind == _COMMIT else 10, b"", descriptor)
        name_length = payload[at + 2]
        if payload[at + 3 + name_length] & _BEGIN_AGAIN:
            state.open_transactions = 1
            answer += tokens.environment_bytes(8, descriptor, b"")
        return answer + tokens.done()


def _bind(declarations: str, given: list[Parameter]) -> tuple[Signature, dict[str, Any]]:
    """Declared parameters with the values sent, by name or else in order; raises SqlError 8178."""
    declared = read_signature(declarations)
    by_name = {one.name.lower(): one for one in given if one.name}
    in_order = [one for one in given if not one.name]
    signature: list[tuple[str, SqlType]] = []
    values: dict[str, Any] = {}
    for position, (name, declared_type) in enumerate(declared):
        sent = by_name.get(name) or (in_order[position] if position < len(in_order) else None)
        if sent is None:
            raise SqlError(8178, f"The parameterized query expects the parameter '{name}', which was not supplied.")
        # A value of another family than declared is compared as what it is.
        same = sent.value is None or sent.type.family is declared_type.family
        signature.append((name, declared_type if same else sent.type))
        values[name] = sent.value
    return tuple(signature), values


def _argument(text: str) -> Any:
    return int(text) if text.lstrip("-").isdigit() else text
