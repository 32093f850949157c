"""How far a batch is and what became of it, in numbers and in words."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centers.connection_report import Step
from centers.enums import BatchAction, BatchItemState
from centers.exceptions import SourceErrorKind
from centers.models import CenterBatch, CenterBatchItem
from centers.scope import Scope
from centers.source_errors import advice

# A worker that is there begins within a second.
WORKER_WAIT = dt.timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How many centers there are in each state; `no_worker_since`: nobody has tested any since then."""

    succeeded: int = 0
    failed: int = 0
    unchanged: int = 0
    waiting: int = 0
    running: int = 0
    chosen: int = 0
    no_worker_since: dt.datetime | None = None

    @property
    def all(self) -> int:
        """All centers."""
        return self.finished + self.waiting + self.chosen

    @property
    def finished(self) -> int:
        """Those of which something has become."""
        return self.succeeded + self.failed + self.unchanged

    @property
    def is_finished(self) -> bool:
        """True when nothing will happen any more by itself."""
        return not self.waiting


def items_of(batch: CenterBatch, scope: Scope) -> QuerySet[CenterBatchItem]:
    """The centers of `batch` in `scope`."""
    return CenterBatchItem.objects.in_scope(scope).filter(batch=batch)


def progress_of(batch: CenterBatch, scope: Scope, now: dt.datetime | None = None) -> BatchProgress:
    """One query."""
    moment = now or timezone.now()
    waits = Q(state=BatchItemState.QUEUED)
    counts = {
        "succeeded": Q(state=BatchItemState.SUCCEEDED),
        "failed": Q(state=BatchItemState.FAILED),
        "unchanged": Q(state=BatchItemState.UNCHANGED),
        "waiting": waits,
        "running": waits & Q(claimed_until__gte=moment),
        "chosen": Q(state=BatchItemState.CHOSEN),
    }
    wanted = {name: Count("pk", filter=condition) for name, condition in counts.items()}
    row = items_of(batch, scope).order_by().aggregate(last_end=Max("finished_at"), **wanted)
    last_sign = max(filter(None, (batch.asked_at, row.pop("last_end"))))
    is_silent = row["waiting"] and not row["running"] and moment - last_sign > WORKER_WAIT
    return BatchProgress(**row, no_worker_since=last_sign if is_silent else None)


def told(batch: CenterBatch, progress: BatchProgress) -> list[str]:
    """What became of it, in whole sentences with exact counts; nothing while it goes on."""
    if batch.action == BatchAction.RUN or not progress.is_finished:
        return []
    done = {"done": progress.succeeded, "all": progress.all}
    if batch.action == BatchAction.TEST:
        text = ngettext(
            "%(done)d of %(all)d center can be reached.", "%(done)d of %(all)d centers can be reached.", progress.all
        )
        return [text % done]
    if batch.action == BatchAction.PAUSE:
        text = ngettext(
            "%(done)d of %(all)d center was paused.", "%(done)d of %(all)d centers were paused.", progress.all
        )
        already = ngettext("%(count)d was paused already.", "%(count)d were paused already.", progress.unchanged)
    else:
        text = ngettext(
            "%(done)d of %(all)d center was resumed.", "%(done)d of %(all)d centers were resumed.", progress.all
        )
        already = ngettext("%(count)d was active already.", "%(count)d were active already.", progress.unchanged)
    return [text % done, *([already % {"count": progress.unchanged}] if progress.unchanged else [])]


def what_happened(item: CenterBatchItem) -> str:
    """What a test found, or what to do next, in one sentence."""
    if item.state == BatchItemState.SUCCEEDED and item.step:
        return _("It works; the step “%(step)s” has a remark on the center's page.") % {"step": Step(item.step).label}
    if item.error_kind not in set(SourceErrorKind):
        return ""
    text = advice(SourceErrorKind(item.error_kind))
    return f"{Step(item.step).label}: {text}" if item.step in Step.values else text
