"""Sessions for an event loop: those of `centers.connection`, through aioodbc. The only module that imports it.

aioodbc makes each call of the driver in a thread. Pools, logins and their limits are those of the threads' engine, and
so is what a session does; only who waits differs.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from centers import event_loop
from centers.connection import (
    Login,
    login_error,
    pool_for,
    prepare_login,
    prepared,
    register_pools,
    renewed_login,
)
from centers.connection_pool import ConnectionPool
from centers.exceptions import SourceError
from centers.phase_times import PhaseTimes
from centers.server_pools import ServerPools
from centers.server_spec import ServerSpec
from centers.source_session import SourceConnection

# Closing waits for the driver no longer than this.
CLOSE_SECONDS = 5.0


class AsyncSourceConnection(SourceConnection):
    """A session whose `ask` is awaited. The rest is asked for by the pool, in threads and never in the loop's own."""

    # Sessions that hang in the driver: to collect one would close it, and so hang as well.
    _hanging: list["AsyncSourceConnection"] = []

    def is_alive(self, seconds: float) -> bool:
        """See `SourceConnection`."""
        asked = asyncio.run_coroutine_threadsafe(self.ask("SELECT 1 AS alive"), event_loop.event_loop())
        try:
            asked.result(seconds)
        except SourceError:
            return False
        except FutureTimeoutError:
            self._abandoned = True
            self._hanging.append(self)
            return False
        return self.reusable

    def close(self) -> None:
        """See `SourceConnection`."""
        if self._abandoned:
            return
        closing = asyncio.run_coroutine_threadsafe(self._raw.close(), event_loop.event_loop())
        try:
            closing.result(CLOSE_SECONDS)
        except FutureTimeoutError:
            self._abandoned = True
            self._hanging.append(self)
        except self._driver.Error:
            return


@contextlib.asynccontextmanager
async def borrow_in_loop(spec: ServerSpec) -> AsyncIterator[SourceConnection]:
    """A session on the server, from this process's pool for `spec` and back to it. Raises SourceError."""
    asked = time.perf_counter()
    # In a thread, for it may wait for a turn.
    pool, connection = await _in_thread(_acquire, spec)
    connection.times = PhaseTimes(login=time.perf_counter() - asked)
    try:
        yield connection
    finally:
        if connection.reusable:
            pool.give_back(connection)
        else:
            await _in_thread(pool.give_back, connection)


def _acquire(spec: ServerSpec) -> tuple[ConnectionPool[AsyncSourceConnection], AsyncSourceConnection]:
    pool = _pools.of(spec)
    return pool, pool.acquire()


def _open(spec: ServerSpec) -> AsyncSourceConnection:
    login = prepare_login(spec)
    try:
        return _log_in_now(login)
    except SourceError as error:
        return _log_in_now(renewed_login(login, error))


def _log_in_now(login: Login) -> AsyncSourceConnection:
    return asyncio.run_coroutine_threadsafe(_log_in(login), event_loop.event_loop()).result()


async def _log_in(login: Login) -> AsyncSourceConnection:
    import aioodbc

    async def prepare(raw: Any) -> None:
        prepared(login, raw)

    try:
        raw = await aioodbc.connect(
            dsn=login.target.reveal(),
            autocommit=True,
            timeout=login.spec.login_timeout,
            executor=event_loop.driver_threads,
            after_created=prepare,
        )
        cursor = await raw.cursor()
    except login.driver.Error as error:
        raise login_error(error) from None
    return AsyncSourceConnection(login.driver, raw, login.preamble, cursor=cursor, call=_awaited)


async def _awaited(function: Any, *arguments: Any) -> Any:
    return await function(*arguments)


async def _in_thread(function: Any, *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(event_loop.driver_threads, function, *arguments)


_pools: ServerPools[AsyncSourceConnection] = ServerPools(lambda spec: pool_for(spec, _open))
register_pools(_pools)
