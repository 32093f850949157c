"""Fans claimed shards out over threads and lands what they read: this thread is the only one that writes."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.exceptions import SourceErrorKind
from centers.models import Center
from centers.source_errors import advice
from extraction.assignments import Refusal, assignments
from extraction.breakers import Gate
from extraction.causes import Cause
from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.landing import land
from extraction.lanes import Lanes
from extraction.leases import Lease, held
from extraction.models import CenterRun, ExtractionRun
from extraction.reader import CenterResult, CenterTask, Failure, read
from extraction.reader_pool import Read, ReaderPool
from extraction.runs import finish
from mappings.watches import want

logger = logging.getLogger(__name__)
# How often cancellation is looked for and the leases renewed, and how long a result is waited for.
BEAT_SECONDS = 1.0
WAIT_SECONDS = 0.05
# A center that says nothing for so long is slow: another thread helps, so that the others need not wait for it.
SLOW_SECONDS = 1.0


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


def execute(
    leases: Collection[Lease],
    *,
    workers: int | None = None,
    read_center: Read = read,
    observer: Observer = lambda progress: None,
) -> Outcome:
    """Do all the work of claimed shards of one run, and end them. `workers`: centers read at once (None: the run's).

    Raises LeaseLostError when other processes have taken every shard over; nothing of this one lands from then on.
    """
    if not leases:
        return Outcome()
    run = ExtractionRun.objects.get(pk=next(iter(leases)).run_id)
    return _Execution(leases, workers or run.workers, read_center, observer).work()


class _Execution:
    """The work of one process on its shards."""

    def __init__(self, leases: Collection[Lease], workers: int, read_center: Read, observer: Observer) -> None:
        self._leases = {lease.shard_id: lease for lease in leases}
        self._workers = workers
        self._observer = observer
        self._lanes = Lanes()
        self._pool = ReaderPool(workers, read_center)
        self._gate = Gate()
        # The tasks that threads have, by center run, and the entries that each has landed so far.
        self._reading: dict[int, CenterTask] = {}
        self._landed: dict[int, int] = {}
        self._hung = 0
        self._landing_seconds = 0.0
        self._beaten = time.monotonic()

    def work(self) -> Outcome:
        """Read and land until nothing is left, then end the shards."""
        try:
            self._read_all(assignments(list(self._leases.values())))
        finally:
            self._pool.stop()
            self._gate.leave()
        for lease in list(self._leases.values()):
            finish(lease)
        return Outcome(self._hung, self._landing_seconds)

    def _read_all(self, items: Iterator[CenterTask | Refusal]) -> None:
        is_exhausted = False
        while not is_exhausted or self._lanes.waiting or self._reading:
            # Read as needed: the first threads work while the tasks of the others are still made.
            some = list(islice(items, 2 * self._workers)) if self._lanes.waiting < self._workers else []
            is_exhausted = is_exhausted or (not some and self._lanes.waiting < self._workers)
            self._take_in(some)
            self._hand_out()
            results = self._pool.results(0.0 if some else WAIT_SECONDS)
            if results:
                self._settle(results)
            else:
                self._relieve()
            if time.monotonic() - self._beaten >= BEAT_SECONDS and not self._beat():
                return

    def _take_in(self, items: Sequence[CenterTask | Refusal]) -> None:
        tasks = [item for item in items if isinstance(item, CenterTask)]
        for item in items:
            if isinstance(item, Refusal) and item.shard_id in self._leases:
                self._fail(item.center_run_id, item.shard_id, item.center_id, item.failure)
        self._gate.add(tasks)
        for task in self._gate.ordered(tasks):
            self._lanes.add(task, is_alone=self._gate.is_on_trial(task))

    def _hand_out(self) -> None:
        """Give the threads what may begin now; attempts are counted before, to find a center that kills processes."""
        picked: list[CenterTask] = []
        # A few more than there are threads, so that none waits while this one writes.
        vacancies = self._pool.vacancies(ahead=self._workers // 4)
        while found := self._lanes.pick(vacancies - len(picked)):
            picked += [task for task in found if self._may_begin(task)]
        if not picked:
            return
        CenterRun.objects.filter(pk__in=[task.center_run_id for task in picked]).update(
            state=RunState.RUNNING, attempts=F("attempts") + 1, started_at=timezone.now()
        )
        self._reading.update((task.center_run_id, task) for task in picked)
        self._pool.hand(picked)

    def _may_begin(self, task: CenterTask) -> bool:
        """False for what others do now, or what a circuit breaker guards: its reason is written down."""
        refusal = self._gate.refusal(task)
        if refusal is None and task.shard_id in self._leases:
            return True
        self._lanes.ended(task, is_success=False)
        if refusal is not None and task.shard_id in self._leases:
            self._fail(task.center_run_id, task.shard_id, task.center_id, refusal)
        return False

    def _settle(self, results: Sequence[CenterResult]) -> None:
        """Land what came, and write down why the rest did not."""
        # What comes from a thread that was given up, or for a shard that was lost, is too late.
        wanted = [result for result in results if result.task.center_run_id in self._reading]
        began = time.monotonic()
        self._gate.note(wanted)
        failures = self._store([result for result in wanted if result.extraction is not None])
        self._landing_seconds += time.monotonic() - began
        for result in wanted:
            key = result.task.center_run_id
            failure = result.failure or failures.get(id(result))
            if key not in self._reading:
                continue
            if failure is not None:
                self._end(result, failure)
            else:
                self._landed[key] = self._landed.get(key, 0) + (
                    result.extraction.entry_count if result.extraction else 0
                )
                if result.is_last:
                    self._end(result, None)

    def _end(self, result: CenterResult, failure: Failure | None) -> None:
        task = self._reading.pop(result.task.center_run_id)
        self._lanes.ended(task, is_success=failure is None)
        entry_count = self._landed.pop(task.center_run_id, 0)
        if failure is None:
            self._observer(CenterProgress(task.center_id, entry_count, result.duration_ms, ""))
            return
        if failure.cause == SourceErrorKind.SCHEMA.value:
            # The next tick has the center discovered: a new version is drafted, and it is held until that is approved.
            want(Center.objects.filter(pk=task.center_pk))
        self._fail(task.center_run_id, task.shard_id, task.center_id, failure, result.duration_ms)

    def _store(self, results: Sequence[CenterResult]) -> dict[int, Failure]:
        """Land results together, or each alone when that fails; the reasons against those that cannot be, by `id`."""
        if not results:
            return {}
        if self._land(results):
            return {}
        message = _("The rows were read but could not be stored. The earlier ones are kept.")
        alone = [result for result in results if result.task.shard_id in self._leases]
        return {id(one): Failure(Cause.STORAGE.value, message) for one in alone if not self._land([one])}

    def _land(self, results: Sequence[CenterResult]) -> bool:
        """False when it failed. A database that is busy for a moment gets a second chance."""
        for is_last in (False, True):
            try:
                self._lose(land(results, self._leases))
            except (OperationalError, InterfaceError) as error:
                logger.warning("landing %s results failed: %s", len(results), type(error).__name__)
                if is_last:
                    return False
            except LeaseLostError:
                raise
            except Exception as error:  # noqa: BLE001 # one center's data must not end the run
                # The class only: a database's message may quote the row.
                logger.error("landing %s results failed: %s", len(results), type(error).__name__)
                return False
            else:
                return True
        return False

    def _relieve(self) -> None:
        """Give up who hangs, and let others do the work of those that are slow."""
        late = self._pool.silent_for(settings.CENTER_DEADLINE_SECONDS) & self._reading.keys()
        for key in late:
            self._hung += 1
            failure = Failure(SourceErrorKind.HUNG.value, advice(SourceErrorKind.HUNG))
            duration_ms = int(settings.CENTER_DEADLINE_SECONDS * 1000)
            result = CenterResult(self._reading[key], None, failure, duration_ms, timezone.now())
            self._gate.note([result])
            self._end(result, failure)
        slow = len(self._pool.silent_for(SLOW_SECONDS))
        if slow and self._lanes.waiting:
            # Twice the threads at most, beside those that will never come back.
            self._pool.grow(self._workers + min(slow, self._workers) + self._hung)

    def _beat(self) -> bool:
        """Renew the leases; False when the run is cancelled."""
        self._beaten = time.monotonic()
        self._lose(self._leases.keys() - held(list(self._leases.values())))
        run_id = next(iter(self._leases.values())).run_id
        return not ExtractionRun.objects.filter(pk=run_id, cancel_requested=True).exists()

    def _lose(self, shards: Iterable[int]) -> None:
        """Forget shards that others have; raises LeaseLostError when none is left."""
        for shard_id in shards:
            self._leases.pop(shard_id, None)
        for task in [task for task in self._reading.values() if task.shard_id not in self._leases]:
            del self._reading[task.center_run_id]
            self._lanes.ended(task, is_success=False)
        if not self._leases:
            raise LeaseLostError(_("Another process has taken the work over."))

    def _fail(self, center_run_id: int, shard_id: int, center_id: str, failure: Failure, duration_ms: int = 0) -> None:
        with transaction.atomic():
            is_ours = bool(held([self._leases[shard_id]]))
            if is_ours:
                CenterRun.objects.filter(pk=center_run_id).update(
                    state=RunState.FAILED,
                    error_kind=failure.cause,
                    error_message=failure.message[:500],
                    duration_ms=duration_ms,
                    finished_at=timezone.now(),
                )
        if not is_ours:
            self._lose([shard_id])
            return
        self._observer(CenterProgress(center_id, 0, duration_ms, failure.message))
