"""How long an upgrade takes with millions of entries: `python -m tests.benchmarks.migration_speed --entries 2000000`.

Begins with the first released state (tests/data/first_release), copies a center 500 times, gives each 20 entries a
day for as many days as it takes, and measures each migration of `extraction` that takes longer than a second.
"""
# ruff: noqa: S608 # numbers of this file

import argparse
import resource
import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

from tests.upgrade.installation import Installation, first_release

CENTERS, PER_DAY = 500, 20
BEFORE = "0007"
_TEXTS = (
    "Füllung Kompositfüllung zweiflächig Zahn 36",
    "Kontrolle in sechs Monaten",
    "Wurzelspitzenresektion regio 21",
)


def fill(database: Path, entries: int) -> None:
    """500 centers with so many entries together, 20 on each day."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(centers_center)")]
        own = {"id": "1000 + n.value", "center_id": "'copy_' || n.value", "database": "'Copy_' || n.value"}
        values = ", ".join(own.get(name, f"c.[{name}]") for name in columns)
        connection.execute(
            f"INSERT INTO centers_center ({', '.join(f'[{name}]' for name in columns)})"
            f" WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {CENTERS})"
            f" SELECT {values} FROM n, centers_center AS c WHERE c.id = 1"
        )
        text = " ".join(f"WHEN {number} THEN '{text}'" for number, text in enumerate(_TEXTS))
        connection.execute(
            "INSERT INTO extraction_chartentry (center_id, business_date, position, source_row_id, patient_id,"
            " insurance_status, insurance_name, chart_entry, service_codes)"
            f" WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < {entries - 1})"
            f" SELECT 1001 + value / {PER_DAY} % {CENTERS}, date('2020-01-01', '+' || (value / {CENTERS * PER_DAY}) ||"
            f" ' days'), value % {PER_DAY}, value, value % 2000, CASE value % 3 WHEN 0 THEN 'PKV' ELSE 'GKV' END,"
            f" 'AOK', CASE value % {len(_TEXTS)} {text} END, '[\"01\", \"2060\"]' FROM n"
        )


def migrate(installation: Installation, *target: str) -> float:
    """Seconds."""
    begin = time.perf_counter()
    installation.manage("migrate", "--verbosity", "0", *target)
    return time.perf_counter() - begin


def main() -> None:
    """Print a line per step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2_000_000)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/migration_speed"))
    given = parser.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    installation = replace(first_release(given.folder), patience=4 * 3600)
    migrate(installation, "extraction", BEFORE)
    fill(installation.database, given.entries)
    size = installation.database.stat().st_size
    print(f"{given.entries:,} entries, {size / 1e6:,.0f} MB", flush=True)
    names = sorted(path.stem for path in Path("extraction/migrations").glob("0*.py"))
    for name in [name for name in names if name[:4] > BEFORE]:
        seconds = migrate(installation, "extraction", name)
        if seconds > 3:
            print(f"{name}: {seconds:,.0f} s", flush=True)
    print(f"everything else: {migrate(installation):,.0f} s")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    size = installation.database.stat().st_size
    figures = installation.query("SELECT count(*) FROM extraction_slicefigures")[0][0]
    print(f"at most {memory:,.0f} MB of memory; {size / 1e6:,.0f} MB, {figures:,} figures of slices")


if __name__ == "__main__":
    main()
