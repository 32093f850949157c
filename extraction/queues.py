"""Which queue's workers read which region; see `dentalhub.queues`."""

from dentalhub.queues import (
    DEFAULT_QUEUE,
    INTERACTIVE_QUEUE,
    all_queues,
    own_queue,
    present_queue,
    queue_of,
    reading_queues,
    served_by,
)

__all__ = [
    "DEFAULT_QUEUE",
    "INTERACTIVE_QUEUE",
    "all_queues",
    "own_queue",
    "present_queue",
    "queue_of",
    "reading_queues",
    "served_by",
]
