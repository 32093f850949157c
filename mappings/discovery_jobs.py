"""Discovering many centers in the background: asking for it, trying again, and finding what was lost.

    job = request_discovery(person, centers)  # in a transaction or not
    tasks.look_soon()                         # without it the next minute's tick begins
    return redirect(job)                      # the page that shows the progress and each center's result

The items are the truth. Each center is asked for with its `SchemaWatch`, which whoever looks claims
(`mappings.watches`); `rediscovery.settle` ends the items of a center, whoever looked at it.
"""

import datetime as dt
import secrets
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from centers.batches import KEPT
from centers.enums import CenterState
from centers.exceptions import SourceErrorKind
from centers.models import Center
from centers.scope import scope_of
from centers.source_errors import advice
from dentalhub.audit import record
from mappings.discovery_items import PAUSED, fail, parts_of, skip_paused
from mappings.enums import DiscoveryState
from mappings.models import DiscoveryItem, DiscoveryJob, SchemaWatch
from mappings.watches import want

# A center whose look ended this often without a word about its item is given up.
MOST_RESTARTS = 3
# Between the end of a look and the end of its item lies one proposal, a matter of seconds.
_SETTLING = dt.timedelta(minutes=2)


def request_discovery(person: User, centers: Iterable[Center], key: str = "") -> DiscoveryJob:
    """Ask for a look at each of `centers` that `person` sees, and for a mapping of those that have none.

    A paused center is skipped with that reason. The same `key` (at most 80 characters) makes one job.
    """
    scope, key = scope_of(person), key or secrets.token_hex(16)
    keys = sorted({center.pk for center in centers})
    found = [
        center
        for part in parts_of(keys)
        for center in Center.objects.in_scope(scope).filter(pk__in=part).select_related("server__region")
    ]
    try:
        with transaction.atomic():
            forget_old()
            job = DiscoveryJob.objects.create(requested_by=person, request_key=key)
            DiscoveryItem.objects.bulk_create([_item(job, center) for center in found], batch_size=100)
            want(found)
            codes = {center.server.region.code for center in found}
            region = codes.pop() if len(codes) == 1 else ""
            record(person, "discovery.requested", job, region=region, count=len(found))
    except IntegrityError:
        return DiscoveryJob.objects.get(request_key=key, requested_by=person)
    return job


def retry_failed(job: DiscoveryJob, person: User) -> int:
    """Ask once more for the centers of `job` that failed, or were paused and are not now, as far as `person` sees them;
    how many. Followed by `tasks.look_soon()`."""
    with transaction.atomic():
        again = Q(state=DiscoveryState.FAILED) | Q(state=DiscoveryState.SKIPPED)
        rows = DiscoveryItem.objects.for_user(person).filter(again, job=job, center__state=CenterState.ACTIVE)
        items = list(rows.select_related("center"))
        for part in parts_of([item.pk for item in items]):
            waiting = {"error_kind": "", "error_message": "", "finished_at": None, "restarts": 0}
            DiscoveryItem.objects.filter(pk__in=part).update(state=DiscoveryState.QUEUED, **waiting)
        want([item.center for item in items])
        if items:
            DiscoveryJob.objects.filter(pk=job.pk).update(asked_at=timezone.now())
            record(person, "discovery.retried", job, count=len(items))
    return len(items)


def revive() -> int:
    """Ask again for what waits though nobody is asked to look any more: the process ended between the look and the row.

    To be called every few minutes, before the due centers are handed on; how many centers that are.
    """
    waiting = DiscoveryItem.objects.filter(state=DiscoveryState.QUEUED)
    skip_paused(waiting)
    asked = SchemaWatch.objects.filter(
        Q(wanted=True) | Q(claimed_until__gte=timezone.now()) | Q(looked_at__gt=timezone.now() - _SETTLING),
        center=OuterRef("center"),
    )
    lost = list(waiting.filter(~Exists(asked)).select_related("center"))
    for item in lost:
        if item.restarts >= MOST_RESTARTS:
            fail(item.center_id, SourceErrorKind.HUNG.value, advice(SourceErrorKind.HUNG))
    lost = [item for item in lost if item.restarts < MOST_RESTARTS]
    for part in parts_of([item.pk for item in lost]):
        DiscoveryItem.objects.filter(pk__in=part).update(restarts=F("restarts") + 1)
    want([item.center for item in lost])
    return len(lost)


def forget_old() -> None:
    """Delete what nobody looks at any more; a job with a center that still waits stays."""
    waiting = DiscoveryItem.objects.filter(state=DiscoveryState.QUEUED, job=OuterRef("pk"))
    DiscoveryJob.objects.filter(~Exists(waiting), asked_at__lt=timezone.now() - KEPT).delete()


def _item(job: DiscoveryJob, center: Center) -> DiscoveryItem:
    if center.is_active:
        return DiscoveryItem(job=job, center=center)
    return DiscoveryItem(
        job=job, center=center, state=DiscoveryState.SKIPPED, error_kind=PAUSED, finished_at=timezone.now()
    )
