"""Run in a process of its own by `test_session_storm`: many threads read many centers.

Reads one JSON object from standard input: `servers` (host, port, user each), `centers` (index of the server, database
and the id that every cell of its table holds), `threads` and `queries`. Prints JSON: how many queries were answered,
how many cells came from another center, how many failed as they should, the other errors, and what a forked child got.
"""

import json
import os
import random
import sys
import threading
from collections import Counter
from typing import Any

import django

ROWS = 15
# Of a hundred: asks for a table that does not exist, so that sessions with an error go back to their pool too.
FAILING = 5


class Storm:
    """What one process reads and finds; each thread has random numbers of its own."""

    def __init__(self, orders: dict[str, Any]) -> None:
        from centers.server_spec import ServerSpec

        self._specs = [
            ServerSpec(host, port, user, "env:IVORIS_PASSWORD", max_connections=30)
            for host, port, user in orders["servers"]
        ]
        self._centers: list[tuple[int, str, str]] = [tuple(center) for center in orders["centers"]]
        self._lock = threading.Lock()
        self.found: Counter[str] = Counter()

    def blow(self, threads: int, queries: int) -> None:
        """Run so many queries in so many threads."""
        workers = [
            threading.Thread(target=self._read, args=(queries // threads, random.Random(f"{os.getpid()} {number}")))
            for number in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _read(self, queries: int, chance: random.Random) -> None:
        for _query in range(queries):
            outcome = self.ask(*chance.choice(self._centers), fails=chance.randrange(100) < FAILING)
            with self._lock:
                self.found.update(outcome)

    def ask(self, server: int, database: str, center_id: str, *, fails: bool) -> Counter[str]:
        """Read one center's table, or one that does not exist; what came of it."""
        from centers.connection import borrow
        from centers.exceptions import SourceError

        table = f"[{database}].[dbo].[{'NIRGENDS' if fails else 'KENNUNG'}]"
        sql = f"SELECT N, A, B, C FROM {table} WHERE N <= ?; SELECT A FROM {table} WHERE N = ?"  # noqa: S608
        try:
            with borrow(self._specs[server]) as connection:
                many, one = connection.query(sql, [ROWS, 1])
        except SourceError as error:
            return Counter({"failed_as_told": 1} if fails and error.number == 208 else {f"error {error.kind}": 1})
        if [len(many.rows), len(one.rows)] != [ROWS, 1]:
            return Counter({"error incomplete": 1})
        cells = [cell for row in many.rows for cell in row[1:]] + [one.rows[0][0]]
        return Counter(answered=1, foreign=sum(cell != center_id for cell in cells))


def run(orders: dict[str, Any]) -> dict[str, Any]:
    """The storm, and afterwards what a forked child is told."""
    storm = Storm(orders)
    storm.blow(orders["threads"], orders["queries"])
    return {**storm.found, "child": _forked(storm, orders)}


def _forked(storm: Storm, orders: dict[str, Any]) -> str:
    """The kind of the error that a forked child gets, or what else became of its query."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        outcome = storm.ask(*orders["centers"][0], fails=False)
        with os.fdopen(writing, "w") as answers:
            answers.write(", ".join(outcome))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        return answers.read()


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(run(json.load(sys.stdin))))
