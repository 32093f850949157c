"""Slices are replaced as a whole, or not at all."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from extraction import landing
from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.landing import land
from extraction.leases import Lease, claim, claim_run
from extraction.models import CenterRun, ChartEntry, ExtractionRun, Shard, Slice
from extraction.reader import CenterTask
from extraction.rows import EntryRow, checksum
from extraction.run_requests import request_run
from tests.extraction.builders import FRIDAY, MONDAY, entry, success
from tests.extraction.conftest import TaskOf


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> CenterTask:
    """The first center's task after it has landed two entries on Friday."""
    part = run.center_runs.select_related("center")[0]
    task = task_of(part)
    _land(task, lease, entry("7", "alt", row="1"), entry("8", "Füllung", row="2", codes=("Ä1", "2060")), undated=2)
    return task


def _land(task: CenterTask, lease: Lease, *entries: EntryRow, undated: int = 0) -> None:
    if land([success(task, *entries, undated=undated)], {lease.shard_id: lease}):
        raise LeaseLostError


def _texts(task: CenterTask) -> list[str]:
    entries = ChartEntry.objects.filter(center_id=task.center_pk).order_by("business_date", "position")
    return list(entries.values_list("chart_entry", flat=True))


def _content() -> list[dict[str, Any]]:
    fields = [field.attname for field in ChartEntry._meta.concrete_fields if not field.primary_key]
    return list(ChartEntry.objects.order_by("center_id", "business_date", "position").values(*fields))


def test_entries_land_in_order_with_all_fields(landed: CenterTask) -> None:
    second = ChartEntry.objects.get(position=2)
    assert (second.business_date, second.source_row_id, second.patient_id) == (FRIDAY, "2", "8")
    assert (second.insurance_status, second.insurance_name) == ("GKV", "AOK Bayern")
    assert (second.chart_entry, second.service_codes, second.codes) == ("Füllung", '["Ä1", "2060"]', ("Ä1", "2060"))


def test_every_day_has_a_manifest(landed: CenterTask, run: ExtractionRun) -> None:
    slices = list(Slice.objects.filter(center_id=landed.center_pk).order_by("business_date"))
    assert [(item.business_date - MONDAY).days for item in slices] == [0, 1, 2, 3, 4]
    assert [item.entry_count for item in slices] == [0, 0, 0, 0, 2]
    assert {(item.run_id, item.mapping_id) for item in slices} == {(run.pk, landed.mapping_pk)}
    extraction = success(landed, entry("7", "alt", row="1"), entry("8", "Füllung", row="2", codes=("Ä1", "2060")))
    assert extraction.extraction is not None
    assert slices[-1].checksum == checksum(extraction.extraction.slices[-1])


def test_center_run_is_marked(landed: CenterTask) -> None:
    part = CenterRun.objects.get(pk=landed.center_run_id)
    assert part.state == RunState.SUCCEEDED
    assert (part.slice_count, part.entry_count, part.undated_count, part.duration_ms) == (5, 2, 2, 12)


def test_landing_again_changes_only_the_provenance(landed: CenterTask, task_of: TaskOf) -> None:
    before, manifests = _content(), list(Slice.objects.order_by("pk").values_list("pk", "checksum", "entry_count"))
    again = request_run(None, MONDAY, FRIDAY).run
    (lease,) = claim_run(again.pk)
    part = again.center_runs.select_related("center").get(center_id=landed.center_pk)
    _land(task_of(part), lease, entry("7", "alt", row="1"), entry("8", "Füllung", row="2", codes=("Ä1", "2060")))
    assert _content() == before
    assert list(Slice.objects.order_by("pk").values_list("pk", "checksum", "entry_count")) == manifests
    assert set(Slice.objects.values_list("run_id", flat=True)) == {again.pk}


def test_day_that_became_empty_becomes_empty(landed: CenterTask, lease: Lease) -> None:
    _land(landed, lease)
    assert _texts(landed) == []
    assert Slice.objects.get(center_id=landed.center_pk, business_date=FRIDAY).entry_count == 0


def test_other_days_and_centers_stay(landed: CenterTask, lease: Lease, run: ExtractionRun, task_of: TaskOf) -> None:
    ChartEntry.objects.create(
        center_id=landed.center_pk,
        business_date=MONDAY - dt.timedelta(days=1),
        position=1,
        source_row_id="9",
        patient_id="9",
        insurance_status="GKV",
        chart_entry="Sonntag",
    )
    other = task_of(run.center_runs.select_related("center")[1])
    _land(other, lease, entry(text="andere Praxis"))
    _land(landed, lease, entry(text="neu"))
    assert _texts(landed) == ["Sonntag", "neu"]
    assert _texts(other) == ["andere Praxis"]


@pytest.mark.parametrize("step", ["write_slices", "forget", "hold", "_count"])
def test_error_in_the_middle_leaves_the_old_slice(
    step: str, landed: CenterTask, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _content(), list(Slice.objects.values()), CenterRun.objects.values().get(pk=landed.center_run_id)

    def fail(*args: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(landing, step, fail)
    with pytest.raises(DatabaseError):
        _land(landed, lease, entry(text="neu"))
    after = _content(), list(Slice.objects.values()), CenterRun.objects.values().get(pk=landed.center_run_id)
    assert after == before


def test_row_that_the_database_refuses_leaves_the_old_slice(landed: CenterTask, lease: Lease) -> None:
    refused = EntryRow("1", "7", None, "", "neu", ())  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        _land(landed, lease, entry(text="neu"), refused)
    assert _texts(landed) == ["alt", "Füllung"]


def test_lost_lease_lands_nothing(landed: CenterTask, lease: Lease) -> None:
    Shard.objects.filter(pk=lease.shard_id).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    taken_over = claim(lease.shard_id)
    assert taken_over is not None
    with pytest.raises(LeaseLostError):
        _land(landed, lease, entry(text="neu"))
    assert _texts(landed) == ["alt", "Füllung"]
    _land(landed, taken_over, entry(text="neu"))
    assert _texts(landed) == ["neu"]


def test_more_rows_than_one_insert_holds(landed: CenterTask, lease: Lease) -> None:
    entries = [entry(text=f"{number}", row=f"{number}") for number in range(4_000)]
    _land(landed, lease, *entries)
    assert _texts(landed) == [row.chart_entry for row in entries]
