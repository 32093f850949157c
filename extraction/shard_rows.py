"""The shards of a run, as rows."""

from django.conf import settings
from django.db.models import Max

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
