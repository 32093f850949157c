"""How far a discovery in the background is, for the page that shows it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.enums import CenterState
from centers.scope import Scope
from mappings.discovery_items import NOT_PROPOSED, PAUSED
from mappings.enums import DiscoveryState
from mappings.models import DiscoveryItem, DiscoveryJob

# A worker that is there begins within a second.
WORKER_WAIT = dt.timedelta(seconds=20)
# What came to nothing is tried again with one of the next minutes' ticks.
RETRY_WAIT = dt.timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class DiscoveryProgress:
    """How many centers there are in each state. `running`: being looked at; `retried`: tried before, and again soon;
    `again`: what a person may ask for once more, the failed ones and those that were paused and are not now.

    `no_worker_since`: nobody has looked at any of the centers that wait since then.
    """

    succeeded: int = 0
    failed: int = 0
    skipped: int = 0
    waiting: int = 0
    running: int = 0
    retried: int = 0
    again: int = 0
    no_worker_since: dt.datetime | None = None

    @property
    def all(self) -> int:
        """All centers."""
        return self.finished + self.waiting

    @property
    def finished(self) -> int:
        """Those of which something has become."""
        return self.succeeded + self.failed + self.skipped

    @property
    def is_finished(self) -> bool:
        """True when nothing will happen any more by itself."""
        return not self.waiting


def items_of(job: DiscoveryJob, scope: Scope) -> QuerySet[DiscoveryItem]:
    """The centers of `job` in `scope`."""
    return DiscoveryItem.objects.in_scope(scope).filter(job=job)


def progress_of(job: DiscoveryJob, scope: Scope, now: dt.datetime | None = None) -> DiscoveryProgress:
    """One query."""
    moment = now or timezone.now()
    waits = Q(state=DiscoveryState.QUEUED)
    is_held = Q(center__schema_watch__claimed_until__gte=moment)
    came_to_nothing = Q(state__in=(DiscoveryState.FAILED, DiscoveryState.SKIPPED), center__state=CenterState.ACTIVE)
    counts = {
        "succeeded": Q(state=DiscoveryState.SUCCEEDED),
        "failed": Q(state=DiscoveryState.FAILED),
        "skipped": Q(state=DiscoveryState.SKIPPED),
        "waiting": waits,
        "running": waits & is_held,
        "retried": waits & ~is_held & Q(center__schema_watch__attempts__gt=0),
        "again": came_to_nothing,
    }
    wanted = {name: Count("pk", filter=condition) for name, condition in counts.items()}
    row = items_of(job, scope).order_by().aggregate(last_end=Max("finished_at"), **wanted)
    last_sign = max(filter(None, (job.asked_at, row.pop("last_end"))))
    patience = RETRY_WAIT if row["retried"] == row["waiting"] else WORKER_WAIT
    is_silent = row["waiting"] and not row["running"] and moment - last_sign > patience
    return DiscoveryProgress(**row, no_worker_since=last_sign if is_silent else None)


def what_happened(item: DiscoveryItem) -> str:
    """Why there is no result, in one sentence; empty where there is one or will be."""
    if item.error_kind == PAUSED:
        return _("The center is paused.")
    if item.error_kind == NOT_PROPOSED:
        return _("The schema was read, but no mapping could be proposed. The log says why.")
    return item.error_message
