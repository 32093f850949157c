"""``python -m tests.faults.worker RUN``: what a worker of the queue does with the tasks of a run, without the queue."""

import os
import sys

import django


def main() -> None:
    """Supervise the extracting process, as the task does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    django.setup()
    from extraction.models import Shard
    from extraction.tasks import execute_shard

    for shard in Shard.objects.filter(run=int(sys.argv[1])).order_by("number").values_list("pk", flat=True):
        execute_shard(shard)


if __name__ == "__main__":
    main()
