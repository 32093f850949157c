"""``python -m tests.faults.worker SHARD``: what a worker of the queue does with the task of a shard."""

import os
import sys

import django


def main() -> None:
    """Supervise the extracting process, as the task does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    django.setup()
    from extraction.tasks import execute_shard

    execute_shard(int(sys.argv[1]))


if __name__ == "__main__":
    main()
