"""A sandbox in this process, whose log of logins and statements a test reads as values."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dentalhub.sandbox.engine.server import login_log, statement_log
from dentalhub.sandbox.network import Network
from dentalhub.sandbox.options import ServeOptions
from dentalhub.sandbox.server import Sandbox


@dataclass(slots=True)
class Heard:
    """What arrived: each login as user, password's SHA-256, database and application; its intent; each statement."""

    port: int
    user: str
    logins: list[tuple[str, str, str, str]] = field(default_factory=list)
    intents: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


class _Keep(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.INFO)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        assert isinstance(record.args, tuple)
        _server, *values = record.args
        if record.name == login_log.name:
            user, password, database, application, intent = map(str, values)
            self._heard.logins.append((user, password, database, application))
            self._heard.intents.append(intent)
        else:
            self._heard.statements.append(str(values[1]))


@contextmanager
def listening_sandbox(network: Network, password: str) -> Iterator[Heard]:
    """Serve `network` without TLS, from a thread of this process."""
    sandbox = Sandbox(network, ServeOptions(encryption="off", statement_log=True), password)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(sandbox.start(), loop).result(10)
    heard = Heard(next(iter(sandbox.ports.values())), network.servers[0].login)
    keep, logs = _Keep(heard), (login_log, statement_log)
    for log in logs:
        log.addHandler(keep)
        log.setLevel(logging.INFO)
        log.propagate = False
    try:
        yield heard
    finally:
        for log in logs:
            log.removeHandler(keep)
            log.setLevel(logging.NOTSET)
            log.propagate = True
        asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
