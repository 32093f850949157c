"""How quickly results are browsed when there are millions, run by hand:

    .venv/bin/python -m tests.benchmarks.browse_speed --folder /tmp/browse
    .venv/bin/python -m tests.benchmarks.browse_speed --centers 50 --days 100

Makes a slice for each center on each of so many weekdays, 20 entries in the middle (500 centers and 500 days: five
million entries, 2 GB, some minutes), in a SQLite file that `--folder` keeps for the next time. The server time of a
request is measured in the process that asks, with all middleware and templates; printed are the median, the processor's
seconds, since a busy machine spoils the first, and the queries. Page 10,000 is found before it is measured.
"""

import argparse
import datetime as dt
import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.browse_data import LAST, RARE_CODE, RARE_TEXT, client_of, make

if TYPE_CHECKING:
    from django.test import Client

    from extraction.entries import EntryFilter

PER_PAGE = 100
FAR_PAGE = 10_000
MATRIX_DAYS = 90


def main() -> None:
    """Make the entries where there are none, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--days", type=int, default=500, help="weekdays")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--folder", type=Path, help="keeps the database, which takes minutes to make, for the next time"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        client = client_of(folder)
        from extraction.models import ChartEntry

        if not ChartEntry.objects.exists():
            started = time.monotonic()
            make(chosen.centers, chosen.days)
            print(f"made in {time.monotonic() - started:.0f} s")
        print(f"{ChartEntry.objects.count():,} entries; median of {chosen.rounds}")
        _measure_all(client, chosen.rounds)


def _measure_all(client: "Client", rounds: int) -> None:
    from extraction.entries import EntryFilter
    from extraction.matrix import first_business_day

    first = LAST - dt.timedelta(days=30)
    filters = {
        "everything": EntryFilter(),
        "one region": EntryFilter(regions=("r1",)),
        "PKV": EntryFilter(status="PKV"),
        "code 2060": EntryFilter(service_code="2060"),
        "PKV, code 2060, one region": EntryFilter(status="PKV", service_code="2060", regions=("r1",)),
        "text fuellung": EntryFilter(text="fuellung"),
        "one center": EntryFilter(center_ids=("center_0007",)),
        "three centers": EntryFilter(center_ids=("center_0007", "center_0100", "center_0400")),
        "30 days": EntryFilter(first, LAST),
        "rare code": EntryFilter(service_code=RARE_CODE),
        "code of nobody": EntryFilter(service_code="8888"),
        "rare text": EntryFilter(text=RARE_TEXT[:20]),
        "text of nobody": EntryFilter(text="xyzzy"),
        "one patient": EntryFilter(pseudonym=_some_patient()),
    }
    for name, wanted in filters.items():
        query = _query(client, wanted)
        near = _measure(f"{name}, page 1", client, f"/results/?{query}", rounds)
        if (key := _far_key(wanted)) is not None:
            far = _measure(f"{name}, page {FAR_PAGE:,}", client, f"/results/?{query}&after={key}", rounds)
            back = _measure(f"{name}, before it", client, f"/results/?{query}&before={key}", rounds)
            print(f"    page {FAR_PAGE:,} takes {far / near:.2f}, the one before it {back / near:.2f} of page 1")
        _measure(f"{name}, totals", client, f"/results/figures/?{query}", rounds)
    days = f"date_from={first_business_day(LAST, MATRIX_DAYS)}&date_to={LAST}"
    _measure(f"matrix, {MATRIX_DAYS} business days", client, f"/results/matrix/?{days}", rounds)
    _measure("dashboard", client, "/", rounds)
    _measure("one entry", client, f"/results/entries/center_0007/{LAST}/1/", rounds)
    _measure("SQL of a day", client, f"/results/slices/center_0007/{LAST}/sql/", rounds)


def _query(client: "Client", wanted: "EntryFilter") -> str:
    """The address of a filter, whose text the session keeps."""
    fields = {
        "date_from": wanted.date_from or "",
        "date_to": wanted.date_to or "",
        "center": list(wanted.center_ids),
        "region": "".join(wanted.regions),
        "status": wanted.status,
        "service_code": wanted.service_code,
        "text": wanted.text,
        "pseudonym": wanted.pseudonym,
    }
    return client.post("/results/", fields).headers["Location"].partition("?")[2]


def _far_key(wanted: "EntryFilter") -> str | None:
    """The key that leads to page FAR_PAGE; None where there are not so many pages, or finding out takes too long."""
    from extraction.entries import Key, find

    if wanted.pseudonym or wanted.text not in {"", "fuellung"}:
        return None
    ordered = find(wanted).order_by("business_date", "center_id", "position")
    place = (FAR_PAGE - 1) * PER_PAGE - 1
    found = ordered.values_list("business_date", "center_id", "position")[place : place + 1]
    return next((str(Key(*row)) for row in found), None)


def _some_patient() -> str:
    from extraction.models import ChartEntry
    from extraction.pseudonyms import pseudonym_of

    entry = ChartEntry.objects.select_related("center").filter(business_date=LAST).order_by("center_id", "position")[0]
    return str(pseudonym_of(entry.center.center_id, entry.patient_id))


def _measure(name: str, client: "Client", address: str, rounds: int) -> float:
    """The median of the seconds of a request, printed with its queries."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    walls, processors = [], []
    for _round in range(rounds):
        gc.collect()
        wall, processor = _timed(lambda: client.get(address))
        walls.append(wall)
        processors.append(processor)
    median = statistics.median(walls)
    print(
        f"{name:40} {median * 1000:7.0f} ms, processor {statistics.median(processors) * 1000:5.0f} ms,"
        f" {len(asked):3} queries, {len(response.content):9,} bytes"
    )
    return statistics.median(processors)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
