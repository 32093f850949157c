"""What alerts cost each minute with many centers.

    .venv/bin/python -m tests.benchmarks.alert_speed --centers 500

Makes an SQLite database of its own in a temporary folder: 60 scheduled runs over all centers, 60 days of slices, and in
each of five regions one center in ten whose last part of a run failed, for three causes.
"""

import argparse
import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Callable

RUNS = 60
REGIONS = 5


def main() -> None:
    """Print the median and the slowest of each part of the tick that alerts brought."""
    parser = argparse.ArgumentParser(description="Time the looks of alerts.")
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DENTALHUB_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from extraction.alerts.evaluation import look_around
        from extraction.metrics import counting
        from extraction.run_requests import yesterday
        from extraction.slice_grid import slice_grid
        from extraction.tasks import send_alerts

        call_command("migrate", verbosity=0)
        _fill(options.centers)
        day = yesterday()
        parts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("grid of the last day alone", lambda: slice_grid(day, day)),
            ("count_last_day", counting.count_last_day),
            ("look_around", look_around),
            ("send_alerts", send_alerts),
        )
        for name, part in parts:
            times = []
            for _round in range(options.rounds):
                began = time.perf_counter()
                part()
                times.append((time.perf_counter() - began) * 1000)
            print(f"{name}: median {statistics.median(times):.0f} ms, most {max(times):.0f} ms")
        for number, (query, spent) in enumerate(_queries(look_around)):
            print(f"  {number:2} {spent * 1000:5.0f} ms {query}")


def _queries(part: Callable[[], object]) -> list[tuple[str, float]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        part()
    return [(query["sql"][:90], float(query["time"])) for query in captured.captured_queries]


def _fill(count: int) -> None:
    from django.utils import timezone

    from centers.models import Center, DatabaseServer, Region
    from extraction.enums import RunState, Trigger
    from extraction.models import CenterRun, ExtractionRun, Slice
    from extraction.run_requests import yesterday
    from mappings.enums import MappingStatus
    from mappings.models import Mapping, SchemaSnapshot

    now, last = timezone.now(), yesterday()
    servers = []
    for number in range(REGIONS):
        region = Region.objects.create(code=f"region{number}", name=f"Region {number}")
        server = {"code": f"s{number}", "region": region, "host": "10.0.0.1", "user": "u", "credential": "env:IVORIS_X"}
        servers.append(DatabaseServer.objects.create(**server))
    Center.objects.bulk_create(
        Center(center_id=f"c{number:04d}", name=f"C {number}", server=servers[number % REGIONS], database=f"D{number}")
        for number in range(count)
    )
    centers = list(Center.objects.order_by("pk"))
    first = centers[0]
    shot = SchemaSnapshot.objects.create(
        center=first, fingerprint="0" * 64, content={}, table_count=0, column_count=0, seen_at=now
    )
    mapping = Mapping.objects.create(
        center=first, version=1, status=MappingStatus.APPROVED, snapshot=shot, content={}, content_hash="0" * 64
    )
    causes = ("login_failed", "dns", "timeout")
    for number in range(RUNS):
        day = last - dt.timedelta(days=RUNS - 1 - number)
        run = ExtractionRun.objects.create(
            date_from=day, date_to=day, state=RunState.PARTIAL, trigger=Trigger.SCHEDULE, idempotency_key=f"{number}",
            workers=50, started_at=now, finished_at=now, is_counted=True,
        )  # fmt: skip
        is_last = number == RUNS - 1
        CenterRun.objects.bulk_create(
            (
                CenterRun(run=run, center=center, state=RunState.FAILED, error_kind=causes[index % 3])
                if is_last and index % 10 == 0
                else CenterRun(run=run, center=center, state=RunState.SUCCEEDED, duration_ms=300, slice_count=1)
                for index, center in enumerate(centers)
            ),
            batch_size=500,
        )
        landed = {"business_date": day, "entry_count": 6, "checksum": "0" * 64, "mapping": mapping, "run": run}
        Slice.objects.bulk_create(
            (
                Slice(center=center, extracted_at=now, **landed)
                for index, center in enumerate(centers)
                if not (is_last and index % 10 == 0)
            ),
            batch_size=500,
        )


if __name__ == "__main__":
    main()
