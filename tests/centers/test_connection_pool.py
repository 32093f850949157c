import threading
import time
from collections.abc import Callable

import pytest

from centers import connection_pool
from centers.connection_pool import ConnectionPool
from centers.exceptions import SourceError, SourceErrorKind


class FakeConnection:
    """A connection that only counts."""

    def __init__(self) -> None:
        self.reusable = True
        self.alive = True
        self.checks = 0
        self.closed = 0

    def is_alive(self, seconds: float) -> bool:
        self.checks += 1
        return self.alive

    def close(self) -> None:
        self.closed += 1


class Server:
    """Opens fake connections, or fails with `error`."""

    def __init__(self, error: SourceError | None = None) -> None:
        self.error = error
        self.logins = 0
        self.opened: list[FakeConnection] = []

    def connect(self) -> FakeConnection:
        self.logins += 1
        if self.error is not None:
            raise self.error
        self.opened.append(FakeConnection())
        return self.opened[-1]


def pool_of(connect: Callable[[], FakeConnection], limit: int = 4) -> ConnectionPool[FakeConnection]:
    return ConnectionPool(connect, limit, patience=5.0)


def test_borrow_twice_in_turn_logs_in_once() -> None:
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow() as first:
        pass
    with pool.borrow() as second:
        assert second is first
    assert server.logins == 1


def test_borrow_twice_at_once_logs_in_twice() -> None:
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow() as first, pool.borrow() as second:
        assert first is not second
    assert server.logins == 2


def test_borrow_after_a_broken_connection_gets_another_one() -> None:
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow() as first:
        first.reusable = False
    with pool.borrow() as second:
        assert second is not first
    assert first.closed == 1


def test_borrow_returns_the_connection_when_the_caller_fails() -> None:
    server = Server()
    pool = pool_of(server.connect, limit=1)
    with pytest.raises(LookupError), pool.borrow():
        raise LookupError
    with pool.borrow():
        pass
    assert server.logins == 1


def test_borrow_after_a_long_rest_logs_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow() as first:
        pass
    monkeypatch.setattr(connection_pool, "IDLE_SECONDS", -1.0)
    with pool.borrow() as second:
        assert second is not first
    assert first.closed == 1


def test_borrow_above_the_limit_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_pool, "SLOT_WAIT_SECONDS", 0.01)
    pool = pool_of(Server().connect, limit=1)
    with pool.borrow(), pytest.raises(SourceError) as caught, pool.borrow():
        pass
    assert caught.value.kind is SourceErrorKind.BUSY


def test_borrow_after_a_refused_login_does_not_try_again() -> None:
    server = Server(SourceError(SourceErrorKind.LOGIN, "refused", number=18456))
    pool = pool_of(server.connect)
    for _attempt in range(5):
        with pytest.raises(SourceError) as caught, pool.borrow():
            pass
        assert (caught.value.kind, caught.value.number) == (SourceErrorKind.LOGIN, 18456)
    assert server.logins == 1


def test_borrow_after_close_idle_tries_a_refused_login_again() -> None:
    server = Server(SourceError(SourceErrorKind.LOGIN, "refused"))
    pool = pool_of(server.connect)
    with pytest.raises(SourceError), pool.borrow():
        pass
    server.error = None
    pool.close_idle()
    with pool.borrow():
        pass
    assert server.logins == 2


def test_borrow_after_an_unreachable_server_tries_again() -> None:
    server = Server(SourceError(SourceErrorKind.UNREACHABLE, "gone", transient=True))
    pool = pool_of(server.connect)
    with pytest.raises(SourceError), pool.borrow():
        pass
    server.error = None
    with pool.borrow():
        pass
    assert server.logins == 2


def test_threads_that_wait_for_the_first_login_share_its_failure() -> None:
    at_login, all_asked = threading.Event(), threading.Event()
    logins = 0

    def connect() -> FakeConnection:
        nonlocal logins
        logins += 1
        at_login.set()
        assert all_asked.wait(5)
        raise SourceError(SourceErrorKind.REFUSED, "closed")

    pool = pool_of(connect, limit=8)
    kinds: list[SourceErrorKind] = []

    def read() -> None:
        try:
            with pool.borrow():
                pass
        except SourceError as error:
            kinds.append(error.kind)

    threads = [threading.Thread(target=read) for _number in range(6)]
    threads[0].start()
    assert at_login.wait(5)
    for thread in threads[1:]:
        thread.start()
    # One is in `connect`, the others wait for it.
    for _attempt in range(500):
        if len(pool._changed._waiters) == 5:  # type: ignore[attr-defined]
            break
        time.sleep(0.01)
    all_asked.set()
    for thread in threads:
        thread.join(5)
    assert kinds == [SourceErrorKind.REFUSED] * 6
    assert logins == 1


def test_close_idle_closes_what_nobody_uses() -> None:
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow(), pool.borrow():
        pass
    pool.close_idle()
    assert [connection.closed for connection in server.opened] == [1, 1]
