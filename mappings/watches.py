"""Which centers' schemas are to be looked at again, and who does it: a claim by conditional UPDATE, and a lease.

Our rows are the truth. A call that is lost is made up for by the next one, and one that comes twice finds nothing free.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from centers.enums import CenterState
from centers.exceptions import CentersError, SourceError, SourceErrorKind
from centers.models import Center
from centers.source_errors import advice
from dentalhub.queues import present_queue, read_by
from mappings.discovery_items import fail, parts_of
from mappings.models import SchemaWatch

# Longer than one process may look, which `mappings.tasks` bounds.
LEASE = dt.timedelta(minutes=20)
# A center during whose look the process ended this often waits for the next night.
MOST_STARTS = 3
_REGION = "center__server__region__code"
_MISSED_NIGHT = dt.timedelta(hours=24)


def due(now: dt.datetime) -> QuerySet[SchemaWatch]:
    """The free watches of active centers whose turn it is: asked for, or not looked at for long enough.

    Long enough is REDISCOVERY_HOURS at night; a whole day more means that the night was missed, and counts at any hour.
    """
    wanted = Q(wanted=True)
    if settings.REDISCOVERY_HOURS > 0:
        age = dt.timedelta(hours=settings.REDISCOVERY_HOURS)
        wanted |= Q(looked_at__lt=now - (age if is_night(now) else age + _MISSED_NIGHT))
    return SchemaWatch.objects.filter(wanted, _free(now), center__state=CenterState.ACTIVE)


def is_night(now: dt.datetime) -> bool:
    """True within the hours of REDISCOVERY_NIGHT, which may span midnight."""
    first, last = settings.REDISCOVERY_NIGHT
    hour = now.astimezone(ZoneInfo(settings.NETWORK_TIME_ZONE)).hour
    return bool(first <= hour < last if first <= last else hour >= first or hour < last)


def due_for(queue: str, now: dt.datetime) -> QuerySet[SchemaWatch]:
    """Those of the due watches whose sources the workers of `queue` have the credentials of."""
    return due(now).filter(read_by(queue, _REGION))


def somebody_looks(queue: str, now: dt.datetime) -> bool:
    """True while a claim holds: one process for a queue is enough, and leaves the other workers to the runs."""
    return SchemaWatch.objects.filter(read_by(queue, _REGION), claimed_until__gte=now).exists()


def claim(token: str, now: dt.datetime, most: int, *, only_untried: bool = False) -> list[Center]:
    """Take at most `most` centers that this process's queue may read, those that somebody asked for first.

    Nobody else gets them until the lease ends. `only_untried`: none of which a look began and came to nothing.
    """
    waiting = due_for(present_queue(), now).order_by("-wanted", "looked_at", "pk")
    if only_untried:
        waiting = waiting.filter(attempts=0)
    taken = []
    for watch in waiting.select_related("center__server__region")[:most]:
        if watch.attempts >= MOST_STARTS:
            _give_up(watch)
            continue
        # Counted before the work, so that a center which takes the process down is found out.
        held = SchemaWatch.objects.filter(_free(now), pk=watch.pk, looked_at=watch.looked_at)
        if held.update(claim_token=token, claimed_until=now + LEASE, attempts=F("attempts") + 1) == 1:
            taken.append(watch.center)
    return taken


def release(token: str) -> int:
    """Give back what a process claimed and did not do; the number of centers."""
    return SchemaWatch.objects.filter(claim_token=token).update(claim_token="", claimed_until=None)


def note_looks(centers: Sequence[Center]) -> None:
    """The schemas of these centers were looked at just now, by whomever."""
    ended = _ended()
    watches = SchemaWatch.objects.filter(center__in=centers)
    if watches.update(**ended) == len(centers):
        return
    watched = set(watches.values_list("center_id", flat=True))
    new = [center for center in centers if center.pk not in watched]
    try:
        with transaction.atomic():
            SchemaWatch.objects.bulk_create(SchemaWatch(center=center, **ended) for center in new)
    except IntegrityError:
        # Somebody asked for a look at one of them just now.
        for center in new:
            SchemaWatch.objects.update_or_create(center=center, defaults=ended)


def note_failure(center: Center, error: CentersError) -> None:
    """A look that failed is over, too; the next one comes with the next night.

    What trying again can help is tried MOST_STARTS times before. A refused login is not: it would lock the account.
    """
    kind = error.kind.value if isinstance(error, SourceError) else SourceErrorKind.OTHER.value
    told = {"error_kind": kind, "error_message": str(error)[:500]}
    if isinstance(error, SourceError) and error.transient:
        SchemaWatch.objects.filter(center=center).update(claim_token="", claimed_until=None, **told)
    else:
        _end(center, **told)


def want(centers: Iterable[Center]) -> int:
    """Ask for a look at each of `centers` as soon as a worker is free; how many of them are active."""
    keys = list(dict.fromkeys(center.pk for center in centers if center.is_active))
    for part in parts_of(keys):
        watches = SchemaWatch.objects.filter(center__in=part)
        if watches.update(wanted=True, attempts=0) == len(part):
            continue
        watched = set(watches.values_list("center_id", flat=True))
        _watch([key for key in part if key not in watched])
    return len(keys)


def _watch(keys: Sequence[int]) -> None:
    """The first watches of centers that nobody has looked at yet."""
    now = timezone.now()
    try:
        with transaction.atomic():
            SchemaWatch.objects.bulk_create(
                [SchemaWatch(center_id=key, looked_at=now, wanted=True) for key in keys], batch_size=100
            )
    except IntegrityError:
        # Somebody else asked for one of them, or looked at it, just now.
        for key in keys:
            SchemaWatch.objects.update_or_create(
                center_id=key,
                defaults={"wanted": True, "attempts": 0},
                create_defaults={"looked_at": now, "wanted": True},
            )


def _give_up(watch: SchemaWatch) -> None:
    """Until the next night, with the last error; without one the process ended each time before it could say any."""
    kind = watch.error_kind or SourceErrorKind.HUNG.value
    message = watch.error_message or advice(SourceErrorKind.HUNG)
    _end(watch.center, error_kind=kind, error_message=message)


def _end(center: Center, *, error_kind: str, error_message: str) -> None:
    fail(center.pk, error_kind, error_message)
    ended = _ended(error_kind, error_message)
    if not SchemaWatch.objects.filter(center=center).update(**ended):
        SchemaWatch.objects.update_or_create(center=center, defaults=ended)


def _ended(error_kind: str = "", error_message: str = "") -> dict[str, Any]:
    return {
        "looked_at": timezone.now(),
        "wanted": False,
        "claim_token": "",
        "claimed_until": None,
        "attempts": 0,
        "error_kind": error_kind,
        "error_message": error_message,
    }


def _free(now: dt.datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=now)
