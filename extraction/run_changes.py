"""What a run found changed on days that had landed before."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Sum

from centers.scope import Scope
from extraction.models import ExtractionRun, SliceChange
from extraction.row_changes import RowChanges

# A page lists so many slices of a run; the rest is in the counts, and on the pages of the slices.
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class DayChanges:
    """What changed on one day; a day is listed twice when a worker that took over has read it once more."""

    day: dt.date
    rows: RowChanges
    count_before: int
    count_after: int
    is_remapped: bool


@dataclass(slots=True)
class CenterChanges:
    """What changed in one center: on how many days, all rows together, and the listed ones of the days."""

    day_count: int
    rows: RowChanges
    days: list[DayChanges] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many days are not listed."""
        return self.day_count - len(self.days)


def changes_of(
    run: ExtractionRun, scope: Scope, listed: Sequence[int] | None = None, most_listed: int | None = MOST_LISTED
) -> dict[int, CenterChanges]:
    """By the primary key of each center in `scope`; centers without changes have none. At most two queries.

    `listed` are the centers whose days are listed; None: all.
    """
    own = SliceChange.objects.in_scope(scope).filter(run=run).order_by().values_list("center_id")
    totals = own.annotate(Count("pk"), Sum("added"), Sum("removed"), Sum("changed"))
    found = {
        center_pk: CenterChanges(days, RowChanges(added, removed, changed))
        for center_pk, days, added, removed, changed in totals
    }
    if found:
        for center_pk, days in _days(run, scope, listed, most_listed).items():
            found[center_pk].days = days
    return found


def _days(
    run: ExtractionRun, scope: Scope, listed: Sequence[int] | None, most: int | None
) -> dict[int, list[DayChanges]]:
    days: defaultdict[int, list[DayChanges]] = defaultdict(list)
    own = SliceChange.objects.in_scope(scope).filter(run=run)
    if listed is not None:
        own = own.filter(center__in=listed)
    for row in own.order_by("center_id", "business_date", "pk")[:most]:
        rows = RowChanges(row.added, row.removed, row.changed)
        counts = row.count_before, row.count_after
        days[row.center_id].append(DayChanges(row.business_date, rows, *counts, row.is_remapped))
    return dict(days)
