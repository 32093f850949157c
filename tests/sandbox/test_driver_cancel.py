"""Stopping statements through the genuine driver."""

import threading
import time
from collections.abc import Callable

import pyodbc
import pytest

from tests.sandbox.conftest import Served

ENDLESS = (
    "SELECT COUNT_BIG(*) FROM ZAHLEN a CROSS JOIN ZAHLEN b CROSS JOIN ZAHLEN c WHERE a.N + b.N > 10001 AND c.N > ?"
)
WAITING = "WAITFOR DELAY '00:00:20'; SELECT ?"


def _ends_within(seconds: float, action: Callable[[], object]) -> None:
    start = time.monotonic()
    action()
    assert time.monotonic() - start < seconds


@pytest.mark.parametrize("statement", [ENDLESS, WAITING], ids=["computing", "waiting"])
def test_query_timeout_leaves_the_connection_usable(served: Served, statement: str) -> None:
    connection = served.connect(DATABASE=served.first.database)
    connection.timeout = 1

    def run() -> None:
        with pytest.raises(pyodbc.OperationalError) as caught:
            connection.execute(statement, 0).fetchall()
        assert caught.value.args[0] == "HYT00"

    _ends_within(5, run)
    assert connection.execute("SELECT COUNT(*) FROM ZAHLEN").fetchval() == 5000
    connection.close()


def test_cancel_from_another_thread(served: Served) -> None:
    connection = served.connect(DATABASE=served.first.database)
    cursor = connection.cursor()
    timer = threading.Timer(0.3, cursor.cancel)
    timer.start()

    def run() -> None:
        with pytest.raises(pyodbc.Error) as caught:
            cursor.execute(WAITING, 1)
        assert caught.value.args[0] == "HY008"

    _ends_within(5, run)
    timer.join()
    assert connection.execute("SELECT 7").fetchval() == 7
    connection.close()


def test_slow_query_does_not_hold_up_others(served: Served) -> None:
    busy, other = served.connect(DATABASE=served.first.database), served.connect(DATABASE=served.first.database)
    busy.timeout = 2

    def keep_busy() -> None:
        with pytest.raises(pyodbc.Error):
            busy.execute(ENDLESS, 0)

    thread = threading.Thread(target=keep_busy)
    thread.start()
    _ends_within(1.5, lambda: [other.execute("SELECT N FROM ZAHLEN WHERE N = 1").fetchall() for _ in range(50)])
    thread.join()
    busy.close()
    other.close()


def test_rows_left_unread_are_given_up(connection: pyodbc.Connection) -> None:
    cursor = connection.cursor()
    for _ in range(5):
        cursor.execute("SELECT a.N FROM ZAHLEN a CROSS JOIN ZAHLEN b")
        assert cursor.fetchone()[0] == 1
        cursor.cancel()
    cursor.close()
    assert connection.execute("SELECT 1").fetchval() == 1
