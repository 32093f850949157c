"""Who owns a shard's work: a claim by conditional UPDATE, a token, and a lease that ends by itself."""

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub import queue_wire
from dentalhub.queue_wire import WireError
from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.models import ExtractionRun, Shard
from extraction.queues import present_queue, served_by

# A worker that is there takes what waits within a second.
WORKER_WAIT = dt.timedelta(seconds=20)
# A queued shard that was handed to the queue longer ago than this may have lost its place there.
LOST_AFTER = dt.timedelta(minutes=10)
# So it has when nothing waits there at all, unless a busy worker has fetched it ahead; ringing once more is harmless.
UNHEARD_AFTER = dt.timedelta(seconds=60)
# A shard whose process ended unexpectedly this often is given up; what is missing is due again later.
MOST_CLAIMS = 3


@dataclass(frozen=True, slots=True)
class Lease:
    """The proof of a claim; whoever writes for a shard shows it in the same transaction."""

    shard_id: int
    run_id: int
    token: str


def new_token() -> str:
    """A token that nobody else has."""
    return secrets.token_hex(16)


def claim(shard_id: int, token: str = "") -> Lease | None:
    """Take a shard that is queued, or whose owner let the lease end. None when there is nothing to take."""
    now, own = timezone.now(), token or new_token()
    with transaction.atomic():
        taken = Shard.objects.filter(free(now), pk=shard_id).update(
            state=RunState.RUNNING,
            attempts=F("attempts") + 1,
            lease_token=own,
            lease_until=_lease_end(now),
            started_at=Coalesce("started_at", now),
        )
        if taken != 1:
            return None
        run_id = Shard.objects.values_list("run_id", flat=True).get(pk=shard_id)
        ExtractionRun.objects.filter(pk=run_id, state=RunState.QUEUED).update(state=RunState.RUNNING, started_at=now)
    return Lease(shard_id, run_id, own)


def claim_run(run_id: int, token: str = "") -> list[Lease]:
    """Take every free shard of a run for one process that this process's queue may read; see `extraction.queues`."""
    own = token or new_token()
    shards = Shard.objects.filter(free(timezone.now()), run_id=run_id).order_by("number").values_list("pk", "queue")
    claims = [claim(shard_id, own) for shard_id, queue in shards if served_by(queue) == present_queue()]
    return [lease for lease in claims if lease is not None]


def held(leases: Collection[Lease]) -> set[int]:
    """Prove leases of one token, make them longer, and return the keys of the shards that are still held.

    Inside a transaction this locks the rows of the shards, so that nobody can take one over before the commit.
    """
    if not leases:
        return set()
    token, shards = next(iter(leases)).token, [lease.shard_id for lease in leases]
    own = Shard.objects.filter(pk__in=shards, lease_token=token, state=RunState.RUNNING)
    if own.update(lease_until=_lease_end(timezone.now())) == len(shards):
        return set(shards)
    return set(own.values_list("pk", flat=True))


def renew(lease: Lease) -> None:
    """Prove one lease and make it longer. Raises LeaseLostError when another process has the shard, or it has ended."""
    if not held([lease]):
        raise LeaseLostError(_("Another process has taken the work over."))


def release(lease: Lease) -> bool:
    """Give a shard back unfinished, as if it had not been claimed: for a process that is told to stop."""
    own = Shard.objects.filter(pk=lease.shard_id, lease_token=lease.token, state=RunState.RUNNING)
    return own.update(attempts=F("attempts") - 1, **_queued()) == 1


def hand_back(lease: Lease) -> None:
    """Give the shard of a process that has died back to the queue; a death before the claim counts as one attempt."""
    own = Shard.objects.filter(pk=lease.shard_id, lease_token=lease.token, state=RunState.RUNNING)
    if not own.update(**_queued()):
        Shard.objects.filter(pk=lease.shard_id, state=RunState.QUEUED).update(attempts=F("attempts") + 1)


def is_free(shard_id: int) -> bool:
    """True when a claim would succeed now."""
    return Shard.objects.filter(free(timezone.now()), pk=shard_id).exists()


def abandoned_since(run: ExtractionRun) -> dt.datetime | None:
    """Since when nobody works on a run that has begun: a lease ended, or all that is left waits; None while in hand."""
    now = timezone.now()
    running = Q(state=RunState.RUNNING)
    found = Shard.objects.filter(run=run).aggregate(
        silent=Min("lease_until", filter=running & Q(lease_until__lt=now)),
        running=Count("pk", filter=running),
        # Since it was handed back, or behind shards that have ended.
        waiting=Min("queued_at", filter=Q(state=RunState.QUEUED)),
        ended=Max("finished_at"),
    )
    silent: dt.datetime | None = found["silent"]
    if silent is not None or found["running"] or found["waiting"] is None:
        return silent
    since: dt.datetime = max(found["waiting"], found["ended"] or found["waiting"])
    return since if run.state == RunState.RUNNING and now - since > WORKER_WAIT else None


def take_back() -> list[int]:
    """Queue the shards whose owner has fallen silent, and those that nobody has taken for too long; their keys.

    Each is given to one caller only. An owner that comes back finds its token gone.
    """
    now = timezone.now()
    silent = Q(state=RunState.RUNNING, lease_until__lt=now)
    lost = Q(state=RunState.QUEUED, queued_at__lt=now - LOST_AFTER)
    if empty := _empty_queues(now):
        lost |= Q(state=RunState.QUEUED, queued_at__lt=now - UNHEARD_AFTER, queue__in=empty)
    keys = Shard.objects.filter(silent | lost).order_by("pk").values_list("pk", flat=True)
    return [key for key in keys if Shard.objects.filter(silent | lost, pk=key).update(**_queued()) == 1]


def _empty_queues(now: dt.datetime) -> list[str]:
    """The queues with shards that should wait there, and do not: a broker started anew, or a worker died with them."""
    waiting = Shard.objects.filter(state=RunState.QUEUED, queued_at__lt=now - UNHEARD_AFTER)
    queues = {queue: served_by(queue) for queue in waiting.order_by().values_list("queue", flat=True).distinct()}
    if not queues:
        return []
    try:
        tasks = queue_wire.waiting(queues.values())
    except WireError:
        return []
    return [queue for queue, served in queues.items() if not tasks[served].count]


def idle(now: dt.datetime) -> Q:
    """The shards that nobody works on at `now`: queued ones, and those whose owner let the lease end."""
    return Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, lease_until__lt=now)


def free(now: dt.datetime) -> Q:
    """Those of the idle ones that may be tried once more."""
    return idle(now) & Q(attempts__lt=MOST_CLAIMS)


def _lease_end(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(seconds=settings.LEASE_SECONDS)


def _queued() -> dict[str, Any]:
    return {"state": RunState.QUEUED, "lease_token": "", "lease_until": None, "queued_at": timezone.now()}
