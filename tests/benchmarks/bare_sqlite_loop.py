"""What `large_slices` compares extraction with: fetch with pyodbc, insert into a bare SQLite table with executemany.

    python -m tests.benchmarks.bare_sqlite_loop FROM TO FILE

It sends the statements that extraction sends for the one center of the network, one after the other, and fetches all
their rows. Only the chart rows are inserted, as they come: nothing is checked, converted, ordered or joined, and the
table has no index. One transaction. Prints the seconds and the rows as JSON, without the start of the process.
"""

import json
import sqlite3
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from extraction.query import SourceQuery
    from extraction.reader import CenterTask


def main() -> None:
    """Read and insert; FILE is made."""
    date_from, date_to, file = date.fromisoformat(sys.argv[1]), date.fromisoformat(sys.argv[2]), Path(sys.argv[3])
    django.setup()
    from centers import connection_string, credentials, reachable
    from centers.connection import borrow
    from centers.tcp_probe import knock
    from dentalhub import odbc_runtime

    task = _task(date_from, date_to)
    source = task.source
    # Loads the driver, and says now whether the source can be read at all.
    with borrow(source.server) as session:
        session.query("SELECT 1 AS ready")
    _family, place = knock(reachable.resolve(source.server.host, source.server.port))
    password = credentials.password_of(source.server)
    target = connection_string.build(source.server, password, str(place[0]), driver=str(odbc_runtime.driver_path()))
    queries = _queries(task)
    started = time.monotonic()
    rows = _copy(target.reveal(), queries, file)
    print(json.dumps({"seconds": time.monotonic() - started, "rows": rows}))


def _task(date_from: date, date_to: date) -> "CenterTask":
    from extraction.assignments import assignments
    from extraction.leases import claim_run
    from extraction.reader import CenterTask
    from extraction.run_requests import request_run

    run = request_run(None, date_from, date_to, workers=1).run
    return next(item for item in assignments(claim_run(run.pk)) if isinstance(item, CenterTask))


def _queries(task: "CenterTask") -> "list[SourceQuery]":
    from extraction.dates import chunks
    from extraction.query import extraction_query

    source = task.source
    return [
        extraction_query(
            source.mapping, source.catalog, source.database, first, last, counts_undated=last == task.date_to
        )
        for first, last in chunks(task.date_from, task.date_to, task.chunk_days)
    ]


def _copy(target: str, queries: "list[SourceQuery]", file: Path) -> int:
    import pyodbc

    count = 0
    with closing(sqlite3.connect(file)) as database, closing(pyodbc.connect(target, autocommit=True)) as connection:
        database.execute("CREATE TABLE entries (id, patient, date, text)")
        for query in queries:
            cursor = connection.execute(query.sql, *(_plain(value) for value in query.parameters))
            results = _results(cursor)
            chart_rows = results[1 + query.parts.index("entries")]
            database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", map(_storable, chart_rows))
            count += len(chart_rows)
        database.commit()
    return count


def _results(cursor: Any) -> list[list[Any]]:
    results = []
    while True:
        if cursor.description is not None:
            results.append(cursor.fetchall())
        if not cursor.nextset():
            return results


def _plain(parameter: Any) -> Any:
    return getattr(parameter, "value", parameter)


def _storable(row: Any) -> tuple[Any, ...]:
    # Python's own adapter of dates is deprecated; the few sources with DATE columns pay for it here as anywhere.
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)


if __name__ == "__main__":
    main()
