"""Tasks of centers on servers that exist, for the tests of breakers."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from centers.models import Center, DatabaseServer
from extraction.breaker_models import Breaker
from extraction.breakers import Gate
from extraction.reader import CenterResult, CenterTask
from tests.extraction.builders import center, database_server, failure, success, task


def server(number: int) -> DatabaseServer:
    """One more server in the region of the tests."""
    first = database_server()
    return DatabaseServer.objects.create(
        code=f"server-{number}", region=first.region, host=f"db{number}.example", user="svc", credential="env:PASSWORD"
    )


def centers_on(home: DatabaseServer, numbers: Iterable[int]) -> list[Center]:
    """Centers on that server."""
    return [center(number, server=home) for number in numbers]


def task_of(found: Center) -> CenterTask:
    """The task of a center in some run; its center run has the center's key."""
    plain = task(found.pk, found.pk, 1, found.center_id)
    source = dataclasses.replace(plain.source, server=found.server.spec(), database=found.database)
    return dataclasses.replace(plain, source=source, server_pk=found.server_id)


def tasks_of(centers: Iterable[Center]) -> list[CenterTask]:
    """Their tasks."""
    return [task_of(found) for found in centers]


def fails(found: Center, cause: str) -> CenterResult:
    """What a reader says of a center that failed."""
    return failure(task_of(found), cause, f"It failed: {cause}.")


def delivers(found: Center) -> CenterResult:
    """What a reader says of a center that delivered."""
    return success(task_of(found))


def open_by(cause: str, *centers: Center) -> Breaker:
    """The breaker that such a failure of each of `centers` opens."""
    Gate.of(tasks_of(centers)).note(fails(found, cause) for found in centers)
    return Breaker.objects.exclude(opened_at=None).get()


def make_due(*breakers: Breaker) -> None:
    """Let the wait of these breakers be over."""
    past = timezone.now() - dt.timedelta(seconds=1)
    Breaker.objects.filter(pk__in=[breaker.pk for breaker in breakers]).update(next_probe_at=past)
