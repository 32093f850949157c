"""What runs leave behind for a person, put into an installation's database: breakers, refusals, held days.

Call `fill` in the installation with the run and the centers; nothing of it concerns another center's runs.
"""

import datetime as dt

from django.contrib.auth.models import User
from django.utils import timezone

from centers.models import Center, DatabaseServer, Region
from extraction.breaker_models import Breaker
from extraction.breaker_words import refusal_of
from extraction.causes import Cause
from extraction.enums import BreakerScope, BreakerState, HeldState, RunState
from extraction.held_models import HeldSlice
from extraction.models import CenterRun, ExtractionRun, Slice

_FAR = dt.timedelta(days=365)


def fill(run_pk: int, center_id: str) -> None:
    """A server and a center that are left alone, two centers that the run left alone, and two held days of a center."""
    run = ExtractionRun.objects.get(pk=run_pk)
    region, _ = Region.objects.get_or_create(code="screens", defaults={"name": "Screens"})
    server = DatabaseServer.objects.create(
        code="silent", region=region, host="localhost", user="x", credential="env:IVORIS_PASSWORD"
    )
    centers = [
        Center.objects.create(
            center_id=f"silent_{number}", name="Praxis Nord", server=server, database=f"DB_{number}", state="paused"
        )
        for number in (1, 2)
    ]
    breaker = _breaker(server=server, scope=BreakerScope.SERVER, key=f"server:{server.pk}", state=BreakerState.OPEN)
    half_open = BreakerState.HALF_OPEN
    _breaker(center=centers[0], scope=BreakerScope.CENTER, key=f"center:{centers[0].pk}", state=half_open)
    refusal = refusal_of(breaker)
    for center in centers:
        CenterRun.objects.create(
            run=run, center=center, state=RunState.FAILED, error_kind=Cause.BREAKER.value, error_message=refusal.message
        )
    landed = Slice.objects.select_related("center", "mapping").filter(center__center_id=center_id)[0]
    _held(landed, run, landed.business_date, HeldState.WAITING)
    _held(landed, run, landed.business_date - dt.timedelta(days=1), HeldState.REJECTED)


def _breaker(**fields: object) -> Breaker:
    now = timezone.now()
    return Breaker.objects.create(
        failures=3,
        cause="timeout",
        message="The server did not answer within 15 seconds.",
        opened_at=now,
        next_probe_at=now + _FAR,
        openings=1,
        **fields,
    )


def _held(landed: Slice, run: ExtractionRun, day: dt.date, state: HeldState) -> None:
    is_decided = state is HeldState.REJECTED
    HeldSlice.objects.create(
        center=landed.center,
        business_date=day,
        state=state,
        entry_count=2,
        previous_count=40,
        checksum="0" * 64,
        mapping=landed.mapping,
        run=run,
        extracted_at=timezone.now(),
        decided_by=User.objects.get(username="admin") if is_decided else None,
        decided_at=timezone.now() if is_decided else None,
    )
