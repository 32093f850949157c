"""Who owns a run's work: a claim by conditional UPDATE, a token, and a lease that ends by itself."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.models import ExtractionRun

LEASE = dt.timedelta(seconds=60)
# A queued run older than this may have lost its place in the queue.
LOST_AFTER = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Lease:
    """The proof of a claim; whoever writes for a run shows it in the same transaction."""

    run_id: int
    token: str


def new_token() -> str:
    """A token that nobody else has."""
    return secrets.token_hex(16)


def claim(run_id: int, token: str = "") -> Lease | None:
    """Take a run that is queued, or whose owner let the lease end. None when there is nothing to take."""
    lease, now = Lease(run_id, token or new_token()), timezone.now()
    taken = ExtractionRun.objects.filter(free(now), pk=run_id).update(
        state=RunState.RUNNING,
        lease_token=lease.token,
        lease_until=now + LEASE,
        started_at=Coalesce("started_at", now),
    )
    return lease if taken == 1 else None


def renew(lease: Lease) -> None:
    """Prove the lease and make it longer. Raises LeaseLostError when another process has the run, or it has ended.

    Inside a transaction this locks the run's row, so that nobody can take the run over before the commit.
    """
    held = ExtractionRun.objects.filter(pk=lease.run_id, lease_token=lease.token, state=RunState.RUNNING)
    if held.update(lease_until=timezone.now() + LEASE) != 1:
        raise LeaseLostError(_("Another process has taken the run over."))


def is_free(run_id: int) -> bool:
    """True when a claim would succeed now."""
    return ExtractionRun.objects.filter(free(timezone.now()), pk=run_id).exists()


def abandoned_since(run: ExtractionRun) -> dt.datetime | None:
    """When the lease of a run ended that nobody has finished; None while somebody works on it."""
    if run.state != RunState.RUNNING or run.lease_until is None or run.lease_until >= timezone.now():
        return None
    return run.lease_until


def stale_runs() -> list[int]:
    """Runs whose owner has fallen silent, and those that nobody has taken for too long."""
    now = timezone.now()
    silent = Q(state=RunState.RUNNING, lease_until__lt=now)
    lost = Q(state=RunState.QUEUED, requested_at__lt=now - LOST_AFTER)
    return list(ExtractionRun.objects.filter(silent | lost).order_by("pk").values_list("pk", flat=True))


def free(now: dt.datetime) -> Q:
    """The runs that nobody works on at `now`: queued ones, and those whose owner let the lease end."""
    return Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, lease_until__lt=now)
