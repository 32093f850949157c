"""What the API says of runs."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Sum
from ninja import Schema
from pydantic import Field

from centers.scope import Scope
from extraction.enums import FINISHED, RunState, Trigger
from extraction.models import CenterRun, ExtractionRun


class CenterCounts(Schema):
    """How many centers of a run stand where."""

    all: int
    queued: int
    running: int
    succeeded: int
    failed: int
    skipped: int
    cancelled: int


class RunOut(Schema):
    """One extraction request. It has ended when `is_finished` is true."""

    id: int
    state: RunState
    is_finished: bool
    cancel_requested: bool
    trigger: Trigger
    requested_by: str | None = Field(description="The name of the person; null: nobody, or no longer there.")
    date_from: dt.date
    date_to: dt.date
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    centers: CenterCounts
    entries: int = Field(description="Entries that have landed.")


class RunPage(Schema):
    """Some runs, the latest first."""

    items: list[RunOut]
    next_cursor: str | None


class CenterRunOut(Schema):
    """A run's part for one center."""

    center: str
    state: RunState
    mapping_version: int | None
    attempts: int
    slices: int
    entries: int
    held_slices: int
    rows_without_date: int
    duration_ms: int
    cause: str = Field(description="A code of docs/errors.md, or one of ours; empty: none.")
    message: str
    started_at: dt.datetime | None
    finished_at: dt.datetime | None


class CenterRunPage(Schema):
    """Some parts of a run, by center id."""

    items: list[CenterRunOut]
    next_cursor: str | None


@dataclass(slots=True)
class _Totals:
    states: dict[str, int] = field(default_factory=dict)
    entries: int = 0


def runs_out(runs: Iterable[ExtractionRun], scope: Scope) -> list[RunOut]:
    """The runs with what their parts in `scope` add up to; one query for all of them."""
    shown = list(runs)
    totals = {run.pk: _Totals() for run in shown}
    parts = CenterRun.objects.in_scope(scope).filter(run__in=list(totals)).order_by().values_list("run_id", "state")
    for run_id, state, count, entries in parts.annotate(Count("pk"), Sum("entry_count")):
        totals[run_id].states[state] = count
        totals[run_id].entries += entries
    return [_run_out(run, totals[run.pk]) for run in shown]


def center_run_out(part: CenterRun) -> CenterRunOut:
    """One part; its center and mapping are there already."""
    return CenterRunOut(
        center=part.center.center_id,
        state=RunState(part.state),
        mapping_version=part.mapping.version if part.mapping else None,
        attempts=part.attempts,
        slices=part.slice_count,
        entries=part.entry_count,
        held_slices=part.held_count,
        rows_without_date=part.undated_count,
        duration_ms=part.duration_ms,
        cause=part.error_kind,
        message=part.error_message,
        started_at=part.started_at,
        finished_at=part.finished_at,
    )


def _run_out(run: ExtractionRun, totals: _Totals) -> RunOut:
    counts = {state.value: totals.states.get(state.value, 0) for state in RunState if state != RunState.PARTIAL}
    return RunOut(
        id=run.pk,
        state=RunState(run.state),
        is_finished=run.state in FINISHED,
        cancel_requested=run.cancel_requested,
        trigger=Trigger(run.trigger),
        requested_by=run.requested_by.get_username() if run.requested_by else None,
        date_from=run.date_from,
        date_to=run.date_to,
        requested_at=run.requested_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        centers=CenterCounts(all=sum(totals.states.values()), **counts),
        entries=totals.entries,
    )
