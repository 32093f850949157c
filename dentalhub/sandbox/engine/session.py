"""One connection from its first byte to its last."""

import asyncio
import hashlib
import hmac
import logging
import random
from dataclasses import dataclass
from typing import Final, NoReturn

from dentalhub.sandbox.engine.databases import MASTER
from dentalhub.sandbox.engine.misbehaviour import CUT_AFTER_SECONDS
from dentalhub.sandbox.engine.requests import RequestHandler
from dentalhub.sandbox.engine.server import SimulatedServer, login_log
from dentalhub.sandbox.engine.session_state import SessionState
from dentalhub.sandbox.errors import ProtocolError, SqlError, cannot_open_database, login_failed
from dentalhub.sandbox.options import FaultKind
from dentalhub.sandbox.tds import tokens
from dentalhub.sandbox.tds.channel import Channel, ConnectionEnded
from dentalhub.sandbox.tds.login import (
    Encryption,
    Login,
    answer_encryption,
    build_prelogin,
    parse_login,
    parse_prelogin,
)
from dentalhub.sandbox.tds.packets import PACKET_SIZE, PacketType

_GARBAGE_BYTES: Final = 100
session_log = logging.getLogger("dentalhub.sandbox.sessions")


@dataclass(slots=True)
class Session:
    """Speaks with one client. ``fault`` is the fault of its listener, which acts before any database is named."""

    server: SimulatedServer
    channel: Channel
    fault: FaultKind | None = None

    async def run(self) -> None:
        """Serve until either side ends it."""
        is_orderly = False
        try:
            await self._serve()
            is_orderly = True
        except ConnectionEnded:
            is_orderly = True
        except ProtocolError as error:
            session_log.info("%s: %s", self.server.name, error)
        finally:
            # A client must not wait for a session that broke down.
            if is_orderly:
                self.channel.close()
            else:
                self.channel.abort()

    async def _serve(self) -> None:
        if self.fault is FaultKind.SILENT_ACCEPT:
            await self._silence()
        if self.fault is FaultKind.RESET_ACCEPT:
            self._reset()
        await self._negotiate()
        state = await self._log_in()
        if state is None:
            return
        if self.fault is FaultKind.SILENT_SESSION:
            await self._silence()
        if self.fault is FaultKind.RESET_SESSION:
            # The client has read the answer to its login by then.
            await asyncio.sleep(CUT_AFTER_SECONDS)
            self._reset()
        handler = RequestHandler(state, self.channel)
        while True:
            await handler.answer(await self.channel.receive())

    async def _negotiate(self) -> None:
        message = await self.channel.receive()
        if message.kind != PacketType.PRELOGIN:
            raise ProtocolError("no PRELOGIN")
        if self.fault is FaultKind.GARBAGE_ACCEPT:
            self.channel.send_raw(random.randbytes(_GARBAGE_BYTES))
            raise ConnectionEnded
        offer = parse_prelogin(message.payload)
        tls = None if self.fault is FaultKind.TLS_REFUSED else self.server.tls
        encryption = answer_encryption(offer.encryption, offered=tls is not None)
        if self.channel.is_strict:
            encryption = Encryption.NOT_SUPPORTED
        self.channel.send(build_prelogin(encryption, federated=offer.asks_federated))
        if self.fault is FaultKind.SILENT_LOGIN:
            await self._silence()
        if tls is not None and encryption is not Encryption.NOT_SUPPORTED:
            context = tls.untrusted if self.fault is FaultKind.UNTRUSTED else tls.in_packets
            self.channel.begin_tls(context, login_only=encryption is Encryption.OFF)

    async def _log_in(self) -> SessionState | None:
        """Check the login; None when it was refused, which the client has been told."""
        message = await self.channel.receive()
        if message.kind != PacketType.LOGIN7:
            raise ProtocolError("no LOGIN7")
        self.server.login_attempts += 1
        login = parse_login(message.payload)
        if self.server.logs_statements:
            self._log_login(login)
        await self._wait_latency()
        if self.fault is FaultKind.RESET_LOGIN:
            self._reset()
        database = login.database or MASTER
        errors = self._login_errors(login, database)
        if errors:
            failures = b"".join(tokens.error(error, self.server.name) for error in errors)
            self.channel.send(failures + tokens.done(tokens.ERROR))
            return None
        found = self.server.databases.find(database)
        name = found.name if found else MASTER
        self.channel.accept_requests()
        self.channel.send(self._login_reply(name))
        return SessionState(self.server, login.user, name, name, next(self.server.process_ids))

    def _log_login(self, login: Login) -> None:
        password = hashlib.sha256(login.password.encode("utf-8", "surrogatepass")).hexdigest()
        intent = "read-only" if login.read_only_intent else "read-write"
        values = (self.server.name, login.user, password, login.database, login.application, intent)
        login_log.info("%s: user %r, SHA-256 of the password %s, database %r, application %r, intent %s", *values)

    def _login_errors(self, login: Login, database: str) -> list[SqlError]:
        right_user = hmac.compare_digest(login.user.lower().encode(), self.server.user.lower().encode())
        right_password = hmac.compare_digest(
            login.password.encode("utf-8", "surrogatepass"), self.server.password.encode()
        )
        if not (right_user and right_password) or self.fault is FaultKind.WRONG_PASSWORD:
            return [login_failed(login.user)]
        if self.server.databases.find(database) is None:
            return [cannot_open_database(database), login_failed(login.user)]
        return []

    def _login_reply(self, database: str) -> bytes:
        server = self.server.name
        return b"".join(
            (
                tokens.environment_text(1, database, MASTER),
                tokens.info(5701, f"Changed database context to '{database}'.", server),
                tokens.environment_bytes(7, tokens.COLLATION, b""),
                tokens.environment_text(2, "us_english", ""),
                tokens.info(5703, "Changed language setting to us_english.", server),
                tokens.login_acknowledged(),
                tokens.environment_text(4, str(PACKET_SIZE), str(PACKET_SIZE)),
                tokens.done(),
            )
        )

    async def _wait_latency(self) -> None:
        if self.server.login_latency:
            await asyncio.sleep(self.server.login_latency)

    async def _silence(self) -> NoReturn:
        await self.channel.wait_closed()
        raise ConnectionEnded

    def _reset(self) -> NoReturn:
        self.channel.abort()
        raise ConnectionEnded
