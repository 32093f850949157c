"""A day that is read again leaves in its history what has changed since, as counts."""

import dataclasses
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.scope import EVERYTHING
from extraction.held import accept
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import ChartEntry, ExtractionRun, HeldSlice, SliceChange
from extraction.reader import CenterTask
from extraction.row_changes import RowChanges
from extraction.rows import EntryRow
from extraction.run_changes import changes_of
from tests.extraction.builders import FRIDAY, entry, success
from tests.extraction.conftest import TaskOf

OLD = (entry("7", "alt", row="1"), entry("8", "Füllung", row="2", codes=("Ä1", "2060")), entry("9", "", row="3"))


@pytest.fixture
def tasks(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> list[CenterTask]:
    """The tasks of the centers; on Friday of the first and second OLD has landed."""
    found = [task_of(part) for part in run.center_runs.select_related("center")]
    _land(found[0], lease, OLD)
    _land(found[1], lease, OLD)
    return found


def _land(task: CenterTask, lease: Lease, entries: Sequence[EntryRow]) -> None:
    assert land([success(task, *entries)], {lease.shard_id: lease}) == set()


def _history() -> list[tuple[int, ...]]:
    fields = ("center_id", "count_before", "count_after", "added", "removed", "changed")
    return list(SliceChange.objects.order_by("pk").values_list(*fields))


def test_first_landing_has_no_history(tasks: list[CenterTask]) -> None:
    assert _history() == []


def test_same_rows_leave_no_history_and_are_not_read_back(tasks: list[CenterTask], lease: Lease) -> None:
    with CaptureQueriesContext(connection) as queries:
        _land(tasks[0], lease, OLD)
    assert _history() == []
    table = ChartEntry._meta.db_table
    assert [query["sql"] for query in queries if table in query["sql"]] == []


def test_counts_of_rows_added_removed_and_changed(tasks: list[CenterTask], lease: Lease, run: ExtractionRun) -> None:
    new = (OLD[0], entry("8", "Füllung, poliert", row="2", codes=("Ä1", "2060")), entry("9", "neu", row="4"))
    _land(tasks[0], lease, new)
    assert _history() == [(tasks[0].center_pk, 3, 3, 1, 1, 1)]
    found = SliceChange.objects.get()
    assert (found.business_date, found.run, found.is_remapped) == (FRIDAY, run, False)
    assert str(found) == "center_01 2026-11-20 +1 -1 ~1"


@pytest.mark.parametrize(
    "changed",
    [
        OLD[1]._replace(patient_id="80"),
        OLD[1]._replace(insurance_status="PKV"),
        OLD[1]._replace(insurance_name="TK"),
        OLD[1]._replace(chart_entry="Fullung"),
        OLD[1]._replace(service_codes=("2060", "Ä1")),
        OLD[1]._replace(service_codes=()),
    ],
)
def test_every_field_counts(changed: EntryRow, tasks: list[CenterTask], lease: Lease) -> None:
    _land(tasks[0], lease, (OLD[0], changed, OLD[2]))
    assert _history() == [(tasks[0].center_pk, 3, 3, 0, 0, 1)]


def test_day_that_became_empty_and_full_again_needs_no_comparison(tasks: list[CenterTask], lease: Lease) -> None:
    with CaptureQueriesContext(connection) as queries:
        _land(tasks[0], lease, ())
        _land(tasks[0], lease, OLD)
    assert _history() == [(tasks[0].center_pk, 3, 0, 0, 3, 0), (tasks[0].center_pk, 0, 3, 3, 0, 0)]
    table = ChartEntry._meta.db_table
    assert [query["sql"] for query in queries if f'SELECT "{table}"' in query["sql"]] == []


def test_centers_of_one_landing_are_told_apart(tasks: list[CenterTask], lease: Lease, run: ExtractionRun) -> None:
    results = [success(tasks[0], *OLD[:2]), success(tasks[1], *OLD, entry(row="5")), success(tasks[2], *OLD)]
    assert land(results, {lease.shard_id: lease}) == set()
    assert _history() == [(tasks[0].center_pk, 3, 2, 0, 1, 0), (tasks[1].center_pk, 3, 4, 1, 0, 0)]
    found = changes_of(run, EVERYTHING)
    assert {key: (one.day_count, one.rows, one.more) for key, one in found.items()} == {
        tasks[0].center_pk: (1, RowChanges(removed=1), 0),
        tasks[1].center_pk: (1, RowChanges(added=1), 0),
    }
    assert [(day.day, day.count_before, day.count_after) for day in found[tasks[1].center_pk].days] == [(FRIDAY, 3, 4)]
    assert changes_of(run, EVERYTHING, most_listed=1)[tasks[1].center_pk].more == 1


def test_other_mapping_version_is_said(tasks: list[CenterTask], lease: Lease) -> None:
    _land(dataclasses.replace(tasks[0], mapping_pk=tasks[1].mapping_pk), lease, OLD[:2])
    assert SliceChange.objects.get().is_remapped


def test_held_slice_leaves_its_history_when_it_is_accepted(
    tasks: list[CenterTask], lease: Lease, run: ExtractionRun, django_user_model: type
) -> None:
    many = [entry(text=f"{number}", row=f"{number}") for number in range(30)]
    _land(tasks[2], lease, many)
    _land(tasks[2], lease, [many[0]._replace(chart_entry="anders"), *many[1:5]])
    assert _history() == []
    accept(HeldSlice.objects.get(), django_user_model.objects.create_user("reviewer"))  # type: ignore[attr-defined]
    assert _history() == [(tasks[2].center_pk, 30, 5, 0, 25, 1)]


def test_failed_landing_leaves_no_history(
    tasks: list[CenterTask], lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("extraction.landing._count", fail)
    with pytest.raises(RuntimeError):
        _land(tasks[0], lease, OLD[:1])
    assert _history() == []
