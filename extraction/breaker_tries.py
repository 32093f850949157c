"""Which breakers concern the tasks of an execution, and which of the tasks shall be their one try."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from extraction.breaker_models import Breaker
from extraction.breaker_rules import Subject
from extraction.enums import BreakerScope, BreakerState
from extraction.reader import CenterTask


def subjects_of(task: CenterTask) -> tuple[Subject, Subject]:
    """The server and the center of a task."""
    spec = task.source.server
    return (
        Subject(BreakerScope.SERVER, task.server_pk, spec),
        Subject(BreakerScope.CENTER, task.center_pk, spec, task.source.database),
    )


def changed_since(tasks: Iterable[CenterTask], rows: Mapping[str, Breaker]) -> list[Breaker]:
    """Those of `rows` whose server or center is not what it was when it failed."""
    subjects = {subject.key: subject for task in tasks for subject in subjects_of(task) if subject.key in rows}
    return [rows[key] for key, subject in subjects.items() if subject.fingerprint != rows[key].fingerprint]


def due_tries(tasks: Sequence[CenterTask], rows: Mapping[str, Breaker]) -> dict[str, int]:
    """Which center run shall be the one try of each breaker whose time has come."""
    now, wanted = timezone.now(), dict[str, int]()

    def failures_of_center(task: CenterTask) -> int:
        row = rows.get(subjects_of(task)[1].key)
        return row.failures if row else 0

    # A practice that is well says most about its server.
    for task in sorted(tasks, key=failures_of_center):
        keys = [subject.key for subject in subjects_of(task)]
        shut = [key for key in keys if key in rows and rows[key].state != BreakerState.CLOSED]
        if all(key not in wanted and _is_due(rows[key], now) for key in shut):
            wanted.update(dict.fromkeys(shut, task.center_run_id))
    return wanted


def _is_due(row: Breaker, now: dt.datetime) -> bool:
    return row.next_probe_at is not None and row.next_probe_at <= now
