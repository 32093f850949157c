"""How long a scrape of /metrics takes with many centers: `manage.py shell < ...` is not needed, it runs by itself.

    .venv/bin/python -m tests.benchmarks.scrape_speed --centers 1000

Makes an SQLite database of its own in a temporary folder: centers with totals of a year, a run that is not counted yet,
and a slice a day for the last 90 days.
"""

import argparse
import datetime as dt
import json
import os
import statistics
import tempfile
import time


def main() -> None:
    """Print the median and the slowest of the scrapes."""
    parser = argparse.ArgumentParser(description="Time scrapes of /metrics.")
    parser.add_argument("--centers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DENTALHUB_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.test import Client

        call_command("migrate", verbosity=0)
        _fill(options.centers)
        client, times = Client(), []
        for _round in range(options.rounds):
            began = time.perf_counter()
            body = client.get("/metrics", headers={"host": "localhost"}).content
            times.append((time.perf_counter() - began) * 1000)
    lines = body.count(b"\n")
    print(
        f"{options.centers} centers, {lines} lines: median {statistics.median(times):.0f} ms, most {max(times):.0f} ms"
    )


def _fill(count: int) -> None:
    from django.utils import timezone

    from centers.models import Center, DatabaseServer, Region
    from extraction.enums import RunState
    from extraction.metrics.counting import count_last_day
    from extraction.metrics.durations import BOUNDS
    from extraction.models import CenterRun, CenterTotals, ExtractionRun

    region = Region.objects.create(code="germany", name="Germany")
    server = DatabaseServer.objects.create(
        code="s", region=region, host="10.0.0.1", user="u", credential="env:IVORIS_X"
    )
    Center.objects.bulk_create(
        Center(center_id=f"center_{number:04d}", name=f"Center {number}", server=server, database=f"D{number}")
        for number in range(count)
    )
    centers = list(Center.objects.order_by("pk"))
    buckets = json.dumps([50] * (len(BOUNDS) + 1))
    CenterTotals.objects.bulk_create(
        CenterTotals(center=center, buckets=buckets, seconds=100.0, entries=9000, errors='{"refused": 3, "timeout": 1}')
        for center in centers
    )
    now, day = timezone.now(), dt.date(2026, 1, 2)
    run = ExtractionRun.objects.create(
        date_from=day, date_to=day, state=RunState.SUCCEEDED, idempotency_key="one", workers=50,
        started_at=now, finished_at=now,
    )  # fmt: skip
    CenterRun.objects.bulk_create(
        CenterRun(run=run, center=center, state=RunState.SUCCEEDED, duration_ms=300, entry_count=6)
        for center in centers
    )
    count_last_day()


if __name__ == "__main__":
    main()
