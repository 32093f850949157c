"""Whether somebody hears each queue: what the workers' signs of life and the tasks that wait say."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from dentalhub import queue_wire
from dentalhub.queue_wire import Waiting, WireError
from extraction.enums import RunState
from extraction.models import Heartbeat, Shard
from extraction.queues import INTERACTIVE_QUEUE
from mappings.watches import somebody_looks


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """What one queue showed at one moment; ages are in seconds, None where there is nothing that could have one."""

    queue: str
    last_beat: dt.datetime | None
    host: str
    beat_age: float | None
    # Tasks that no worker has fetched; None while the broker does not answer.
    waiting: int | None
    oldest_age: float | None
    # Shards that some process holds, and whether one looks at schemas: their workers hear nothing else meanwhile.
    at_work: int
    is_looking: bool

    def is_deaf(self, max_age: float) -> bool:
        """True when nobody works, and the last sign of life or the oldest waiting task is older than `max_age`."""
        is_silent = self.beat_age is None or self.beat_age > max_age
        return not self.is_busy and (is_silent or self.ignores_tasks(max_age))

    def ignores_tasks(self, max_age: float) -> bool:
        """True when a task waits for longer than `max_age` though nobody works."""
        return not self.is_busy and self.oldest_age is not None and self.oldest_age > max_age

    @property
    def is_busy(self) -> bool:
        """Whether somebody works, who hears nothing else meanwhile."""
        return self.at_work > 0 or self.is_looking


def health_of(queues: Iterable[str]) -> list[QueueHealth]:
    """The health of each queue now, in the order given."""
    now, names = timezone.now(), list(queues)
    beats = {beat.queue: beat for beat in Heartbeat.objects.all()}
    try:
        waiting = queue_wire.waiting(names)
    except WireError:
        waiting = {}
    return [_health(queue, beats.get(queue), waiting.get(queue), now) for queue in names]


def broker_answers(found: Iterable[QueueHealth]) -> bool:
    """Whether the broker said what waits in each of the queues."""
    return all(health.waiting is not None for health in found)


def _health(queue: str, beat: Heartbeat | None, tasks: Waiting | None, now: dt.datetime) -> QueueHealth:
    shards = Shard.objects.filter(queue=queue, state=RunState.RUNNING, lease_until__gte=now)
    return QueueHealth(
        queue=queue,
        last_beat=beat.beat_at if beat else None,
        host=beat.host if beat else "",
        beat_age=_age(beat.beat_at if beat else None, now),
        waiting=tasks.count if tasks else None,
        oldest_age=tasks.oldest_age if tasks else None,
        at_work=shards.count(),
        is_looking=queue != INTERACTIVE_QUEUE and somebody_looks(queue, now),
    )


def _age(moment: dt.datetime | None, now: dt.datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
