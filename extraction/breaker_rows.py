"""The rows of the circuit breakers: written by conditional UPDATEs, so that many processes can do so at once."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Sequence
from secrets import SystemRandom
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from extraction.breaker_models import Breaker
from extraction.breaker_rules import Subject, opens, wait
from extraction.enums import BreakerScope, BreakerState
from extraction.reader import Failure

logger = logging.getLogger(__name__)
NOT_CLOSED = (BreakerState.OPEN, BreakerState.HALF_OPEN)
# SQL Server takes 2,100 parameters in a statement.
_KEYS_PER_QUERY = 500
_chance = SystemRandom()
Key = TypeVar("Key", int, str)


def due(now: dt.datetime) -> Q:
    """The breakers that let one try through at `now`: their time has come, or the last try was lost."""
    return Q(state__in=NOT_CLOSED, next_probe_at__lte=now)


def claim(keys: Collection[str], token: str) -> set[str]:
    """Those of `keys` whose one try is the caller's now: two processes never get the same one."""
    now = timezone.now()
    # A process that is killed takes its tries with it; none lives longer than a run may.
    lost_at = now + dt.timedelta(seconds=settings.RUN_DEADLINE_SECONDS)
    claimed: set[str] = set()
    for part in _parts(sorted(keys)):
        mine = Breaker.objects.filter(due(now), key__in=part)
        if mine.update(state=BreakerState.HALF_OPEN, probe_token=token, next_probe_at=lost_at, changed_at=now):
            found = Breaker.objects.filter(key__in=part, probe_token=token, state=BreakerState.HALF_OPEN)
            claimed.update(found.values_list("key", flat=True))
    return claimed


def give_back(keys: Collection[str], token: str) -> None:
    """Let somebody else have the tries of `token` that were not made."""
    now = timezone.now()
    for part in _parts(sorted(keys)):
        _claimed(part, token).update(state=BreakerState.OPEN, probe_token="", next_probe_at=now, changed_at=now)


def count_failure(subject: Subject, failure: Failure) -> Breaker | None:
    """Count one more failure, and open the breaker when it is one too many. The row as it then is, None if reset."""
    now = timezone.now()
    closed = Breaker.objects.filter(key=subject.key, state=BreakerState.CLOSED)
    said = {"cause": failure.cause, "message": failure.message[:500], "fingerprint": subject.fingerprint}
    if not closed.update(failures=F("failures") + 1, changed_at=now, **said):
        _create(subject, closed, said)
    row = Breaker.objects.filter(key=subject.key).first()
    if row is None or row.state != BreakerState.CLOSED or not opens(failure.cause, row.failures):
        return row
    next_probe_at = now + wait(failure.cause, 1, _chance.random())
    opened = closed.update(
        state=BreakerState.OPEN, opened_at=now, openings=1, next_probe_at=next_probe_at, changed_at=now
    )
    if opened:
        logger.warning("breaker %s opened: %s", subject.key, failure.cause)
    return Breaker.objects.filter(key=subject.key).first()


def reopen(subject: Subject, token: str, failure: Failure, *, is_longer: bool) -> Breaker | None:
    """After a try that did not help: open again, for longer when it failed and as long as before when it said nothing.

    The row as it then is; None if reset.
    """
    row = _claimed([subject.key], token).first()
    if row is not None:
        now = timezone.now()
        openings = row.openings + (1 if is_longer else 0)
        cause = failure.cause if is_longer else row.cause
        said = {"failures": row.failures + 1, "cause": cause, "message": failure.message[:500]} if is_longer else {}
        _claimed([subject.key], token).update(
            state=BreakerState.OPEN,
            probe_token="",
            openings=openings,
            next_probe_at=now + wait(cause, openings, _chance.random()),
            changed_at=now,
            **said,
        )
    return Breaker.objects.filter(key=subject.key).first()


def close(key: str) -> None:
    """Forget the failures that did not open the breaker."""
    Breaker.objects.filter(key=key, state=BreakerState.CLOSED).delete()


def close_after_try(key: str, token: str) -> None:
    """The try of `token` went well."""
    if _claimed([key], token).delete()[0]:
        logger.info("breaker %s closed", key)


def forget(breakers: Iterable[Breaker]) -> None:
    """Close breakers whose server or center is not what it was when it failed."""
    for part in _parts([breaker.pk for breaker in breakers]):
        Breaker.objects.filter(pk__in=part).delete()


def _claimed(keys: Collection[str], token: str) -> QuerySet[Breaker]:
    return Breaker.objects.filter(key__in=keys, probe_token=token, state=BreakerState.HALF_OPEN)


def _create(subject: Subject, closed: QuerySet[Breaker], said: dict[str, str]) -> None:
    is_server = subject.scope is BreakerScope.SERVER
    try:
        with transaction.atomic():
            Breaker.objects.create(
                key=subject.key,
                scope=subject.scope,
                server_id=subject.pk if is_server else None,
                center_id=None if is_server else subject.pk,
                failures=1,
                **said,
            )
    except IntegrityError:
        # Another process was faster, or it is open already, which changes nothing.
        closed.update(failures=F("failures") + 1, changed_at=timezone.now(), **said)


def _parts(keys: Sequence[Key]) -> list[Sequence[Key]]:
    return [keys[start : start + _KEYS_PER_QUERY] for start in range(0, len(keys), _KEYS_PER_QUERY)]
