"""How long recording, verifying and browsing take with a long audit trail: `python -m tests.benchmarks.audit_speed`.

Makes its own SQLite database in `--folder` (about 0.8 GB for a million events), and prints medians.
"""

import argparse
import json
import os
import random
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import django

from tests.secret_key import SECRET_KEY

AT_ONCE = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_DATA_DIR": str(options.folder),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    figures = {"fill_s": _seconds(lambda: _fill(options.events)), **_recording(), **_verifying(), **_browsing()}
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}, indent=2))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _fill(events: int) -> None:
    from django.db import transaction

    from dentalhub.audit import Note, record_each
    from dentalhub.audit_models import AuditHead

    chance = random.Random(1)
    actions = ["snapshot.taken"] * 6 + ["run.requested", "run.ended", "patients.revealed", "center.changed"]
    there = AuditHead.objects.get().sequence
    while there < events:
        count = min(AT_ONCE, events - there)
        notes = [
            Note(chance.choice(actions), f"centers.center:c{chance.randrange(500)}", {"n": n}, f"region{n % 3}")
            for n in range(count)
        ]
        with transaction.atomic():
            record_each(None, notes)
        there += count


def _recording() -> dict[str, float]:
    from django.db import transaction

    from dentalhub.audit import record

    def one() -> None:
        record(None, "run.requested", "run 1", n=1)

    alone = statistics.median(_seconds(one) for _number in range(300))
    with transaction.atomic():
        within = statistics.median(_seconds(one) for _number in range(300))
    return {"record_ms": alone * 1000, "record_within_transaction_ms": within * 1000}


def _verifying() -> dict[str, float]:
    from dentalhub.audit_verification import verify

    return {"verify_s": _seconds(lambda: verify().finding)}


def _browsing() -> dict[str, float]:
    from dentalhub.audit_filter import EventFilter, page
    from dentalhub.audit_models import AuditHead

    middle = AuditHead.objects.get().sequence // 2
    pages = {
        "newest": (EventFilter(), None, 0),
        "middle": (EventFilter(), None, middle),
        "kind": (EventFilter(kind="reveal"), None, middle),
        "person_and_kind": (EventFilter(actor_name="system", kind="reveal"), None, 0),
        "object": (EventFilter(target="centers.center:c7"), None, 0),
        "text_found": (EventFilter(text="center:c77"), None, 0),
        "text_nowhere": (EventFilter(text="nowhere at all"), None, 0),
        "one_region": (EventFilter(), ["region1"], 0),
        "region_nowhere": (EventFilter(kind="reveal"), ["none"], 0),
    }
    return {
        f"page_{name}_ms": 1000
        * statistics.median(
            _seconds(lambda wanted=wanted, regions=regions, at=at: page(wanted, regions, 50, before=at))  # type: ignore[misc]
            for _number in range(5)
        )
        for name, (wanted, regions, at) in pages.items()
    }


if __name__ == "__main__":
    main()
