"""Is a business date complete? What each center has on it, and why something is missing."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum
from django.db.models.lookups import In
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.agreements import agreement_problem
from centers.models import Center
from centers.scope import Scope
from extraction.causes import Cause, cause_label
from extraction.models import Slice
from extraction.slice_grid import CenterRow, closed_reason, slice_grid
from extraction.slice_states import NOTHING, SLICE_BADGES, SLICE_STATE_LABELS, SliceState


class DayState(StrEnum):
    """What a center has on a day; the values are those of the addresses' `state`."""

    OK = "ok"
    ATTENTION = "attention"
    FAILED = "failed"
    PAUSED = "paused"
    NEVER = "never"
    CLOSED = "closed"
    DELETED = "deleted"


DAY_STATE_LABELS: dict[DayState, Promise] = {
    DayState.OK: _("complete"),
    DayState.ATTENTION: _("need attention"),
    DayState.FAILED: _("failed"),
    DayState.PAUSED: _("paused"),
    DayState.NEVER: _("never ran"),
    DayState.CLOSED: _("closed"),
    DayState.DELETED: _("deleted"),
}
# The badge of each state (dentalhub.states).
BADGES = {DayState.ATTENTION: "warning", DayState.NEVER: "empty"}
_DAY_STATES = {
    SliceState.FAILED: DayState.FAILED,
    SliceState.LANDED: DayState.OK,
    SliceState.EMPTY: DayState.OK,
    SliceState.CLOSED: DayState.CLOSED,
    SliceState.PAUSED: DayState.PAUSED,
    SliceState.DELETED: DayState.DELETED,
}
_CAUSES = {SliceState.HELD: Cause.HELD, SliceState.UNUSUAL: Cause.UNUSUAL}


@dataclass(frozen=True, slots=True)
class CenterDay:
    """One center on one day. `entry_count` is None without a slice; `cause` and `message` say what is wrong or why."""

    center_id: str
    name: str
    state: DayState
    slice_state: SliceState
    entry_count: int | None = None
    cause: str = ""
    message: str = ""
    run_id: int | None = None

    @property
    def label(self) -> str:
        """The state of its slice in words."""
        return str(SLICE_STATE_LABELS[self.slice_state])

    @property
    def badge(self) -> str:
        """The code of that state for `includes/status_badge.html`."""
        return SLICE_BADGES.get(self.slice_state, self.slice_state.value)

    @property
    def cause_label(self) -> str:
        """The cause in a few words; empty when there is none."""
        return cause_label(self.cause) if self.cause else ""


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Centers that lack the day for the same reason."""

    cause: str
    label: str
    centers: int


@dataclass(frozen=True, slots=True)
class DayReport:
    """All centers on one day, in the order of their ids."""

    day: dt.date
    centers: tuple[CenterDay, ...]

    @property
    def is_complete(self) -> bool:
        """True when every active center that was open has its slice, and none waits for a person."""
        return all(
            center.state in {DayState.OK, DayState.PAUSED, DayState.CLOSED, DayState.DELETED} for center in self.centers
        )

    @property
    def is_closed(self) -> bool:
        """True when no center was open that day, and none has landed anything."""
        return {center.state for center in self.centers} - {DayState.PAUSED} == {DayState.CLOSED}

    @property
    def entry_count(self) -> int:
        """All chart entries of the day."""
        return sum(center.entry_count or 0 for center in self.centers)

    def count(self, state: DayState) -> int:
        """How many centers are in `state`."""
        return sum(1 for center in self.centers if center.state is state)

    def causes(self) -> list[CauseGroup]:
        """What is wrong, the most frequent first: one line for fourteen centers with the same trouble."""
        troubled = Counter(center.cause for center in self.centers if center.cause and center.state != DayState.PAUSED)
        return [CauseGroup(cause, cause_label(cause), count) for cause, count in troubled.most_common()]


def day_report(day: dt.date, scope: Scope, *, with_runs: bool = False) -> DayReport:
    """The state of every center of `scope` on `day`, in four queries whatever their number; `with_runs` asks one more.

    Without it only what has not landed names its run.
    """
    landed = Slice.objects.in_scope(scope).filter(business_date=day).order_by() if with_runs else Slice.objects.none()
    run_of = dict(landed.values_list("center_id", "run_id"))
    ever = Exists(Slice.objects.filter(center=OuterRef("pk")))
    rows = slice_grid(day, day, Center.objects.in_scope(scope).annotate(has_landed=ever)).rows
    return DayReport(day, tuple(_center_day(row, day, run_of.get(row.center.pk)) for row in rows))


def _center_day(row: CenterRow, day: dt.date, run_id: int | None) -> CenterDay:
    center, state, attempt = row.center, row.states[0], row.attempts.get(0)
    found = _DAY_STATES.get(state, DayState.ATTENTION)
    if state is SliceState.MISSING and attempt is None and not getattr(center, "has_landed", True):
        found = DayState.NEVER
    cause = _CAUSES.get(state, "")
    message = closed_reason(center, day) if state is SliceState.CLOSED else ""
    if state in {SliceState.FAILED, SliceState.MISSING, SliceState.RUNNING}:
        cause = (attempt.cause if attempt else "") or Cause.MISSING
        message = attempt.message if attempt else ""
        run_id = attempt.run_id if attempt else None
    # Nothing is asked of such a center, so that no run says why.
    if cause == Cause.MISSING and (problem := agreement_problem(center)):
        cause, message = Cause.AGREEMENT, problem
    count = None if row.counts[0] == NOTHING else row.counts[0]
    return CenterDay(center.center_id, center.name, found, state, count, str(cause), message, run_id)


@dataclass(frozen=True, slots=True)
class LandedDay:
    """How many slices and entries one business date has, as `entry_charts.Counted` wants it."""

    day: dt.date
    centers: int
    entries: int


def last_days(count: int, scope: Scope) -> list[LandedDay]:
    """The last `count` business dates that have slices in `scope`, the newest first; one query."""
    days = _newest_first(scope).values("business_date")
    totals = days.annotate(centers=Count("pk"), entries=Sum("entry_count"))[:count]
    return [LandedDay(row["business_date"], row["centers"], row["entries"]) for row in totals]


def _newest_first(scope: Scope) -> QuerySet[Slice]:
    """The slices of `scope` by date, so that a database can stop after a few days."""
    ordered = Slice.objects.order_by("-business_date")
    if scope.all_regions:
        return ordered
    centers = Center.objects.in_scope(scope).order_by().values("pk")
    # As in `entry_windows`: by the centers themselves a database would read all of their slices, and sort them.
    return ordered.filter(In(F("center_id") + 0, centers))
