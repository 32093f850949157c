"""What landing costs, and what it costs to say what changed since; run by hand:

    .venv/bin/python -m tests.benchmarks.landing_speed
    .venv/bin/python -m tests.benchmarks.landing_speed --centers 500 --entries 40 --rounds 9

Lands a slice of so many entries for each center in batches of 50, on a database file of its own: for the first time,
again with the same rows, and again with a tenth of the rows changed. The last is measured with and without the
comparison, in turns in one process, so that the ratio holds on a busy machine too.
"""

import argparse
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extraction.leases import Lease
    from extraction.reader import CenterTask
    from extraction.rows import EntryRow

BATCH = 50


def main() -> None:
    """Land in turns, print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centers", type=int, default=500)
    parser.add_argument("--entries", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DENTALHUB_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        tasks, lease = _network(chosen.centers)
        _measure(tasks, lease, chosen.entries, chosen.rounds)
        print(f"database {Path(folder, 'dentalhub.sqlite3').stat().st_size / 1e6:.1f} MB")


def _network(count: int) -> "tuple[list[CenterTask], Lease]":
    from django.conf import settings

    settings.DEBUG = False
    settings.SHARD_SIZE = count
    from extraction.leases import claim_run
    from extraction.run_requests import request_run
    from tests.extraction.builders import FRIDAY, center_with_mapping, task

    centers = [center_with_mapping(number) for number in range(1, count + 1)]
    run = request_run(centers, FRIDAY).run
    (lease,) = claim_run(run.pk)
    parts = run.center_runs.select_related("center")
    return [
        task(part.pk, part.center_id, part.mapping_id or 0, part.center.center_id, part.shard_id or 0) for part in parts
    ], lease


def _measure(tasks: "Sequence[CenterTask]", lease: "Lease", entries: int, rounds: int) -> None:
    names = ("first", "same", "changed, compared", "changed, not compared")
    seconds: dict[str, list[float]] = {name: [] for name in names}
    version = 0
    for _round in range(rounds):
        _forget()
        seconds["first"].append(_land(tasks, lease, entries, version))
        seconds["same"].append(_land(tasks, lease, entries, version))
        version += 1
        seconds["changed, compared"].append(_land(tasks, lease, entries, version))
        version += 1
        with _without_comparison():
            seconds["changed, not compared"].append(_land(tasks, lease, entries, version))
    print(f"{len(tasks)} slices of {entries} entries, {BATCH} at once, processor time, median of {rounds}")
    for name, found in seconds.items():
        print(f"{name:24} {1000 * statistics.median(found):6.0f} ms (best {1000 * min(found):.0f})")
    ratios = [one / other for one, other in zip(*(seconds[name] for name in names[2:]), strict=True)]
    print(f"comparing costs a factor of {statistics.median(ratios):.2f} where every slice has changed")


def _land(tasks: "Sequence[CenterTask]", lease: "Lease", entries: int, version: int) -> float:
    """Seconds of processor time in `land`, all batches: a busy machine disturbs them less."""
    from extraction.landing import land
    from extraction.reader import CenterResult
    from extraction.rows import Extraction, SliceRows
    from tests.extraction.builders import FRIDAY

    took = 0.0
    for start in range(0, len(tasks), BATCH):
        from django.utils import timezone

        results = [
            CenterResult(task, Extraction((SliceRows(FRIDAY, _rows(entries, version)),)), None, 1, timezone.now())
            for task in tasks[start : start + BATCH]
        ]
        gc.collect()
        begin = time.process_time()
        lost = land(results, {lease.shard_id: lease})
        took += time.process_time() - begin
        assert lost == set()
    return took


def _rows(count: int, version: int) -> "tuple[EntryRow, ...]":
    from tests.extraction.builders import entry

    return tuple(
        entry(
            f"{number % 17}",
            f"Füllung dreiflächig {number}" + (f" {version}" if number % 10 == 0 else ""),
            row=f"{number}",
            codes=("01", "2060", "Ä1"),
        )
        for number in range(count)
    )


def _forget() -> None:
    from extraction.models import ChartEntry, Slice

    ChartEntry.objects.all().delete()
    Slice.objects.all().delete()


@contextmanager
def _without_comparison() -> Iterator[None]:
    from extraction import slice_writing

    writer: Any = slice_writing

    # An older checkout has nothing to leave out.
    known = getattr(writer, "note_changes", None)
    writer.note_changes = lambda *_arguments: None
    try:
        yield
    finally:
        writer.note_changes = known


if __name__ == "__main__":
    main()
