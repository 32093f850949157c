"""The yardstick of `benchmark`: threads of pyodbc that read and do nothing else. A program; no module imports it.

    python -m centers.bare_loop < order.json

It shares nothing with extraction but the driver: no check, no retry, no conversion, no landing, no polite login. The
order holds `workers` and `reads`, each with the connection string (`target`), the `sql` and its `parameters`; prints
the seconds from the first login to the last row, and how many rows of entries came.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from queue import Empty, SimpleQueue
from typing import Any

from dentalhub import odbc_runtime

Read = dict[str, Any]
_MOMENTS = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}


def main() -> None:
    """Do what the order on standard input says."""
    order = json.load(sys.stdin)
    odbc_runtime.preload()
    import pyodbc

    pyodbc.pooling = False
    started = time.monotonic()
    rows = read_all(order["reads"], order["workers"])
    print(json.dumps({"seconds": time.monotonic() - started, "rows": rows}))


def read_all(reads: list[Read], workers: int) -> int:
    """Read everything, `workers` at a time; the number of all rows."""
    waiting: SimpleQueue[Read] = SimpleQueue()
    for read in reads:
        waiting.put(read)
    with ThreadPoolExecutor(workers) as pool:
        return sum(done.result() for done in [pool.submit(_work, waiting) for _thread in range(workers)])


def _work(waiting: "SimpleQueue[Read]") -> int:
    """Read until nothing is left, with one connection for each server."""
    import pyodbc

    connections: dict[str, Any] = {}
    rows = 0
    while True:
        try:
            read = waiting.get_nowait()
        except Empty:
            break
        target = read["target"]
        if target not in connections:
            connections[target] = pyodbc.connect(target, autocommit=True)
        cursor = connections[target].execute(read["sql"], *map(_parameter, read["parameters"]))
        while True:
            rows += len(cursor.fetchall())
            if not cursor.nextset():
                break
        cursor.close()
    for connection in connections.values():
        connection.close()
    return rows


def _parameter(value: Any) -> Any:
    """Moments come as `{"date": "2026-11-20"}`."""
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return _MOMENTS[kind](text)


if __name__ == "__main__":
    main()
