"""Is a business date complete? What each center has on it, and why something is missing."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.enums import CenterState
from centers.models import Center
from extraction.causes import Cause, cause_label
from extraction.enums import RunState
from extraction.models import CenterRun, Slice


class DayState(StrEnum):
    """What a center has on a day; the values are those of the addresses' `state`."""

    OK = "ok"
    ATTENTION = "attention"
    FAILED = "failed"
    PAUSED = "paused"
    NEVER = "never"


DAY_STATE_LABELS: dict[DayState, Promise] = {
    DayState.OK: _("complete"),
    DayState.ATTENTION: _("need attention"),
    DayState.FAILED: _("failed"),
    DayState.PAUSED: _("paused"),
    DayState.NEVER: _("never ran"),
}
# The badge of each state (dentalhub.states).
BADGES = {DayState.ATTENTION: "warning", DayState.NEVER: "empty"}


@dataclass(frozen=True, slots=True)
class CenterDay:
    """One center on one day. `entry_count` is None without a slice; `cause` and `message` then say why."""

    center_id: str
    name: str
    state: DayState
    entry_count: int | None = None
    cause: str = ""
    message: str = ""
    run_id: int | None = None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(DAY_STATE_LABELS[self.state])

    @property
    def badge(self) -> str:
        """The state's code for `includes/status_badge.html`."""
        return BADGES.get(self.state, self.state.value)

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
        """True when every active center has its slice."""
        return all(center.state in {DayState.OK, DayState.PAUSED} for center in self.centers)

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


def day_report(day: dt.date) -> DayReport:
    """The state of every center on `day`, in four queries whatever their number."""
    landed = {part.center_id: part for part in Slice.objects.filter(business_date=day).only(*_SLICE_FIELDS)}
    ever_landed = set(Slice.objects.order_by().values_list("center_id", flat=True).distinct())
    covering = CenterRun.objects.filter(run__date_from__lte=day, run__date_to__gte=day)
    # A later run hides an earlier one.
    latest = {part.center_id: part for part in covering.order_by("pk")}
    return DayReport(
        day,
        tuple(
            _center_day(center, landed.get(center.pk), latest.get(center.pk), center.pk in ever_landed)
            for center in Center.objects.only("center_id", "name", "state").order_by("center_id")
        ),
    )


_SLICE_FIELDS = ("center_id", "business_date", "entry_count", "run_id")


def _center_day(center: Center, landed: Slice | None, latest: CenterRun | None, has_ever: bool) -> CenterDay:
    count = landed.entry_count if landed else None
    run_id = landed.run_id if landed else latest.run_id if latest else None
    if center.state == CenterState.PAUSED:
        return CenterDay(center.center_id, center.name, DayState.PAUSED, count, run_id=run_id)
    if landed is not None:
        return CenterDay(center.center_id, center.name, DayState.OK, count, run_id=run_id)
    if latest is None:
        state = DayState.ATTENTION if has_ever else DayState.NEVER
        return CenterDay(center.center_id, center.name, state, cause=Cause.MISSING.value)
    state = DayState.FAILED if latest.state == RunState.FAILED else DayState.ATTENTION
    cause = latest.error_kind or Cause.MISSING.value
    return CenterDay(center.center_id, center.name, state, None, cause, latest.error_message, run_id)


@dataclass(frozen=True, slots=True)
class LandedDay:
    """How many slices and entries one business date has."""

    day: dt.date
    centers: int
    entries: int


def last_days(count: int) -> list[LandedDay]:
    """The last `count` business dates that have slices, the newest first; one query."""
    days = Slice.objects.order_by("-business_date").values("business_date")
    totals = days.annotate(centers=Count("pk"), entries=Sum("entry_count"))[:count]
    return [LandedDay(row["business_date"], row["centers"], row["entries"]) for row in totals]
