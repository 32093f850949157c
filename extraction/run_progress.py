"""How far a run is, in numbers, and its centers page by page: asked every two seconds by whoever watches it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Sum, When
from django.utils.http import urlencode

from centers.scope import Scope
from extraction.breaker_words import RefusalGroup, refusal_groups
from extraction.causes import Cause
from extraction.day_ranges import read_ranges
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun

# Rendering a center costs half a millisecond, for each of those who watch.
CENTERS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many parts of a run stand where."""

    all: int = 0
    finished: int = 0
    succeeded: int = 0
    failed: int = 0
    skipped: int = 0
    running: int = 0
    again: int = 0
    entries: int = 0
    # Slices that have landed, and all that are to be read.
    slices: int = 0
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class PartFilter:
    """Which centers of a run are listed; empty texts: all."""

    state: str = ""
    cause: str = ""

    @classmethod
    def of(cls, asked: Any) -> "PartFilter":
        """From the address; a state that there is not lists all."""
        state = asked.get("state", "")
        return cls(state if state in RunState.values else "", asked.get("cause", "")[:40])

    @property
    def querystring(self) -> str:
        """For the address of a page."""
        return urlencode({name: value for name, value in (("state", self.state), ("cause", self.cause)) if value})

    def parts(self, run: ExtractionRun, scope: Scope) -> QuerySet[CenterRun]:
        """The centers in `scope`, failed ones first."""
        wanted = {"state": self.state, "error_kind": self.cause}
        found = _parts(run, scope).filter(**{name: value for name, value in wanted.items() if value})
        is_behind = Case(When(state=RunState.FAILED, then=0), default=1, output_field=IntegerField())
        return found.select_related("center").order_by(is_behind, "center__center_id")


def counts_of(run: ExtractionRun, scope: Scope) -> RunCounts:
    """Of the centers in `scope`. One query, whose answer has a row for each state and choice of days."""
    sums: dict[str, int] = dict.fromkeys(RunState.values, 0)
    entries = slices = wanted = 0
    groups = _parts(run, scope).order_by().values_list("state", "days")
    for state, days, count, landed, rows in groups.annotate(Count("pk"), Sum("slice_count"), Sum("entry_count")):
        sums[state] += count
        slices, entries = slices + landed, entries + rows
        if state != RunState.SKIPPED:
            wanted += count * _day_count(run, days)
    unfinished = sums[RunState.QUEUED] + sums[RunState.RUNNING]
    everything = sum(sums.values())
    return RunCounts(
        all=everything,
        finished=everything - unfinished,
        succeeded=sums[RunState.SUCCEEDED],
        failed=sums[RunState.FAILED],
        skipped=sums[RunState.SKIPPED],
        running=sums[RunState.RUNNING],
        again=sums[RunState.FAILED] + sums[RunState.CANCELLED],
        entries=entries,
        slices=slices,
        wanted=wanted,
    )


def with_run(parts: Iterable[CenterRun], run: ExtractionRun) -> list[CenterRun]:
    """The same parts, none of which asks for its run once more."""
    found = list(parts)
    for part in found:
        part.run = run
    return found


def refusals(run: ExtractionRun, scope: Scope, counts: RunCounts) -> list[RefusalGroup]:
    """What was left alone for the same reason; no query while nothing failed."""
    return refusal_groups(_parts(run, scope).filter(error_kind=Cause.BREAKER.value)) if counts.failed else []


def _parts(run: ExtractionRun, scope: Scope) -> QuerySet[CenterRun]:
    return CenterRun.objects.in_scope(scope).filter(run=run)


def _day_count(run: ExtractionRun, days: str) -> int:
    ranges = read_ranges(days)
    if not ranges:
        return (run.date_to - run.date_from).days + 1
    return sum((part.last - part.first).days + 1 for part in ranges)
