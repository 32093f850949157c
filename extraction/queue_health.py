"""Whether somebody hears each queue: what the workers' signs of life and the tasks that wait say."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django_q.models import OrmQ

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
    # Tasks that no worker has fetched.
    waiting: int
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
    now = timezone.now()
    beats = {beat.queue: beat for beat in Heartbeat.objects.all()}
    return [_health(queue, beats.get(queue), now) for queue in queues]


def _health(queue: str, beat: Heartbeat | None, now: dt.datetime) -> QueueHealth:
    # django-q2 writes the moment of a task's arrival into `lock`, and a moment in the future once it was fetched.
    tasks = OrmQ.objects.filter(key=queue, lock__lte=now)
    oldest = tasks.order_by("lock").values_list("lock", flat=True).first()
    shards = Shard.objects.filter(queue=queue, state=RunState.RUNNING, lease_until__gte=now)
    return QueueHealth(
        queue=queue,
        last_beat=beat.beat_at if beat else None,
        host=beat.host if beat else "",
        beat_age=_age(beat.beat_at if beat else None, now),
        waiting=tasks.count(),
        oldest_age=_age(oldest, now),
        at_work=shards.count(),
        is_looking=queue != INTERACTIVE_QUEUE and somebody_looks(queue, now),
    )


def _age(moment: dt.datetime | None, now: dt.datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
