import threading
import time
from collections.abc import Callable

import pytest

from centers import connection_pool
from centers.connection_pool import ConnectionPool
from centers.exceptions import SourceError, SourceErrorKind
from tests.centers.pooled import FakeConnection


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


def test_borrow_soon_again_asks_nothing() -> None:
    server = Server()
    pool = pool_of(server.connect)
    for _borrow in range(3):
        with pool.borrow():
            pass
    assert server.opened[0].checks == 0


def test_borrow_after_a_rest_proves_that_the_connection_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_pool, "CHECK_AFTER_SECONDS", -1.0)
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow() as first:
        pass
    with pool.borrow() as second:
        assert second is first
    assert (first.checks, first.closed, server.logins) == (1, 0, 1)


def test_borrow_replaces_the_dead_and_what_rested_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow() as outer, pool.borrow() as inner:
        pass
    monkeypatch.setattr(connection_pool, "CHECK_AFTER_SECONDS", -1.0)
    inner.alive = outer.alive = False
    with pool.borrow() as third:
        assert third not in {inner, outer}
    assert (inner.closed, outer.closed) == (1, 1)
    assert inner.checks + outer.checks == 1
    assert pool.open == 1


def test_close_expired_spares_what_was_used_of_late(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    pool = pool_of(server.connect)
    with pool.borrow() as connection:
        pass
    pool.close_expired()
    assert connection.closed == 0
    monkeypatch.setattr(connection_pool, "IDLE_SECONDS", -1.0)
    pool.close_expired()
    assert (connection.closed, pool.open) == (1, 0)


def test_borrow_waits_less_for_a_server_that_let_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_pool, "BROKEN_WAIT_SECONDS", 0.01)
    hangs, ended = threading.Event(), threading.Event()
    logins = 0

    def connect() -> FakeConnection:
        nonlocal logins
        logins += 1
        if logins == 1:
            raise SourceError(SourceErrorKind.UNREACHABLE, "gone")
        hangs.set()
        assert ended.wait(5)
        return FakeConnection()

    pool = pool_of(connect)

    def read() -> None:
        with pool.borrow():
            pass

    with pytest.raises(SourceError), pool.borrow():
        pass
    thread = threading.Thread(target=read)
    thread.start()
    assert hangs.wait(5)
    with pytest.raises(SourceError) as caught, pool.borrow():
        pass
    ended.set()
    thread.join(5)
    assert (caught.value.kind, logins) == (SourceErrorKind.UNREACHABLE, 2)


def test_borrow_gives_up_when_the_first_login_hangs() -> None:
    hangs, ended = threading.Event(), threading.Event()

    def connect() -> FakeConnection:
        hangs.set()
        assert ended.wait(5)
        return FakeConnection()

    pool = ConnectionPool(connect, 4, patience=0.05)

    def read() -> None:
        with pool.borrow():
            pass

    thread = threading.Thread(target=read)
    thread.start()
    assert hangs.wait(5)
    with pytest.raises(SourceError) as caught, pool.borrow():
        pass
    ended.set()
    thread.join(5)
    assert caught.value.kind is SourceErrorKind.LOGIN_TIMEOUT


def test_borrow_takes_what_is_given_back_while_a_login_is_under_way() -> None:
    slow, ended = threading.Event(), threading.Event()
    logins = 0

    def connect() -> FakeConnection:
        nonlocal logins
        logins += 1
        if logins > 1:
            slow.set()
            assert ended.wait(5)
        return FakeConnection()

    pool = pool_of(connect)

    def read() -> None:
        with pool.borrow():
            pass

    with pool.borrow() as first:
        thread = threading.Thread(target=read)
        thread.start()
        assert slow.wait(5)
    with pool.borrow() as second:
        assert second is first
    ended.set()
    thread.join(5)
    assert logins == 2


def test_borrow_frees_the_slot_of_a_login_that_failed_unexpectedly() -> None:
    def connect() -> FakeConnection:
        raise LookupError

    pool = pool_of(connect, limit=1)
    for _attempt in range(2):
        with pytest.raises(LookupError), pool.borrow():
            pass
    assert pool.open == 0


def test_borrow_with_a_new_secret_tries_a_refused_login_again() -> None:
    server = Server(SourceError(SourceErrorKind.LOGIN, "refused"))
    secrets = iter(["old", "old", "new", "new", "new"])
    pool = ConnectionPool(server.connect, 4, patience=5.0, secret=lambda: next(secrets))
    # The secrets above: of the first login; compared, the same; compared, another; of the second login; compared.
    for _attempt in range(4):
        with pytest.raises(SourceError), pool.borrow():
            pass
    assert (server.logins, list(secrets)) == (2, [])


def test_threads_at_once_ramp_up_their_logins() -> None:
    lock, under_way, most = threading.Lock(), 0, []

    def connect() -> FakeConnection:
        nonlocal under_way
        with lock:
            under_way += 1
            most.append(under_way)
        time.sleep(0.002)
        with lock:
            under_way -= 1
        return FakeConnection()

    pool = pool_of(connect, limit=40)
    all_in = threading.Barrier(40)

    def read() -> None:
        with pool.borrow():
            all_in.wait(10)

    threads = [threading.Thread(target=read) for _number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(most) == 40
    assert most[0] == 1
    # Of the logins that began as the 2nd to the nth, none met more than the doubling allows.
    assert all(count <= 2**begun for begun, count in enumerate(most))


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
