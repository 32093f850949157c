"""The shards of a run, as rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import Max

from dentalhub.logs import about
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun, Shard
from extraction.queues import queue_of
from extraction.shards import Placed, cut

# SQL Server takes 2,100 parameters in a statement.
_KEYS_PER_STATEMENT = 1000


def cut_into_shards(run: ExtractionRun) -> list[Shard]:
    """Put the queued center runs of `run` that have no shard into new ones, one after the other."""
    waiting = CenterRun.objects.filter(run=run, shard=None, state=RunState.QUEUED).order_by("center__server_id", "pk")
    placed = [
        Placed(center_run_pk, server_pk, queue_of(region))
        for center_run_pk, server_pk, region in waiting.values_list(
            "pk", "center__server_id", "center__server__region__code"
        )
    ]
    last = Shard.objects.filter(run=run).aggregate(last=Max("number"))["last"] or 0
    shards = []
    for number, piece in enumerate(cut(placed, settings.SHARD_SIZE), start=last + 1):
        shard = Shard.objects.create(run=run, number=number, queue=piece.queue)
        for start in range(0, len(piece.members), _KEYS_PER_STATEMENT):
            some = piece.members[start : start + _KEYS_PER_STATEMENT]
            CenterRun.objects.filter(pk__in=some).update(shard=shard)
        shards.append(shard)
    return shards


@contextmanager
def about_shard(shard_id: int) -> Iterator[None]:
    """Log lines inside say which shard and run they are about, and which web request asked for it."""
    run_id, request_id = Shard.objects.values_list("run_id", "run__request_id").get(pk=shard_id)
    names = {"request_id": request_id} if request_id else {}
    with about(run=run_id, shard=shard_id, **names):
        yield
