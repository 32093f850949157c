"""Fans claimed shards out over readers and lands what they read: this thread is the only one that writes."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.exceptions import SourceErrorKind
from centers.models import Center
from centers.phase_times import PhaseTimes
from centers.source_errors import advice
from extraction.assignments import assignments
from extraction.breakers import Gate
from extraction.center_failures import FailedCenter, write_failures
from extraction.engines import readers
from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.garbage_collection import rare_collections
from extraction.lanes import Lanes
from extraction.leases import Lease, held
from extraction.models import CenterRun, ExtractionRun
from extraction.reader import CenterResult, CenterTask, Failure
from extraction.reader_growth import ReaderGrowth
from extraction.reader_pool import Read
from extraction.runs import finish
from extraction.storing import store
from extraction.wanted_processor import wanted_processor_seconds
from mappings.watches import want

logger = logging.getLogger(__name__)
# How often cancellation is looked for and the leases renewed, and how long a result is waited for.
BEAT_SECONDS = 1.0
WAIT_SECONDS = 0.05
# A center that says nothing for so long is slow: another thread helps, so that the others need not wait for it.
SLOW_SECONDS = 1.0
_NO_TIMES = PhaseTimes()
_NOTHING = (0, _NO_TIMES)


@dataclass(frozen=True, slots=True)
class CenterProgress:
    """One center has ended; `error` is empty when it succeeded. `times`: of what has landed of it."""

    center_id: str
    entry_count: int
    duration_ms: int
    error: str
    times: PhaseTimes = field(default=_NO_TIMES, compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work went: threads that still hang."""

    hung: int = 0


Observer = Callable[[CenterProgress], None]


def execute(
    leases: Collection[Lease],
    *,
    workers: int | None = None,
    read_center: Read | None = None,
    observer: Observer = lambda progress: None,
) -> Outcome:
    """Do all the work of claimed shards of one run, and end them. `workers`: centers read at once (None: the run's).

    `read_center` stands in for the reading of the engine that is set (`engines`).
    Raises LeaseLostError when other processes have taken every shard over; nothing of this one lands from then on.
    """
    if not leases:
        return Outcome()
    run = ExtractionRun.objects.get(pk=next(iter(leases)).run_id)
    with rare_collections():
        return _Execution(leases, workers or run.workers, read_center, observer).work()


class _Execution:
    """The work of one process on its shards."""

    def __init__(self, leases: Collection[Lease], workers: int, read_center: Read | None, observer: Observer) -> None:
        self._leases = {lease.shard_id: lease for lease in leases}
        self._workers = workers
        self._observer = observer
        self._lanes = Lanes()
        self._growth = ReaderGrowth(workers, time.monotonic(), wanted_processor_seconds())
        self._pool = readers(self._growth.size, read_center)
        self._gate = Gate()
        # The tasks that threads have, by center run, and the entries that each has landed so far with their times.
        self._reading: dict[int, CenterTask] = {}
        self._landed: dict[int, tuple[int, PhaseTimes]] = {}
        # Those of them whose last result has come.
        self._left: set[int] = set()
        self._hung = 0
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
        return Outcome(self._hung)

    def _read_all(self, items: Iterator[CenterTask | FailedCenter]) -> None:
        is_exhausted = False
        ahead = self._workers // 4
        while not is_exhausted or self._lanes.waiting or self._reading:
            # Read as needed: the first threads work while the tasks of the others are still made.
            some = list(islice(items, 2 * self._workers)) if self._lanes.waiting < self._workers else []
            is_exhausted = is_exhausted or (not some and self._lanes.waiting < self._workers)
            self._take_in(some)
            # A few tasks more than there are readers, so that none waits while this thread writes; and it writes some
            # results together, which takes hardly longer than one, as long as none waits for it.
            wait = WAIT_SECONDS if self._reading and not some else 0.0
            results, vacancies = self._pool.results(wait, ahead, min(ahead // 2, len(self._reading) // 8))
            # What comes from a thread that was given up, or for a shard that was lost, is too late.
            results = [result for result in results if result.task.center_run_id in self._reading]
            self._gate.note(results)
            self._make_room(results)
            self._hand_out(vacancies)
            self._settle(results)
            self._relieve()
            if time.monotonic() - self._beaten >= BEAT_SECONDS and not self._beat():
                return

    def _make_room(self, results: Sequence[CenterResult]) -> None:
        """Let servers have their next center, before what came from the last one has landed."""
        for result in results:
            if result.is_last and result.task.center_run_id not in self._left:
                self._left.add(result.task.center_run_id)
                self._lanes.ended(result.task, is_success=result.failure is None)

    def _leave(self, task: CenterTask) -> None:
        """Take a task out of its server's lane, unless its result has done so."""
        if task.center_run_id not in self._left:
            self._lanes.ended(task, is_success=False)
        self._left.discard(task.center_run_id)

    def _take_in(self, items: Sequence[CenterTask | FailedCenter]) -> None:
        tasks = [item for item in items if isinstance(item, CenterTask)]
        self._fail([item for item in items if isinstance(item, FailedCenter)])
        self._gate.add(tasks)
        for task in self._gate.ordered(tasks):
            self._lanes.add(task, is_alone=self._gate.is_on_trial(task))

    def _hand_out(self, vacancies: int) -> None:
        """Give the threads what may begin now; attempts are counted before, to find a center that kills processes."""
        picked: list[CenterTask] = []
        refused: list[FailedCenter] = []
        while found := self._lanes.pick(vacancies - len(picked)):
            for task in found:
                refusal = self._gate.refusal(task)
                if refusal is None and task.shard_id in self._leases:
                    picked.append(task)
                    continue
                # Others do it now, or a circuit breaker guards it.
                self._lanes.ended(task, is_success=False)
                refused += [_failed(task, refusal)] if refusal else []
        if picked:
            self._begin(picked)
        self._fail(refused)

    def _begin(self, tasks: Sequence[CenterTask]) -> None:
        CenterRun.objects.filter(pk__in=[task.center_run_id for task in tasks]).update(
            state=RunState.RUNNING, attempts=F("attempts") + 1, started_at=timezone.now()
        )
        self._reading.update((task.center_run_id, task) for task in tasks)
        self._pool.hand(tasks)

    def _settle(self, results: Sequence[CenterResult]) -> None:
        """Land what came, and write down why the rest did not."""
        if not results:
            return
        began = time.monotonic()
        read = [result for result in results if result.extraction is not None]
        stored = store(read, self._leases)
        share = PhaseTimes(land=(time.monotonic() - began) / max(1, len(read)))
        self._lose(stored.lost)
        failed = []
        for result in results:
            key = result.task.center_run_id
            if key not in self._reading:
                continue
            failure = result.failure or stored.failures.get(id(result))
            if failure is not None:
                failed.append(self._end(result, failure))
            elif result.extraction is not None:
                count, times = self._landed.get(key, _NOTHING)
                self._landed[key] = (count + result.extraction.entry_count, times + result.extraction.times + share)
                if result.is_last:
                    self._succeed(result)
        self._fail(failed)

    def _succeed(self, result: CenterResult) -> None:
        task = self._reading.pop(result.task.center_run_id)
        self._leave(task)
        count, times = self._landed.pop(task.center_run_id, _NOTHING)
        self._observer(CenterProgress(task.center_id, count, result.duration_ms, "", times))

    def _end(self, result: CenterResult, failure: Failure) -> FailedCenter:
        """Take a center that failed out of the work, to be written down."""
        task = self._reading.pop(result.task.center_run_id)
        self._leave(task)
        self._landed.pop(task.center_run_id, None)
        return _failed(task, failure, result.duration_ms)

    def _relieve(self) -> None:
        """Give up who hangs, and let others do the work of those that are slow."""
        late = self._pool.silent_for(settings.CENTER_DEADLINE_SECONDS) & self._reading.keys()
        self._hung += len(late)
        failed = []
        for key in late:
            failure = Failure(SourceErrorKind.HUNG.value, advice(SourceErrorKind.HUNG))
            duration_ms = int(settings.CENTER_DEADLINE_SECONDS * 1000)
            result = CenterResult(self._reading[key], None, failure, duration_ms, timezone.now())
            self._gate.note([result])
            failed.append(self._end(result, failure))
        self._fail(failed)
        if self._lanes.waiting and self._growth.is_due(now := time.monotonic()):
            self._pool.grow(self._growth.look(now, wanted_processor_seconds()))
        slow = len(self._pool.silent_for(SLOW_SECONDS))
        if slow and self._lanes.waiting:
            # Twice the threads at most, beside those that will never come back.
            self._pool.grow(self._growth.size + min(slow, self._growth.size) + self._hung)

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
            self._leave(task)
        if not self._leases:
            raise LeaseLostError(_("Another process has taken the work over."))

    def _fail(self, failed: Sequence[FailedCenter]) -> None:
        """Write failures down, but those of shards that others have."""
        failed = [one for one in failed if one.shard_id in self._leases]
        if changed := [one.center_run_id for one in failed if one.failure.cause == SourceErrorKind.SCHEMA.value]:
            # The next tick has them discovered: a new version is drafted, and they are held until that is approved.
            want(Center.objects.filter(pk__in=CenterRun.objects.filter(pk__in=changed).values("center_id")))
        self._lose(write_failures(failed, self._leases))
        for one in failed:
            if one.shard_id in self._leases:
                self._observer(CenterProgress(one.center_id, 0, one.duration_ms, one.failure.message))


def _failed(task: CenterTask, failure: Failure, duration_ms: int = 0) -> FailedCenter:
    return FailedCenter(task.center_run_id, task.shard_id, task.center_id, failure, duration_ms)
