"""Give the open runs of the first releases shards: the workers take up shards, not runs.

Without one, a run that was in the middle would be called succeeded as soon as the tick looked at it.
"""

from django.conf import settings
from django.db import migrations

from dentalhub.queues import queue_of
from extraction.shards import Placed, cut

OPEN = ("queued", "running")
AT_ONCE = 1000


def give_shards(apps, schema_editor):
    run_model, part_model = apps.get_model("extraction", "ExtractionRun"), apps.get_model("extraction", "CenterRun")
    shard_model = apps.get_model("extraction", "Shard")
    for run_id in list(run_model.objects.filter(state__in=OPEN).order_by("pk").values_list("pk", flat=True)):
        without = part_model.objects.filter(run_id=run_id, shard=None, state__in=OPEN)
        keys = without.order_by("center__server_id", "pk")
        placed = [
            Placed(pk, server_pk, queue_of(region))
            for pk, server_pk, region in keys.values_list("pk", "center__server_id", "center__server__region__code")
        ]
        # Nobody holds them: the workers of the former release knew no shards, and have stopped.
        without.update(state="queued")
        number = shard_model.objects.filter(run_id=run_id).count()
        for piece in cut(placed, settings.SHARD_SIZE):
            number += 1
            shard = shard_model.objects.create(run_id=run_id, number=number, queue=piece.queue)
            for start in range(0, len(piece.members), AT_ONCE):
                part_model.objects.filter(pk__in=piece.members[start : start + AT_ONCE]).update(shard=shard)


class Migration(migrations.Migration):
    dependencies = [("extraction", "0018_exact_patient_ids")]

    operations = [migrations.RunPython(give_shards, migrations.RunPython.noop)]
