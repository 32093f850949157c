"""The one schedule of the queue: a tick without arguments. What is due is computed from our rows, never kept here."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from extraction.queues import INTERACTIVE_QUEUE

TICK = "dentalhub tick"
TICK_MINUTES = 1


def ensure_tick(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Put the schedule's row there, after each `migrate` and with each start of workers.

    One that was deleted, stopped or doubled is repaired.
    """
    from django_q.models import Schedule

    if using != DEFAULT_DB_ALIAS or not _has_table(Schedule._meta.db_table):
        return
    wanted = {"func": "extraction.tasks.tick", "schedule_type": Schedule.MINUTES, "minutes": TICK_MINUTES}
    # Not the default queue, all of whose workers may be busy with a run for half an hour.
    wanted |= {"repeats": -1, "args": None, "kwargs": None, "cluster": INTERACTIVE_QUEUE}
    if not Schedule.objects.filter(name=TICK).exists():
        Schedule.objects.create(name=TICK, **wanted)
    # Two processes that start at once may both have made one; then both keep the same one.
    first, *others = Schedule.objects.filter(name=TICK).order_by("pk").values_list("pk", flat=True)
    Schedule.objects.filter(pk__in=others).delete()
    Schedule.objects.filter(pk=first).update(**wanted)


def _has_table(name: str) -> bool:
    """False while only some apps were migrated."""
    return name in connections[DEFAULT_DB_ALIAS].introspection.table_names()
