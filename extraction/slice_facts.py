"""Everything that is known of one slice: its state and why, its manifest, and who tried to read it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from centers.models import Center
from centers.opening import OpeningDays
from extraction.attempts import Attempt
from extraction.enums import HeldState
from extraction.models import AcceptedSlice, CenterRun, HeldSlice, Slice, SliceChange
from extraction.slice_grid import center_row, closed_reason
from extraction.slice_states import HISTORY_DAYS, SLICE_BADGES, SLICE_STATE_LABELS, SliceState, open_counts, usual_count

LAST_ATTEMPTS = 50
LAST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A person's word that a slice is right; `by` is empty when nobody knows any more whose."""

    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class SliceFacts:
    """One center on one business date. `landed` is None when nothing landed; `usual` when nobody knows."""

    center: Center
    day: dt.date
    state: SliceState
    usual: int | None
    closed: str
    landed: Slice | None
    reading: CenterRun | None
    held: HeldSlice | None
    accepted: Acceptance | None
    attempt: Attempt | None
    attempts: list[CenterRun]
    changes: list[SliceChange]

    @property
    def label(self) -> str:
        """The state in words."""
        return str(SLICE_STATE_LABELS[self.state])

    @property
    def badge(self) -> str:
        """The state's code for `includes/status_badge.html`."""
        return SLICE_BADGES.get(self.state, self.state.value)

    @property
    def is_unusual(self) -> bool:
        """True when a person may accept it."""
        return self.state is SliceState.UNUSUAL


def slice_facts(center: Center, day: dt.date) -> SliceFacts:
    """What is known of `center` on `day`; a constant number of queries."""
    row = center_row(center, day)
    on_day = {"center": center, "business_date": day}
    # An acceptance holds as long as the rows are the same.
    accepted = AcceptedSlice.objects.filter(**on_day, checksum=OuterRef("checksum"))
    landed = (
        Slice.objects.filter(**on_day)
        .select_related("run", "mapping")
        .defer("mapping__content")
        .annotate(accepted_at=Subquery(accepted.values("accepted_at")[:1]))
        .annotate(accepted_by=Subquery(accepted.values("accepted_by__username")[:1]))
        .first()
    )
    covering = CenterRun.objects.filter(center=center, run__date_from__lte=day, run__date_to__gte=day)
    parts = covering.select_related("run", "mapping").defer("mapping__content").order_by("-pk")[:LAST_ATTEMPTS]
    # A run may have left out this day of its range.
    attempts = [part for part in parts if any(day in days for days in part.ranges)]
    return SliceFacts(
        center=center,
        day=day,
        state=row.states[0],
        usual=_usual(center, row.past, day),
        closed=closed_reason(center, day),
        landed=landed,
        reading=next((part for part in attempts if landed and part.run_id == landed.run_id), None),
        held=HeldSlice.objects.filter(**on_day, state=HeldState.WAITING).defer("content").first(),
        accepted=Acceptance(landed.accepted_by or "", landed.accepted_at) if landed and landed.accepted_at else None,
        attempt=row.attempts.get(0),
        attempts=attempts,
        changes=list(SliceChange.objects.filter(**on_day).select_related("run").order_by("-pk")[:LAST_CHANGES]),
    )


def _usual(center: Center, past: list[int], day: dt.date) -> int | None:
    opening = OpeningDays(center.area, center.closing_days)
    closed = opening.closed_days(day - dt.timedelta(days=HISTORY_DAYS), day - dt.timedelta(days=1))
    return usual_count(open_counts(past, closed))
