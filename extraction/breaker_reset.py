"""Circuit breakers that are not closed: finding them, and a person's word that they shall be tried again."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.models import Center, DatabaseServer
from centers.scope import EVERYTHING, Scope
from dentalhub.audit import record
from extraction.breaker_models import Breaker
from extraction.breaker_rows import NOT_CLOSED
from extraction.enums import BreakerScope
from extraction.exceptions import ExtractionError


class UnknownBreakerError(ExtractionError):
    """A key names neither a server nor a center."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Primary keys of the servers and centers that no run reads now."""

    servers: frozenset[int]
    centers: frozenset[int]


@dataclass(frozen=True, slots=True)
class ShutCount:
    """How many servers and centers are left alone, one try or not."""

    servers: int
    centers: int

    def __bool__(self) -> bool:
        return self.servers + self.centers > 0


def shut_breakers(scope: Scope = EVERYTHING) -> QuerySet[Breaker]:
    """The open and half-open ones of `scope` with what they guard; servers first, then the longest open."""
    shut = Breaker.objects.in_scope(scope).filter(state__in=NOT_CLOSED).select_related("server", "center__server")
    return shut.order_by("-scope", "opened_at", "key")


def left_alone() -> LeftAlone:
    """Whose breakers would refuse a run now; those whose time for a try has come are not among them. One query."""
    shut = Breaker.objects.filter(state__in=NOT_CLOSED, next_probe_at__gt=timezone.now())
    rows = list(shut.order_by().values_list("server_id", "center_id"))
    return LeftAlone(
        frozenset(server for server, _center in rows if server is not None),
        frozenset(center for _server, center in rows if center is not None),
    )


def find(name: str, scope: Scope = EVERYTHING) -> Breaker | None:
    """The breaker of `server:CODE` or `center:ID`, as the list shows it; None when that one is closed.

    Raises UnknownBreakerError when there is no such server or center in `scope`.
    """
    kind, _separator, code = name.partition(":")
    if kind == BreakerScope.SERVER and DatabaseServer.objects.in_scope(scope).filter(code=code).exists():
        return shut_breakers().filter(server__code=code).first()
    if kind == BreakerScope.CENTER and Center.objects.in_scope(scope).filter(center_id=code).exists():
        return shut_breakers().filter(center__center_id=code).first()
    raise UnknownBreakerError(
        _("“%(name)s” is no server and no center. Write server:CODE or center:ID.") % {"name": name}
    )


def reset(breaker: Breaker, person: User | None) -> bool:
    """Close a breaker, so that the next run reads again what it guards. False when it was closed already.

    A run that is under way keeps leaving it alone.
    """
    with transaction.atomic():
        closed = Breaker.objects.filter(pk=breaker.pk, state__in=NOT_CLOSED).delete()[0]
        if closed:
            record(person, "breaker.reset", breaker.guarded, cause=breaker.cause, failures=breaker.failures)
    return bool(closed)


def reset_all(breakers: Iterable[Breaker], person: User | None) -> int:
    """Close each of `breakers` and say how many were not closed yet."""
    return sum(1 for breaker in list(breakers) if reset(breaker, person))
