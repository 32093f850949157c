"""Which queue's workers read which region. *Pure* but for settings."""

from django.conf import settings

DEFAULT_QUEUE: str = settings.Q_CLUSTER["name"]


def all_queues() -> tuple[str, ...]:
    """The queues that have workers of their own, the default one first."""
    return (DEFAULT_QUEUE, *settings.QUEUES)


def queue_of(region_code: str) -> str:
    """The queue of a region: its own where it has one, else the default."""
    return region_code if region_code in settings.QUEUES else DEFAULT_QUEUE


def own_queue() -> str | None:
    """The queue whose worker this process belongs to; None outside of a worker of a queue of its own."""
    return settings.OWN_QUEUE or None
