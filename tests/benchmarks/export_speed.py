"""How quickly and in how much memory exports are written, run by hand (needs the command line tool sqlite3):

    .venv/bin/python -m tests.benchmarks.export_speed
    .venv/bin/python -m tests.benchmarks.export_speed --entries 200000 --rounds 3

A database file of its own with so many entries of 500 centers. Each form is written to a file by a process of its own,
whose greatest memory is printed, in turns with the tool that writes the same query as CSV. Times are those of writing
alone, without the start of a Python process, by the clock and by the processor. XLSX gets a tenth of the entries.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FORMS = ("csv", "spreadsheet", "json", "jsonl", "xlsx")
_QUERY = (
    "SELECT c.center_id, c.name, e.business_date, e.patient_id, e.insurance_status, e.insurance_name, e.chart_entry, "
    "e.service_codes FROM extraction_chartentry e JOIN centers_center c ON c.id = e.center_id "
    "ORDER BY e.business_date, e.center_id, e.position"
)


def main() -> None:
    """Make the entries, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the database here, and use it when it is there")
    parser.add_argument("--write", choices=FORMS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write:
        print(json.dumps(_write(chosen.folder, chosen.write, chosen.entries)))
        return
    folder = chosen.folder or Path(tempfile.mkdtemp())
    try:
        _fill(folder, chosen.entries)
        _measure(folder, chosen.entries, chosen.rounds)
    finally:
        if not chosen.folder:
            shutil.rmtree(folder)


def _measure(folder: Path, entries: int, rounds: int) -> None:
    tool, csv = [], []
    for _round in range(rounds):
        tool.append(_tool(folder))
        csv.append(_child(folder, "csv", entries))
    for line in tool:
        print(f"sqlite3 tool   {line['seconds']:7.2f} s  {line['cpu']:6.2f} s CPU")
    for line in csv:
        _print("csv", line)
    for name, pick in (("best", min), ("median", statistics.median)):
        wall, cpu = (
            pick([line[key] for line in csv]) / pick([line[key] for line in tool]) for key in ("seconds", "cpu")
        )
        print(f"csv takes {wall:.2f} x the tool's time by the clock, {cpu:.2f} x by the processor ({name} of {rounds})")
    for form in FORMS[1:]:
        _print(form, _child(folder, form, entries // 10 if form == "xlsx" else entries))


def _print(form: str, line: dict[str, Any]) -> None:
    print(
        f"{form:14} {line['seconds']:7.2f} s  {line['cpu']:6.2f} s CPU  {line['memory_mb']:4} MB memory  "
        f"{line['rows']} rows  {line['bytes'] / 1e6:.1f} MB  sha256 {line['sha256'][:12]}"
    )


def _tool(folder: Path) -> dict[str, float]:
    target = folder / "tool.csv"
    script = f".mode csv\n.headers on\n.once '{target}'\n{_QUERY};\n"
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(["sqlite3", str(folder / "dentalhub.sqlite3")], input=script, text=True, check=True)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"seconds": seconds, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def _child(folder: Path, form: str, entries: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.export_speed", "--folder", str(folder), "--write", form]
    done = subprocess.run([*command, "--entries", str(entries)], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _write(folder: Path, form: str, entries: int) -> dict[str, Any]:
    """Write the last `entries` entries as a worker does."""
    _set_up(folder)
    from extraction.entry_filter import EntryFilter
    from extraction.export_formats import ExportFormat
    from extraction.export_ledger import Tally
    from extraction.export_reading import batches
    from extraction.exports import render
    from extraction.garbage_collection import rare_collections
    from extraction.models import ChartEntry

    skipped = ChartEntry.objects.count() - entries
    first = ChartEntry.objects.order_by("business_date").values_list("business_date", flat=True)[max(0, skipped)]
    wanted, tally = EntryFilter(date_from=first), Tally()
    started, cpu = time.perf_counter(), time.process_time()

    with (folder / f"entries.{form}").open("wb") as file, rare_collections():
        file.writelines(render(wanted, ExportFormat(form), batches(wanted), tally))
    return {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "rows": tally.rows,
        "bytes": tally.bytes,
        "sha256": tally.sha256,
    }


def _fill(folder: Path, entries: int) -> None:
    _set_up(folder)
    from django.core.management import call_command

    from extraction.models import ChartEntry
    from tests.benchmarks.export_rows import fill

    call_command("migrate", verbosity=0)
    if ChartEntry.objects.count() != entries:
        started = time.perf_counter()
        fill(entries)
        print(f"{entries} entries in {time.perf_counter() - started:.0f} s")


def _set_up(folder: Path) -> None:
    os.environ["DENTALHUB_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    import django

    django.setup()


if __name__ == "__main__":
    main()
