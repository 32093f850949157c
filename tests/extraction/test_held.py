"""A slice that lost more than half of its entries waits for a person; the one that is there stays visible."""

import dataclasses
import datetime as dt

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from dentalhub.models import AuditEvent
from extraction.enums import HeldState
from extraction.exceptions import HeldSliceError
from extraction.held import accept, reject
from extraction.held_rules import FEW_ENTRIES, is_suspicious
from extraction.held_slices import content_of, entries_of
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import CenterRun, ChartEntry, ExtractionRun, HeldSlice, Slice
from extraction.reader import CenterTask
from extraction.rows import EntryRow, SliceRows
from tests.extraction.builders import FRIDAY, entry, success
from tests.extraction.conftest import TaskOf

texts = st.text(max_size=20)
entries = st.builds(EntryRow, texts, texts, texts, texts, texts, st.lists(texts, max_size=3).map(tuple))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (FEW_ENTRIES, 0, False),
        (FEW_ENTRIES + 1, 0, True),
        (100, 49, True),
        (100, 50, False),
        (100, 100, False),
        (100, 300, False),
        (0, 0, False),
    ],
)
def test_what_is_suspicious(before: int, after: int, expected: bool) -> None:
    assert is_suspicious(before, after) is expected


@given(st.lists(entries, max_size=5).map(tuple))
def test_held_entries_come_back_as_they_were(rows: tuple[EntryRow, ...]) -> None:
    assert entries_of(content_of(SliceRows(FRIDAY, rows))) == rows


@pytest.fixture
def task(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> CenterTask:
    """The first center's task; 30 entries of its Friday have landed."""
    found = task_of(run.center_runs.select_related("center")[0])
    _land(found, lease, 30)
    return found


def _land(task: CenterTask, lease: Lease, count: int, *, text: str = "Befund", hours: int = 0) -> None:
    result = success(task, *(entry(text=f"{text} {number}", row=f"{number}") for number in range(count)))
    later = dataclasses.replace(result, read_at=result.read_at + dt.timedelta(hours=hours))
    assert land([later], {lease.shard_id: lease}) == set()


def _visible(task: CenterTask) -> tuple[int, int]:
    manifest = Slice.objects.get(center_id=task.center_pk, business_date=FRIDAY)
    return manifest.entry_count, ChartEntry.objects.filter(center_id=task.center_pk, business_date=FRIDAY).count()


def test_slice_that_shrank_is_held_and_the_old_one_stays(task: CenterTask, lease: Lease) -> None:
    _land(task, lease, 3, hours=1)
    held = HeldSlice.objects.get()
    assert (held.entry_count, held.previous_count, held.state) == (3, 30, HeldState.WAITING)
    assert _visible(task) == (30, 30)
    part = CenterRun.objects.get(pk=task.center_run_id)
    assert (part.held_count, part.state) == (1, "succeeded")


def test_slice_that_became_empty_is_held(task: CenterTask, lease: Lease) -> None:
    _land(task, lease, 0, hours=1)
    assert HeldSlice.objects.get().entry_count == 0
    assert _visible(task) == (30, 30)


def test_what_comes_later_and_is_whole_replaces_both(task: CenterTask, lease: Lease) -> None:
    _land(task, lease, 3, hours=1)
    _land(task, lease, 31, hours=2)
    assert not HeldSlice.objects.exists()
    assert _visible(task) == (31, 31)


def test_newer_held_slice_replaces_an_older_one(task: CenterTask, lease: Lease) -> None:
    _land(task, lease, 3, hours=1)
    _land(task, lease, 4, hours=2)
    assert HeldSlice.objects.get().entry_count == 4


def test_accepted_slice_replaces_the_visible_one(task: CenterTask, lease: Lease, admin: User) -> None:
    _land(task, lease, 3, hours=1)
    held = HeldSlice.objects.get()
    accept(held, admin)
    assert _visible(task) == (3, 3)
    manifest = Slice.objects.get(center_id=task.center_pk, business_date=FRIDAY)
    assert (manifest.checksum, manifest.extracted_at) == (held.checksum, held.extracted_at)
    assert not HeldSlice.objects.exists()
    event = AuditEvent.objects.get(action="slice.accepted")
    assert (event.actor, event.details["entries"], event.details["previous"]) == (admin, 3, 30)


def test_rejected_slice_stays_away_also_when_it_comes_again(task: CenterTask, lease: Lease, admin: User) -> None:
    _land(task, lease, 3, hours=1)
    reject(HeldSlice.objects.get(), admin)
    _land(task, lease, 3, hours=2)
    held = HeldSlice.objects.get()
    assert (held.state, held.content, held.decided_by) == (HeldState.REJECTED, "", admin)
    assert _visible(task) == (30, 30)
    _land(task, lease, 2, hours=3)
    assert HeldSlice.objects.get().state == HeldState.WAITING


@pytest.mark.parametrize("decide", [accept, reject])
def test_second_person_decides_nothing(decide: object, task: CenterTask, lease: Lease, admin: User) -> None:
    _land(task, lease, 3, hours=1)
    first, second = HeldSlice.objects.get(), HeldSlice.objects.get()
    accept(first, admin)
    with pytest.raises(HeldSliceError):
        decide(second, admin)  # type: ignore[operator]
    assert _visible(task) == (3, 3)


def test_decision_about_what_was_held_before_is_none(task: CenterTask, lease: Lease, admin: User) -> None:
    _land(task, lease, 3, hours=1)
    seen = HeldSlice.objects.get()
    _land(task, lease, 4, hours=2)
    with pytest.raises(HeldSliceError):
        accept(seen, admin)
    assert _visible(task) == (30, 30)


def test_what_was_read_earlier_does_not_replace_what_was_read_later(task: CenterTask, lease: Lease) -> None:
    _land(task, lease, 25, text="später", hours=2)
    _land(task, lease, 28, text="früher", hours=1)
    _land(task, lease, 0, hours=1)
    assert _visible(task) == (25, 25)
    assert not HeldSlice.objects.exists()
    first = ChartEntry.objects.filter(center_id=task.center_pk).order_by("position")[0]
    assert first.chart_entry == "später 0"
