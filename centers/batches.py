"""Doing something with many centers at once: testing in the background, pausing and resuming at once, and undoing.

batch = begin(person, BatchAction.TEST, centers)   # in a transaction or not
tasks.test_soon()                                  # for tests; without it the next minute's tick begins
return redirect(batch)
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from centers.enums import BatchAction, BatchItemState, CenterState
from centers.models import Center, CenterBatch, CenterBatchItem
from dentalhub.audit import Detail, Note, record_each
from dentalhub.audit_changes import changes

T = TypeVar("T")
# How long somebody may look at what became of it.
KEPT = dt.timedelta(days=30)
# Centers that one statement names; SQL Server takes 2,100 parameters.
_MOST_NAMED = 500
_TARGETS = {
    BatchAction.PAUSE: (CenterState.ACTIVE, CenterState.PAUSED),
    BatchAction.RESUME: (CenterState.PAUSED, CenterState.ACTIVE),
}
OPPOSITE = {BatchAction.PAUSE: BatchAction.RESUME, BatchAction.RESUME: BatchAction.PAUSE}


def begin(
    person: User, action: BatchAction, centers: Sequence[Center], *, key: str = "", undoes: CenterBatch | None = None
) -> CenterBatch:
    """Do `action` with `centers`, or have it done; the same `key` (at most 80 characters) makes one batch.

    `centers` come with their server and region, each once, and are the person's. A batch is undone once.
    """
    try:
        with transaction.atomic():
            forget_old()
            batch = CenterBatch.objects.create(
                action=action, requested_by=person, request_key=key or secrets.token_hex(16), undoes=undoes
            )
            if action in _TARGETS:
                _set_states(person, batch, centers)
            else:
                state = BatchItemState.CHOSEN if action == BatchAction.RUN else BatchItemState.QUEUED
                _add(batch, centers, state)
    except IntegrityError:
        made = CenterBatch.objects.filter(undoes=undoes) if undoes else CenterBatch.objects.filter(request_key=key)
        return made.get(requested_by=person)
    return batch


def undo(person: User, batch: CenterBatch) -> CenterBatch:
    """Take back what pausing or resuming changed, for the centers that `person` sees and that are still so."""
    changed = CenterBatchItem.objects.for_user(person).filter(batch=batch, state=BatchItemState.SUCCEEDED)
    keys = list(changed.values_list("center_id", flat=True))
    centers = [center for part in parts_of(keys) for center in _with_region(part)]
    return begin(person, OPPOSITE[BatchAction(batch.action)], centers, undoes=batch)


def failed_tests(batch: CenterBatch, person: User) -> list[CenterBatchItem]:
    """The centers of `batch` that `person` sees and whose test failed, with their servers."""
    failed = CenterBatchItem.objects.for_user(person).filter(batch=batch, state=BatchItemState.FAILED)
    return list(failed.filter(batch__action=BatchAction.TEST).select_related("center__server__region"))


def retry_failed(batch: CenterBatch, person: User) -> int:
    """Have the failed tests of `batch` done once more; how many these are. Followed by `tasks.test_soon()`."""
    keys = [item.pk for item in failed_tests(batch, person)]
    fresh = {"step": "", "error_kind": "", "duration_ms": None, "finished_at": None, "attempts": 0}
    with transaction.atomic():
        for part in parts_of(keys):
            CenterBatchItem.objects.filter(pk__in=part).update(state=BatchItemState.QUEUED, **fresh)
        if keys:
            CenterBatch.objects.filter(pk=batch.pk).update(asked_at=timezone.now())
    return len(keys)


def parts_of(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """`keys` in parts that one statement may name."""
    return (keys[first : first + _MOST_NAMED] for first in range(0, len(keys), _MOST_NAMED))


def forget_old() -> None:
    """Delete what nobody looks at any more."""
    CenterBatch.objects.filter(requested_at__lt=timezone.now() - KEPT).delete()


def _set_states(person: User, batch: CenterBatch, centers: Sequence[Center]) -> None:
    before, after = _TARGETS[BatchAction(batch.action)]
    changed = set[int]()
    for part in parts_of([center.pk for center in centers]):
        # Locked, so that of two people who do the same at once only one is told that they did.
        rows = Center.objects.select_for_update().filter(pk__in=part, state=before).order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        Center.objects.filter(pk__in=keys).update(state=after, changed_at=timezone.now())
        changed.update(keys)
    done = [center for center in centers if center.pk in changed]
    _add(batch, done, BatchItemState.SUCCEEDED)
    _add(batch, [center for center in centers if center.pk not in changed], BatchItemState.UNCHANGED)
    told: dict[str, Detail] = {"changes": changes({"state": before}, {"state": after})}
    if after == CenterState.PAUSED:
        record_each(person, [Note("center.paused", center, told) for center in done])
    else:
        record_each(person, [Note("center.resumed", center, told) for center in done])


def _add(batch: CenterBatch, centers: Iterable[Center], state: BatchItemState) -> None:
    ended = None if state == BatchItemState.QUEUED else timezone.now()
    items = [CenterBatchItem(batch=batch, center=center, state=state, finished_at=ended) for center in centers]
    CenterBatchItem.objects.bulk_create(items, batch_size=100)


def _with_region(keys: Sequence[int]) -> Iterable[Center]:
    return Center.objects.filter(pk__in=keys).select_related("server__region").order_by("center_id")
