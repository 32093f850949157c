"""What the foreman does about queues and their shards; see `tests.faults.foreman`."""

import datetime as dt
from typing import Any


def pass_time(run: int, dead: list[int]) -> None:
    """A minute passes: the leases of the shards whose owners are dead end, and shards have been queued for longer.

    Living owners renew their leases, so theirs are left alone.
    """
    from django.utils import timezone

    from extraction.enums import RunState
    from extraction.leases import UNHEARD_AFTER
    from extraction.models import Shard

    past = timezone.now() - UNHEARD_AFTER - dt.timedelta(seconds=1)
    Shard.objects.filter(pk__in=dead, state=RunState.RUNNING).update(lease_until=past)
    Shard.objects.filter(run=run, state=RunState.QUEUED).update(queued_at=past)


def separate_credentials() -> dict[str, str]:
    """Let each region's servers have a password of their own; returns the variable of each region."""
    from centers.models import DatabaseServer

    variables = {}
    for server in DatabaseServer.objects.select_related("region"):
        variables[server.region.code] = f"IVORIS_{server.region.code.upper()}"
        DatabaseServer.objects.filter(pk=server.pk).update(credential=f"env:{variables[server.region.code]}")
    return variables


def of_queue(run: int, queue: str) -> dict[str, int]:
    """How many centers of the run are the work of a queue, and how many of them have ended."""
    from extraction.enums import FINISHED
    from extraction.models import CenterRun

    parts = CenterRun.objects.filter(run=run, shard__queue=queue)
    return {"all": parts.count(), "ended": parts.filter(state__in=FINISHED).count()}


def claims(run: int) -> list[int]:
    """How often each shard of the run was claimed."""
    from extraction.models import Shard

    return list(Shard.objects.filter(run=run).order_by("number").values_list("attempts", flat=True))


def queues(run: int) -> dict[str, list[Any]]:
    """The state and the number of claims of each queue's only shard of the run."""
    from extraction.models import Shard

    found = Shard.objects.filter(run=run).order_by("queue")
    return {shard.queue: [shard.state, shard.attempts] for shard in found}


def misdeliver(run: int, queue: str, to: str) -> None:
    """Hand the run's shard of one queue to another queue's workers."""
    from django_q.tasks import async_task

    from extraction.models import Shard

    async_task("extraction.tasks.execute_shard", Shard.objects.get(run=run, queue=queue).pk, cluster=to)


def empty_queues() -> int:
    """Forget every task that is a row of the database; returns how many there were."""
    from django_q.models import OrmQ

    return int(OrmQ.objects.all().delete()[0])


def queue_rows() -> dict[str, int]:
    """How many tasks wait in all queues, how many results are kept, and what the shared cache holds."""
    from django_q.models import Task

    from dentalhub import queue_wire
    from dentalhub.models import CacheEntry
    from dentalhub.queues import all_queues

    queued = sum(found.count for found in queue_wire.waiting(all_queues()).values())
    return {"queued": queued, "kept": Task.objects.count(), "cached": CacheEntry.objects.count()}


def waiting() -> dict[str, int]:
    """How many tasks each queue has that no worker has fetched."""
    from django.db.models import Count
    from django.utils import timezone
    from django_q.models import OrmQ

    return dict(OrmQ.objects.filter(lock__lte=timezone.now()).values_list("key").annotate(Count("pk")).order_by("key"))


ALL = (
    pass_time,
    separate_credentials,
    of_queue,
    claims,
    queues,
    misdeliver,
    empty_queues,
    queue_rows,
    waiting,
)
