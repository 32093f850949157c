"""The connection tests of a batch: claimed by a conditional UPDATE, climbed in threads, one after the other first.

What a whole server does not answer is asked of it once: hundreds of refused logins would lock its account.
"""

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import Future

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from centers.asked_tests import test_note
from centers.connection_report import SERVER_STEPS, ConnectionReport, Outcome
from centers.connection_test import climb
from centers.enums import BatchAction, BatchItemState
from centers.exceptions import CentersError, SourceErrorKind
from centers.models import CenterBatchItem
from centers.server_spec import ServerSpec
from dentalhub.audit import record_each
from dentalhub.batches import in_batches
from dentalhub.queues import present_queue, read_by

# Longer than one process may test, which `centers.tasks` bounds.
LEASE = dt.timedelta(minutes=20)
MOST_AT_ONCE = 100
# A center during whose test the process ended this often counts as failed.
MOST_STARTS = 3
_REGION = "center__server__region__code"


def waiting_for(queue: str, now: dt.datetime) -> "QuerySet[CenterBatchItem]":
    """The free items whose sources the workers of `queue` have the credentials of."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    wanted = CenterBatchItem.objects.filter(free, state=BatchItemState.QUEUED, batch__action=BatchAction.TEST)
    return wanted.filter(read_by(queue, _REGION))


def test_waiting_centers(token: str) -> int:
    """Claim what waits for this process's queue and test it; the number of centers."""
    count, items = 0, _claim(token)
    while items:
        _test(items, token)
        count += len(items)
        items = _claim(token)
    return count


def release(token: str) -> int:
    """Give back what a process claimed and did not do; the number of centers."""
    return CenterBatchItem.objects.filter(claim_token=token).update(claim_token="", claimed_until=None)


class _Gate:
    """How many may knock at a server at once: one until it has let one in, then up to its own limit.

    `refused`: what it answered to the first, which is its answer to all.
    """

    def __init__(self, most: int) -> None:
        self.refused: ConnectionReport | None = None
        self._more = max(0, most - 1)
        self._places = threading.Semaphore(1)

    def climb(self, spec: ServerSpec, database: str) -> ConnectionReport:
        """The report of one center."""
        with self._places:
            if self.refused is not None:
                return self.refused
            report = climb(spec, database)
            failure = report.failure
            if failure is not None and failure.step in SERVER_STEPS:
                self.refused = report
            elif self._more:
                self._places.release(self._more)
                self._more = 0
            return report


def _claim(token: str) -> list[CenterBatchItem]:
    now, taken = timezone.now(), list[CenterBatchItem]()
    rows = (
        waiting_for(present_queue(), now).order_by("pk").select_related("batch__requested_by", "center__server__region")
    )
    for item in rows[:MOST_AT_ONCE]:
        free = CenterBatchItem.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), pk=item.pk)
        if item.attempts >= MOST_STARTS:
            free.update(state=BatchItemState.FAILED, error_kind=SourceErrorKind.HUNG.value, finished_at=now)
        elif free.update(claim_token=token, claimed_until=now + LEASE, attempts=F("attempts") + 1) == 1:
            taken.append(item)
    return taken


def _test(items: list[CenterBatchItem], token: str) -> None:
    gates = {item.center.server_id: _Gate(item.center.server.max_connections) for item in items}

    def climbed(asked: tuple[CenterBatchItem, ServerSpec]) -> ConnectionReport:
        item, spec = asked
        return gates[item.center.server_id].climb(spec, item.center.database)

    threads = min(settings.EXTRACTION_WORKERS, len(items))
    for done in in_batches(climbed, _asked(items, token), threads, MOST_AT_ONCE, name="batch-test"):
        _note([(item, future) for (item, _spec), future in done], token)


def _asked(items: list[CenterBatchItem], token: str) -> Iterator[tuple[CenterBatchItem, ServerSpec]]:
    """Each item with what threads need; whose stored password cannot be read has failed."""
    for item in items:
        try:
            spec = item.center.server.spec()
        except CentersError:
            _end(item, token, BatchItemState.FAILED, error_kind=SourceErrorKind.CREDENTIAL.value)
            continue
        yield item, spec


def _note(done: list[tuple[CenterBatchItem, "Future[ConnectionReport]"]], token: str) -> None:
    notes = []
    for item, future in done:
        report = future.result()
        failure = report.failure
        remark = next((step for step in report.steps if step.outcome is Outcome.WARNING), None)
        told = failure or remark
        _end(
            item,
            token,
            BatchItemState.FAILED if failure else BatchItemState.SUCCEEDED,
            step=told.step.value if told else "",
            error_kind=failure.kind if failure else "",
            duration_ms=sum(step.milliseconds or 0 for step in report.steps),
        )
        notes.append((item.batch.requested_by, test_note(item.center.server, report, item.center)))
    for person in {person for person, _note in notes}:
        record_each(person, [note for asked_by, note in notes if asked_by == person])


def _end(item: CenterBatchItem, token: str, state: BatchItemState, **told: object) -> None:
    """Only while the claim holds: what was tested anew meanwhile counts."""
    own = CenterBatchItem.objects.filter(pk=item.pk, claim_token=token)
    own.update(state=state, finished_at=timezone.now(), claim_token="", claimed_until=None, **told)
