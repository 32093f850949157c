"""What the API says of slices."""

import datetime as dt
from collections.abc import Collection

from ninja import Schema
from pydantic import Field

from extraction.attempts import Attempt
from extraction.models import Slice
from extraction.slice_grid import CenterRow, SliceGrid
from extraction.slice_states import SliceState


class Manifest(Schema):
    """Where what has landed came from."""

    entries: int
    checksum: str = Field(description="SHA-256 over the rows: another one means other rows.")
    extracted_at: dt.datetime
    run: int
    mapping_version: int


class AttemptOut(Schema):
    """The last part of a run that should have read the day and did not."""

    run: int
    state: str
    cause: str
    message: str


class SliceOut(Schema):
    """One center on one business date. It has no manifest when nothing has landed."""

    center: str
    date: dt.date
    state: SliceState
    manifest: Manifest | None
    attempt: AttemptOut | None


class SlicePage(Schema):
    """Some slices by center, then by day."""

    items: list[SliceOut]
    next_cursor: str | None


def slices_out(grid: SliceGrid, states: Collection[SliceState]) -> list[SliceOut]:
    """The slices of `grid` in one of `states` (none: all of them), with their manifests; one query."""
    manifests = _manifests(grid)
    return [
        SliceOut(
            center=row.center.center_id,
            date=day,
            state=row.states[number],
            manifest=manifests.get((row.center.pk, day)),
            attempt=_attempt(row, number),
        )
        for row in grid.rows
        for number, day in enumerate(grid.days)
        if not states or row.states[number] in states
    ]


def _manifests(grid: SliceGrid) -> dict[tuple[int, dt.date], Manifest]:
    landed = Slice.objects.filter(
        center__in=[row.center.pk for row in grid.rows], business_date__range=(grid.days[0], grid.days[-1])
    )
    fields = ("center_id", "business_date", "entry_count", "checksum", "extracted_at", "run_id", "mapping__version")
    return {
        (center_pk, day): Manifest(entries=count, checksum=checksum, extracted_at=at, run=run, mapping_version=version)
        for center_pk, day, count, checksum, at, run, version in landed.order_by().values_list(*fields)
    }


def _attempt(row: CenterRow, number: int) -> AttemptOut | None:
    attempt: Attempt | None = row.attempts.get(number)
    if attempt is None:
        return None
    return AttemptOut(run=attempt.run_id, state=attempt.state, cause=attempt.cause, message=attempt.message)
