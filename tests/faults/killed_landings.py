"""``python -m tests.faults.killed_landings``: lands in a process that kills itself before its first statement, then in
one that does so before its second, and so on until one survives. Prints what each left, as JSON.

The database is that of the environment, and made here. SQLite itself tells each statement, with the begin and the
commit. A statement takes two rows here, so that a death falls between the rows of one slice as well.
"""

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from extraction.leases import Lease
    from extraction.reader import CenterResult

CENTERS = 3
_MOST_STATEMENTS = 500


def main() -> None:
    """One line: ``{"before", "after", "steps": [[statement, state], ...], "untrue_manifests", "held"}``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from extraction import bulk_rows
    from extraction.landing import land
    from extraction.models import HeldSlice
    from extraction.slice_writing import ENTRY_FIELDS
    from tests.extraction.builders import center_with_mapping
    from tests.faults.landed import untrue_manifests

    bulk_rows.MOST_PARAMETERS = 2 * len(ENTRY_FIELDS)
    call_command("migrate", verbosity=0)
    for number in range(1, CENTERS + 1):
        center_with_mapping(number)
    results, leases = _work("old", sizes=(30, 2, 3))
    land(results, leases)
    # The first shrinks by more than half and is held, the second grows, the third keeps its number of rows.
    results, leases = _work("new", sizes=(4, 5, 3))
    before, steps = _state(), list[tuple[str, str]]()
    connection.close()
    for number in range(1, _MOST_STATEMENTS):
        statement = _in_a_child(number, lambda: land(results, leases))
        steps.append((statement, _state()))
        connection.close()
        if not statement:
            break
    found = {
        "before": before,
        "after": _state(),
        "steps": steps,
        "untrue_manifests": untrue_manifests(),
        "held": HeldSlice.objects.count(),
    }
    sys.stdout.write(json.dumps(found))


def _work(text: str, sizes: tuple[int, ...]) -> "tuple[list[CenterResult], Mapping[int, Lease]]":
    """A claimed run of all centers, and a result of so many rows for each."""
    from extraction.leases import claim_run
    from extraction.models import CenterRun
    from extraction.run_requests import request_run
    from tests.extraction.builders import FRIDAY, MONDAY, entry, success, task

    run = request_run(None, MONDAY, FRIDAY).run
    leases = {lease.shard_id: lease for lease in claim_run(run.pk)}
    results = []
    for part, size in zip(CenterRun.objects.filter(run=run).select_related("center"), sizes, strict=True):
        assert part.mapping_id is not None
        assert part.shard_id is not None
        own = task(part.pk, part.center_id, part.mapping_id, part.center.center_id, part.shard_id)
        entries = [entry(str(number), f"{text} {number}", row=str(number)) for number in range(size)]
        results.append(success(own, *entries))
    return results, leases


def _in_a_child(number: int, work: Callable[[], object]) -> str:
    """Do the work in a forked process that kills itself before its statement ``number``.

    Returns that statement, or nothing when the process survived.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _kill_at(number, writing)
        work()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        statement = told.read().decode()
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) == bool(statement), f"the child ended with {status}"
    return statement


def _kill_at(number: int, writing: int) -> None:
    from django.db import connection

    count = 0

    def note(statement: str) -> None:
        nonlocal count
        count += 1
        if count == number:
            os.write(writing, statement[:200].encode())
            os.kill(os.getpid(), signal.SIGKILL)

    connection.ensure_connection()
    connection.connection.set_trace_callback(note)


def _state() -> str:
    """A digest of all that a landing writes."""
    from extraction.models import CenterRun, ChartEntry, HeldSlice, Slice

    tables: list[list[tuple[Any, ...]]] = [
        list(model.objects.order_by("pk").values_list()) for model in (Slice, ChartEntry, HeldSlice, CenterRun)
    ]
    return hashlib.sha256(repr(tables).encode()).hexdigest()


if __name__ == "__main__":
    main()
