"""The wire between those who have work and their workers: ringing, and what waits there unheard.

A wire and no more: our own rows are the truth, so a bell that nobody hears is rung again by the tick.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.signing import b62_decode
from django.db.models import Count, Min
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from dentalhub import broker_settings

logger = logging.getLogger(__name__)


class WireError(Exception):
    """The broker does not answer; the text says where it should be and what happened, without any password."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The tasks of a queue that no worker has fetched; `oldest_age` in seconds, None where none waits."""

    count: int = 0
    oldest_age: float | None = None


def ring(task: str, *keys: int, queue: str, name: str, save: bool = True) -> bool:
    """Have a worker of `queue` call `task` with `keys`; False, and a line in the log, when the broker does not answer.

    Keys only: what is on the wire may be read by whoever reads the broker.
    """
    options: dict[str, Any] = {} if save else {"save": False}
    try:
        async_task(task, *keys, task_name=name, cluster=queue, **options)
    except _broker_errors() as error:
        logger.warning("%s was not rung for %s: %s", queue, name, _text(error))
        return False
    return True


def waiting(queues: Iterable[str]) -> dict[str, Waiting]:
    """What waits in each of the queues. Raises WireError."""
    names = list(queues)
    return _in_redis(names) if _is_redis() else _in_our_database(names)


def ping() -> None:
    """Ask the broker for a sign of life. Raises WireError; our own database is asked elsewhere."""
    if not _is_redis():
        return
    from dentalhub.redis_broker import client

    try:
        client().ping()
    except _broker_errors() as error:
        raise WireError(_text(error)) from None


def _in_our_database(names: list[str]) -> dict[str, Waiting]:
    now = timezone.now()
    # django-q2 writes the moment of a task's arrival into `lock`, and a moment in the future once it was fetched.
    rows = OrmQ.objects.filter(key__in=names, lock__lte=now).order_by().values_list("key")
    found = {key: Waiting(count, _age(first, now)) for key, count, first in rows.annotate(Count("pk"), Min("lock"))}
    return {name: found.get(name, Waiting()) for name in names}


def _in_redis(names: list[str]) -> dict[str, Waiting]:
    from dentalhub.redis_broker import client, key_of

    try:
        pipeline = client().pipeline(transaction=False)
        for name in names:
            pipeline.llen(key_of(name))
            pipeline.lindex(key_of(name), 0)
        answers = pipeline.execute()
    except _broker_errors() as error:
        raise WireError(_text(error)) from None
    now = timezone.now()
    return {
        name: Waiting(answers[2 * number], _age(_signed_at(answers[2 * number + 1]), now))
        for number, name in enumerate(names)
    }


def _signed_at(package: bytes | None) -> dt.datetime | None:
    """When a task was put there, which stands beside its signature; not unpacked, for that runs what it says."""
    try:
        _task, moment, _signature = (package or b"").decode("ascii").rsplit(":", 2)
        return dt.datetime.fromtimestamp(b62_decode(moment), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _age(moment: dt.datetime | None, now: dt.datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())


def _is_redis() -> bool:
    return "redis" in settings.Q_CLUSTER


def _broker_errors() -> tuple[type[Exception], ...]:
    """What Redis's client raises; nothing where our own database is the broker, whose errors are its callers'."""
    if not _is_redis():
        return ()
    from redis.exceptions import RedisError

    return (cast("type[Exception]", RedisError),)


def _text(error: Exception) -> str:
    # Without the client's own text: nobody has promised that it never repeats a password.
    return f"{broker_settings.place(settings.Q_CLUSTER)} does not answer ({type(error).__name__})"
