"""The last parts of runs that should have read a day and did not."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from extraction.day_ranges import DayRange, read_ranges
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun


@dataclass(frozen=True, slots=True)
class Attempt:
    """A part of a run that has landed nothing of a day, at least not yet."""

    run_id: int
    state: str
    cause: str
    message: str


def last_attempts(first: dt.date, last: dt.date, centers: dict[str, Any]) -> dict[int, dict[dt.date, Attempt]]:
    """By center and day from `first` to `last`; a later run hides an earlier one. `centers` filters their parts."""
    # Runs first, which are few: their parts are found by their key, and the order is made here.
    covering = ExtractionRun.objects.filter(date_from__lte=last, date_to__gte=first).order_by()
    parts = CenterRun.objects.filter(run__in=covering.values("pk"), **centers).order_by()
    fields = ("pk", "center_id", "run__date_from", "run__date_to", "days", "run_id")
    why = ("state", "error_kind", "error_message")
    attempts: defaultdict[int, dict[dt.date, Attempt]] = defaultdict(dict)
    # What succeeded has left a slice.
    for _pk, center_pk, begins, ends, days, *rest in sorted(
        parts.exclude(state=RunState.SUCCEEDED).values_list(*fields, *why)
    ):
        attempt, own = Attempt(*rest), attempts[center_pk]
        for part in read_ranges(days) or (DayRange(begins, ends),):
            day = max(part.first, first)
            while day <= min(part.last, last):
                own[day] = attempt
                day += dt.timedelta(days=1)
    return dict(attempts)
