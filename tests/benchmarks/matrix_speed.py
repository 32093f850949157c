"""How quickly the matrix and the dashboard answer, run by hand:

    .venv/bin/python -m tests.benchmarks.matrix_speed
    .venv/bin/python -m tests.benchmarks.matrix_speed --centers 500 --days 90 --profile

The server time of a request is measured in the process that asks, with all middleware and templates, on a database file
of its own: so many centers, a slice for each on every weekday and eight weeks before, a tenth of the runs failed.
"""

import argparse
import cProfile
import datetime as dt
import gc
import os
import pstats
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

LAST = dt.date(2026, 11, 20)
_SLOWEST = 30


def main() -> None:
    """Make the slices, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--days", type=int, default=90, help="business days")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", action="store_true", help="print where the time of the matrix goes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        client = _set_up(Path(folder))
        from extraction.matrix import first_business_day

        first = first_business_day(LAST, chosen.days)
        _make_slices(chosen.centers, first)
        days = f"date_from={first}&date_to={LAST}"
        print(f"{chosen.centers} centers, {chosen.days} business days, median of {chosen.rounds}")
        for name, address in (
            ("matrix", f"/results/matrix/?{days}"),
            ("matrix, one region", f"/results/matrix/?{days}&region=r1"),
            ("matrix, 30 business days", f"/results/matrix/?date_to={LAST}"),
            ("day", f"/days/{LAST}/"),
            ("start of what is missing", f"/runs/start/?{days}&mode=missing"),
            ("start of everything", f"/runs/start/?{days}&mode=all"),
            ("dashboard", "/"),
            ("slice", f"/results/slices/center_0001/{LAST}/"),
        ):
            _measure(client, name, address, chosen.rounds)
        if chosen.profile:
            _profile(client, f"/results/matrix/?{days}")


def _set_up(folder: Path) -> "Client":
    os.environ["DENTALHUB_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client

    from tests.scopes import sees_all_regions

    # As in production, whatever the machine's own settings are.
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    person = User.objects.create_user("analyst")
    person.groups.add(Group.objects.get_or_create(name="analyst")[0])
    sees_all_regions(person)
    client = Client(headers={"Accept-Language": "en", "Accept-Encoding": "gzip"})
    client.force_login(person)
    return client


def _make_slices(count: int, first: dt.date) -> None:
    from django.utils import timezone

    from centers.models import Center, DatabaseServer, Region
    from extraction.enums import RunState
    from extraction.models import CenterRun, ExtractionRun, Slice
    from extraction.slice_states import HISTORY_DAYS
    from mappings.models import Mapping, SchemaSnapshot

    chance = random.Random(1)
    areas = ("DE-BY", "AT-9", "CH-ZH")
    servers = []
    for number, area in enumerate(areas, start=1):
        region = Region.objects.create(code=f"r{number}", name=f"Region {number}", holiday_area=area)
        servers.append(
            DatabaseServer.objects.create(
                code=f"s{number}", region=region, host="localhost", user="u", credential="env:IVORIS_PASSWORD"
            )
        )
    centers = Center.objects.bulk_create(
        Center(
            center_id=f"center_{number:04}", name=f"Praxis {number}", server=servers[number % 3], database=f"D{number}"
        )
        for number in range(1, count + 1)
    )
    now = timezone.now()
    snapshot = SchemaSnapshot.objects.create(
        center=centers[0], fingerprint="0" * 64, content={}, table_count=0, column_count=0, seen_at=now
    )
    mapping = Mapping.objects.create(
        center=centers[0], version=1, status="approved", snapshot=snapshot, content={}, content_hash="0" * 64
    )
    day = first - dt.timedelta(days=HISTORY_DAYS)
    while day <= LAST:
        if day.weekday() < 5:
            run = ExtractionRun.objects.create(
                date_from=day, date_to=day, state=RunState.PARTIAL, idempotency_key=f"{day}", workers=50
            )
            parts, slices = [], []
            for center in centers:
                failed = chance.random() < 0.1
                parts.append(
                    CenterRun(
                        run=run,
                        center=center,
                        state=RunState.FAILED if failed else RunState.SUCCEEDED,
                        error_kind="refused" if failed else "",
                        error_message="Nothing listens on this port." if failed else "",
                    )
                )
                if not failed:
                    slices.append(
                        Slice(
                            center=center,
                            business_date=day,
                            entry_count=0 if chance.random() < 0.01 else chance.randint(15, 90),
                            checksum=f"{chance.getrandbits(256):064x}",
                            mapping=mapping,
                            run=run,
                            extracted_at=now,
                        )
                    )
            CenterRun.objects.bulk_create(parts, batch_size=400)
            Slice.objects.bulk_create(slices, batch_size=400)
        day += dt.timedelta(days=1)


def _measure(client: "Client", name: str, address: str, rounds: int) -> None:
    """Wall time, and the processor's own, which a busy machine disturbs less."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    walls, processor = [], []
    for _round in range(rounds):
        gc.collect()
        begin, begin_processor = time.perf_counter(), time.process_time()
        answer = client.get(address)
        walls.append(round(1000 * (time.perf_counter() - begin)))
        processor.append(round(1000 * (time.process_time() - begin_processor)))
    wall = f"{statistics.median(walls):5.0f} ms (best {min(walls)})"
    own = f"processor {statistics.median(processor):.0f} ms"
    print(f"{name:26} {wall}, {own}, {len(asked)} queries, {len(answer.content) / 1e3:.0f} kB sent")


def _profile(client: "Client", address: str) -> None:
    profile = cProfile.Profile()
    profile.enable()
    client.get(address)
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(_SLOWEST)


if __name__ == "__main__":
    main()
