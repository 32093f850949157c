"""What ends by itself: pinned certificates, allowed TLS exceptions and processing agreements, in days from today."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Q

from centers.agreements import network_today
from centers.certificates import certificate_of
from centers.enums import CenterState, TlsPolicy
from centers.models import Center, DatabaseServer

_DAY = dt.timedelta(days=1)


def certificate_days(now: dt.datetime) -> Iterator[tuple[int, int, int]]:
    """(server, region, days until its certificate or exception ends; below 0: ended) of each that has one; one query.

    Servers without a center in use do not count.
    """
    used = Exists(Center.objects.filter(server=OuterRef("pk"), state=CenterState.ACTIVE))
    ending = (
        DatabaseServer.objects.order_by()
        .filter(used)
        .filter(Q(tls=TlsPolicy.PINNED) | Q(tls=TlsPolicy.TRUSTED, trust_expires_at__isnull=False))
    )
    for pk, region_id, tls, pem, until in ending.values_list(
        "pk", "region_id", "tls", "certificate", "trust_expires_at"
    ):
        end = _end_of(pem) if tls == TlsPolicy.PINNED else until
        if end is not None:
            yield pk, region_id, (end - now) // _DAY


def agreement_days(now: dt.datetime) -> Iterator[tuple[int, int, int]]:
    """(center, region, days until its agreement ends; below 0: ended) of each active center with an end; one query."""
    active = Center.objects.filter(state=CenterState.ACTIVE).order_by()
    own, theirs = (
        ("agreement_on", "agreement_until"),
        ("server__region__agreement_on", "server__region__agreement_until"),
    )
    today = network_today(now)
    rows = active.filter(Q(agreement_until__isnull=False) | Q(server__region__agreement_until__isnull=False))
    for pk, region_id, own_on, own_until, _their_on, their_until in rows.annotate(
        region_id=F("server__region_id")
    ).values_list("pk", "region_id", *own, *theirs):
        # As in `centers.agreements.terms_of`: the two dates belong together.
        until = own_until if own_on or own_until else their_until
        if until is not None:
            yield pk, region_id, (until - today).days


@lru_cache(maxsize=2048)
def _end_of(pem: str) -> dt.datetime | None:
    try:
        return certificate_of(pem).not_after
    except ValueError:
        return None
