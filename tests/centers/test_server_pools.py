import os
import time
import warnings
from dataclasses import replace

import pytest

from centers import connection_pool, server_pools
from centers.connection_pool import ConnectionPool
from centers.server_pools import ServerPools
from centers.server_spec import ServerSpec
from tests.centers.makers import SPEC
from tests.centers.pooled import FakeConnection

OTHER = replace(SPEC, port=1)


def make(spec: ServerSpec) -> ConnectionPool[FakeConnection]:
    return ConnectionPool(FakeConnection, 4, patience=5.0)


@pytest.fixture
def pools() -> ServerPools[FakeConnection]:
    return ServerPools(make)


def test_equal_servers_share_a_pool(pools: ServerPools[FakeConnection]) -> None:
    assert pools.of(SPEC) is pools.of(replace(SPEC))
    assert pools.of(SPEC) is not pools.of(OTHER)


def test_close_all_reaches_every_server(pools: ServerPools[FakeConnection]) -> None:
    with pools.of(SPEC).borrow() as first, pools.of(OTHER).borrow() as second:
        pass
    pools.close_all()
    assert (first.closed, second.closed) == (1, 1)


def test_only_servers_asked_of_late_keep_resting_sessions(
    pools: ServerPools[FakeConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_pools, "MOST_WARM", 2)
    sessions = []
    for port in (1, 2, 1, 3):
        with pools.of(replace(SPEC, port=port)).borrow() as session:
            sessions.append(session)
    one, two, _again, three = sessions
    assert [session.closed for session in (one, two, three)] == [0, 1, 0]


def test_close_at_exit_leaves_all_to_the_system_while_a_thread_reads(pools: ServerPools[FakeConnection]) -> None:
    with pools.of(SPEC).borrow() as idle:
        pass
    with pools.of(OTHER).borrow():
        pools.close_at_exit()
        assert idle.closed == 0
    pools.close_at_exit()
    assert idle.closed == 1


def test_sessions_that_rest_are_closed_on_servers_that_nobody_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_pools, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(connection_pool, "IDLE_SECONDS", -1.0)
    pools = ServerPools(make)
    for _round in range(2):
        with pools.of(SPEC).borrow() as connection:
            pass
        for _attempt in range(500):
            if connection.closed and pools._sweeper is None:
                break
            time.sleep(0.01)
        assert (connection.closed, pools._sweeper) == (1, None)


def test_forked_child_neither_uses_nor_closes_its_parents_sessions(pools: ServerPools[FakeConnection]) -> None:
    with pools.of(SPEC).borrow() as connection:
        pass
    with warnings.catch_warnings():
        # Python 3.12 on advises against a fork beside threads, such as the sweeper; that is what is tried here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        pools.close_all()
        pool = pools.of(SPEC)
        with pool.borrow() as other:
            os._exit(0 if other is not connection and connection.closed == 0 else 1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with pools.of(SPEC).borrow() as again:
        assert again is connection
