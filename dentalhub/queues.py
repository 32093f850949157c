"""Which queue's workers read which region. *Pure* but for settings."""

from django.conf import settings
from django.db.models import Q

from dentalhub.queue_settings import DEFAULT, INTERACTIVE

DEFAULT_QUEUE = DEFAULT
INTERACTIVE_QUEUE = INTERACTIVE


def all_queues() -> tuple[str, ...]:
    """Every queue that must have workers: the default one, the interactive one, then those of regions."""
    return (DEFAULT_QUEUE, INTERACTIVE_QUEUE, *settings.QUEUES)


def reading_queues() -> tuple[str, ...]:
    """The queues whose workers read sources in runs, the default one first."""
    return (DEFAULT_QUEUE, *settings.QUEUES)


def queue_of(region_code: str) -> str:
    """The queue of a region: its own where it has one, else the default."""
    return region_code if region_code in settings.QUEUES else DEFAULT_QUEUE


def served_by(queue: str) -> str:
    """The queue whose workers do the work of `queue`: the default one's, once `queue` is no longer configured."""
    return queue if queue in reading_queues() else DEFAULT_QUEUE


def own_queue() -> str | None:
    """The queue that Q_CLUSTER_NAME gives to this process; None where it is not set."""
    return settings.OWN_QUEUE or None


def present_queue() -> str:
    """The queue for which this process works: the default one where nothing else is said."""
    return own_queue() or DEFAULT_QUEUE


def read_by(queue: str, region_field: str) -> Q:
    """The rows whose region `queue`'s workers have the credentials of; `region_field` leads to the region's code."""
    if queue in settings.QUEUES:
        return Q(**{region_field: queue})
    return ~Q(**{f"{region_field}__in": list(settings.QUEUES)})
