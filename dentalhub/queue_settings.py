"""django-q2's settings for the default queue, `interactive`, and one per region with workers of its own. *Pure*.

A queue is also called a cluster by django-q2. Each process serves the one that Q_CLUSTER_NAME names.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured

DEFAULT = "dentalhub"
# Short work that a person or the clock waits for; a run, however long, never stands before it.
INTERACTIVE = "interactive"
INTERACTIVE_SECONDS = 120
# A task that django-q2 has to end itself gets so much longer than the process that the task supervises.
TASK_MARGIN_SECONDS = 60
# django-q2 hands a task out again after `retry`; its clock starts when the task is fetched, not when it begins.
RETRY_MARGIN_SECONDS = 300
# How often django-q2 counts a task's seconds down: it ends one at 0 exactly, so a timeout must be a multiple of this.
GUARD_CYCLE_SECONDS = 0.5
# How a region's code looks (centers.validators), and as long as the columns that hold a queue's name.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def checked_queues(names: Sequence[str]) -> tuple[str, ...]:
    """The queues of DENTALHUB_QUEUES. Raises ImproperlyConfigured for a name that no region's code can be."""
    for name in names:
        if name in (DEFAULT, INTERACTIVE):
            raise ImproperlyConfigured(f"DENTALHUB_QUEUES: {name} is there anyway; name only codes of regions.")
        if not _NAME.fullmatch(name):
            raise ImproperlyConfigured(f"DENTALHUB_QUEUES: {name!r} is no code of a region.")
    if len(set(names)) < len(names):
        raise ImproperlyConfigured("DENTALHUB_QUEUES names a queue twice.")
    return tuple(names)


def checked_own_queue(name: str, queues: Sequence[str]) -> str:
    """The queue of Q_CLUSTER_NAME, or an empty text. Raises ImproperlyConfigured, with the known names."""
    known = (DEFAULT, INTERACTIVE, *queues)
    if name and name not in known:
        raise ImproperlyConfigured(
            f"Q_CLUSTER_NAME: there is no queue {name!r}. Known are {', '.join(known)}; "
            "DENTALHUB_QUEUES names the regions with workers of their own."
        )
    return name


def cluster_settings(
    queues: Sequence[str],
    *,
    broker: dict[str, Any],
    deadline_seconds: int,
    workers: int,
    interactive_workers: int,
    poll_seconds: float,
) -> dict[str, Any]:
    """`Q_CLUSTER` for the default queue, with all others under ALT_CLUSTERS; `deadline_seconds` is a shard's.

    `broker` comes from `broker_settings`.

    Raises ImproperlyConfigured for numbers with which no task could end.
    """
    if deadline_seconds < 1 or min(workers, interactive_workers) < 1 or poll_seconds <= 0:
        raise ImproperlyConfigured(
            "DENTALHUB_RUN_DEADLINE_SECONDS, DENTALHUB_QUEUE_WORKERS, DENTALHUB_INTERACTIVE_WORKERS and "
            "DENTALHUB_QUEUE_POLL_SECONDS must be above 0."
        )
    interactive = _times(INTERACTIVE_SECONDS) | {"workers": interactive_workers}
    return {
        "name": DEFAULT,
        **broker,
        "workers": workers,
        "poll": poll_seconds,
        # One task at a time and no prefetching.
        "queue_limit": 1,
        "bulk": 1,
        **_times(deadline_seconds + TASK_MARGIN_SECONDS),
        "guard_cycle": GUARD_CYCLE_SECONDS,
        "ack_failures": True,
        "max_attempts": 1,
        "save_limit": 500,
        "catch_up": False,
        "label": "dentalhub",
        "ALT_CLUSTERS": {INTERACTIVE: interactive} | {name: {} for name in queues},
    }


def every_cluster(settings: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each queue's workers go by, by the queue's name: django-q2 lays an alternative over the default."""
    default = {key: value for key, value in settings.items() if key != "ALT_CLUSTERS"}
    others = {name: default | own for name, own in settings["ALT_CLUSTERS"].items()}
    return {str(settings["name"]): default} | others


def _times(timeout: int) -> dict[str, int]:
    return {"timeout": timeout, "retry": timeout + RETRY_MARGIN_SECONDS}
