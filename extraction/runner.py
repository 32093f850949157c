"""Fans a run out over threads and lands what they read, in one thread and center by center."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.exceptions import SourceErrorKind
from centers.models import Center
from centers.source_errors import advice
from extraction.assignments import Refusal, assignments
from extraction.causes import Cause
from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.landing import land
from extraction.leases import Lease, renew
from extraction.models import CenterRun, ExtractionRun
from extraction.reader import CenterResult, CenterTask, Failure, read
from extraction.reader_pool import Read, ReaderPool, Started
from extraction.runs import finish
from mappings.watches import want

logger = logging.getLogger(__name__)
# How often cancellation is looked for and the lease renewed, and how long the queue is waited for.
BEAT_SECONDS = 1.0
WAIT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class CenterProgress:
    """One center has ended; `error` is empty when it succeeded."""

    center_id: str
    entry_count: int
    duration_ms: int
    error: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work went: threads that still hang, and the seconds that landing took, all centers together."""

    hung: int = 0
    landing_seconds: float = 0.0


Observer = Callable[[CenterProgress], None]


@dataclass(slots=True)
class _Open:
    """What is not finished yet: all tasks by center run, and since when (monotonic) those that run do."""

    tasks: dict[int, CenterTask]
    since: dict[int, float] = field(default_factory=dict)


def execute(lease: Lease, *, read_center: Read = read, observer: Observer = lambda progress: None) -> Outcome:
    """Do all the work of a claimed run, and end it.

    Raises LeaseLostError when another process takes the run over; nothing of this one lands from then on.
    """
    run = ExtractionRun.objects.get(pk=lease.run_id)
    tasks = []
    for item in assignments(run):
        if isinstance(item, Refusal):
            _fail(item.center_run_id, item.failure, lease)
            observer(CenterProgress(item.center_id, 0, 0, item.failure.message))
        else:
            tasks.append(item)
    # One server's centers stand together in the table; shuffled, they do not all knock at once.
    random.shuffle(tasks)
    outcome = _work(tasks, run.workers, lease, read_center, observer) if tasks else Outcome()
    finish(lease)
    return outcome


def _work(tasks: Sequence[CenterTask], workers: int, lease: Lease, read_center: Read, observer: Observer) -> Outcome:
    pool = ReaderPool(tasks, workers, read_center)
    waiting = _Open({task.center_run_id: task for task in tasks})
    hung, landing, last_beat = 0, 0.0, time.monotonic()
    try:
        while waiting.tasks:
            event = pool.next_event(WAIT_SECONDS)
            if isinstance(event, Started):
                _note_start(event, waiting)
            elif event is not None and event.task.center_run_id in waiting.tasks:
                del waiting.tasks[event.task.center_run_id]
                began = time.monotonic()
                progress = _settle(event, lease)
                landing += time.monotonic() - began
                observer(progress)
            elif event is None:
                # Only with an empty queue is it certain that nobody's result waits in it.
                for task in _overdue(waiting):
                    hung += 1
                    pool.add_thread()
                    observer(_settle(_hung_result(task), lease))
            if time.monotonic() - last_beat >= BEAT_SECONDS:
                last_beat = time.monotonic()
                renew(lease)
                if _is_cancelled(lease):
                    break
    finally:
        pool.stop()
    return Outcome(hung, landing)


def _note_start(event: Started, waiting: _Open) -> None:
    # Counted before the work, so that a center which takes the process down is found out.
    CenterRun.objects.filter(pk=event.task.center_run_id).update(
        state=RunState.RUNNING, attempts=F("attempts") + 1, started_at=timezone.now()
    )
    waiting.since[event.task.center_run_id] = event.at


def _overdue(waiting: _Open) -> list[CenterTask]:
    """Take the tasks out whose thread has said nothing for longer than a center may take."""
    limit = time.monotonic() - settings.CENTER_DEADLINE_SECONDS
    late = [key for key in waiting.tasks if waiting.since.get(key, limit) < limit]
    return [waiting.tasks.pop(key) for key in late]


def _hung_result(task: CenterTask) -> CenterResult:
    failure = Failure(SourceErrorKind.HUNG.value, advice(SourceErrorKind.HUNG))
    return CenterResult(task, None, failure, settings.CENTER_DEADLINE_SECONDS * 1000)


def _settle(result: CenterResult, lease: Lease) -> CenterProgress:
    """Land a result, or write down why there is none."""
    failure, entry_count = result.failure, 0
    if result.extraction is not None:
        failure = _store(result, lease)
        entry_count = result.extraction.entry_count if failure is None else 0
    if failure is not None:
        _fail(result.task.center_run_id, failure, lease, result.duration_ms)
        if failure.cause == SourceErrorKind.SCHEMA.value:
            # The next tick has the center discovered: a new version is drafted, and it is held until that is approved.
            want(Center.objects.filter(pk=result.task.center_pk))
    message = failure.message if failure else ""
    return CenterProgress(result.task.center_id, entry_count, result.duration_ms, message)


def _store(result: CenterResult, lease: Lease) -> Failure | None:
    assert result.extraction is not None  # noqa: S101 # the caller's condition, said to the type checker
    for is_last in (False, True):
        try:
            land(result, result.extraction, lease)
        except LeaseLostError:
            raise
        except (OperationalError, InterfaceError) as error:
            logger.warning("landing %s failed: %s", result.task.center_id, type(error).__name__)
            if is_last:
                break
        except Exception as error:  # noqa: BLE001 # one center's data must not end the run
            # The class only: a database's message may quote the row.
            logger.error("landing %s failed: %s", result.task.center_id, type(error).__name__)
            break
        else:
            return None
    return Failure(Cause.STORAGE.value, _("The rows were read but could not be stored. The earlier ones are kept."))


def _fail(center_run_id: int, failure: Failure, lease: Lease, duration_ms: int = 0) -> None:
    renew(lease)
    CenterRun.objects.filter(pk=center_run_id).update(
        state=RunState.FAILED,
        error_kind=failure.cause,
        error_message=failure.message[:500],
        duration_ms=duration_ms,
        finished_at=timezone.now(),
    )


def _is_cancelled(lease: Lease) -> bool:
    return ExtractionRun.objects.filter(pk=lease.run_id, cancel_requested=True).exists()
