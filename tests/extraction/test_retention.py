"""What is too old is deleted every day and never read again; what has no agreement is not read at all."""

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from centers.agreements import network_today
from centers.models import Center, Region
from centers.scope import EVERYTHING
from dentalhub.models import AuditEvent
from extraction import retention, tasks
from extraction.assignments import assignments
from extraction.center_failures import FailedCenter
from extraction.completeness import DayState, day_report
from extraction.due_facts import facts_of
from extraction.due_nights import Night
from extraction.due_rules import wanted_days
from extraction.enums import RunMode, RunState
from extraction.leases import claim_run
from extraction.models import AcceptedSlice, ChartEntry, HeldSlice, Slice, SliceChange, SliceFigures
from extraction.retention import apply_retention, overdue
from extraction.run_plans import plan
from extraction.run_requests import request_run
from extraction.slice_grid import slice_grid
from extraction.slice_states import SliceState
from tests.extraction.builders import center_with_mapping, entry
from tests.extraction.landed_entries import land_entries

DAY = dt.timedelta(days=1)
MODELS = (ChartEntry, SliceFigures, HeldSlice, SliceChange, AcceptedSlice, Slice)


@pytest.fixture
def today(db: None) -> dt.date:
    return network_today()


@pytest.fixture
def found(today: dt.date) -> Center:
    """A center that keeps 10 days, with entries on each of 15 days."""
    center = center_with_mapping(1)
    for age in range(1, 16):
        land_entries(center, today - age * DAY, entry("7", row="1"), entry("8", row="2"))
    Center.objects.update(retention_days=10)
    old = Slice.objects.order_by("business_date")[0]
    day = {"center": center, "business_date": old.business_date}
    AcceptedSlice.objects.create(**day, checksum=old.checksum, entry_count=2, accepted_at=timezone.now())
    rest = {"mapping": old.mapping, "run": old.run, "extracted_at": timezone.now()}
    HeldSlice.objects.create(**day, entry_count=1, previous_count=2, checksum="x", content="[]", **rest)
    counts = {"count_before": 2, "count_after": 1, "added": 0, "removed": 1, "changed": 0}
    SliceChange.objects.create(**day, run=old.run, read_at=timezone.now(), **counts)
    return Center.objects.select_related("server__region").get()


def test_old_days_go_with_all_that_belongs_to_them(found: Center, today: dt.date) -> None:
    (shown,) = overdue()
    assert (shown.days, shown.entries, shown.first, shown.kept_from) == (5, 10, today - 15 * DAY, today - 10 * DAY)
    assert ChartEntry.objects.count() == 30
    (gone,) = apply_retention()
    assert (gone.days, gone.entries) == (5, 10)
    assert min(Slice.objects.values_list("business_date", flat=True)) == today - 10 * DAY
    assert [model._default_manager.filter(business_date__lt=today - 10 * DAY).count() for model in MODELS] == [0] * 6
    assert (ChartEntry.objects.count(), SliceFigures.objects.count()) == (20, 10)
    event = AuditEvent.objects.get(action="center.retention_applied")
    assert event.details == {"days": 5, "entries": 10, "before": f"{today - 10 * DAY}"}
    assert apply_retention() == []


def test_other_centers_and_networks_without_retention_keep_all(found: Center, settings: Any) -> None:
    Center.objects.update(retention_days=None)
    assert apply_retention() == []
    settings.RETENTION_DAYS = 14
    assert [item.days for item in apply_retention()] == [1]
    Region.objects.update(retention_days=12)
    assert [item.days for item in apply_retention(["center_02"])] == []
    assert [item.days for item in apply_retention(["center_01"])] == [2]


def test_process_that_dies_in_between_is_made_good(
    found: Center, monkeypatch: pytest.MonkeyPatch, today: dt.date
) -> None:
    monkeypatch.setattr(retention, "DAYS_AT_ONCE", 2)
    delete, calls = retention._delete, list[int]()

    def dying(center: Center, days: list[dt.date]) -> int:
        calls.append(len(days))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return delete(center, days)

    with monkeypatch.context() as patch:
        patch.setattr(retention, "_delete", dying)
        with pytest.raises(KeyboardInterrupt):
            apply_retention()
    assert Slice.objects.count() == 13
    assert [item.days for item in apply_retention()] == [3]


def test_tick_deletes_and_stops_when_its_time_is_over(found: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "TICK_SECONDS", -1.0)
    tasks.tick()
    assert Slice.objects.count() == 15
    monkeypatch.setattr(retention, "TICK_SECONDS", 30.0)
    tasks.tick()
    assert Slice.objects.count() == 10


def test_deleted_days_are_neither_missing_nor_read_again(found: Center, today: dt.date) -> None:
    apply_retention()
    first = today - 15 * DAY
    grid = slice_grid(first, today - DAY)
    assert grid.rows[0].states[:5] == [SliceState.DELETED] * 5
    assert SliceState.DELETED not in grid.rows[0].states[5:]
    assert day_report(first, EVERYTHING).centers[0].state is DayState.DELETED
    assert day_report(first, EVERYTHING).is_complete
    for mode in RunMode:
        planned = plan([found], first, today - DAY, mode, with_closed=True)
        assert min((day for part in planned.reading for day in part.days), default=today) >= today - 10 * DAY
        assert planned.beyond == 5
    run = request_run([found], first, today - DAY).run
    assert run.center_runs.get().ranges[0].first == today - 10 * DAY


def test_run_of_deleted_days_only_says_why_it_reads_nothing(found: Center, today: dt.date) -> None:
    run = request_run([found], today - 15 * DAY, today - 12 * DAY).run
    part = run.center_runs.get()
    assert (run.state, part.state, part.error_kind) == (RunState.SKIPPED, RunState.SKIPPED, "retention")
    assert part.error_message.endswith("what is older is deleted and never read again.")


def test_deleted_days_are_not_due(found: Center, today: dt.date) -> None:
    apply_retention()
    night = Night(today, timezone.now() - DAY, today - 15 * DAY, today - DAY)
    facts = facts_of(found.server.region_id, night)
    assert min(wanted_days(facts.known[found.pk], night), default=today) >= today - 10 * DAY


def call(*arguments: str) -> str:
    output = StringIO()
    call_command("apply_retention", *arguments, stdout=output)
    return output.getvalue()


def test_command(found: Center, today: dt.date) -> None:
    row = {
        "center_id": "center_01",
        "first": f"{today - 15 * DAY}",
        "kept_from": f"{today - 10 * DAY}",
        "days": 5,
        "entries": 10,
    }
    assert json.loads(call("--dry-run", "--json", "-c", "center_01")) == [row]
    assert call("--dry-run") == f"center_01: 5 days with 10 entries before {today - 10 * DAY}\n"
    assert Slice.objects.count() == 15
    assert json.loads(call("--json")) == [row]
    assert (call(), call("--json")) == ("Nothing is too old.\n", "[]\n")
    with pytest.raises(CommandError) as error:
        call("-c", "center_99")
    assert error.value.returncode == 2


def test_center_without_agreement_is_skipped_with_the_reason(found: Center, today: dt.date, settings: Any) -> None:
    settings.AGREEMENT_REQUIRED = True
    part = request_run([found], today - DAY, today - DAY).run.center_runs.get()
    assert (part.state, part.error_kind) == (RunState.SKIPPED, "no_agreement")
    assert part.error_message == "The center has no processing agreement."
    night = Night(today, timezone.now(), today - DAY, today - DAY)
    assert facts_of(found.server.region_id, night).obstacles == {found.pk: "no_agreement"}
    Slice.objects.filter(business_date=today - DAY).delete()
    report = day_report(today - DAY, EVERYTHING)
    assert {center.cause for center in report.centers if center.state is DayState.ATTENTION} <= {"no_agreement"}


def test_agreement_that_ends_after_the_request_stops_the_shard(found: Center, today: dt.date, settings: Any) -> None:
    settings.AGREEMENT_REQUIRED = True
    Center.objects.update(agreement_on=today - 9 * DAY, agreement_until=today)
    run = request_run(None, today - DAY, today - DAY).run
    assert run.state == RunState.QUEUED
    Center.objects.update(agreement_until=today - DAY)
    (refused,) = assignments(claim_run(run.pk))
    assert isinstance(refused, FailedCenter)
    assert refused.failure.cause == "no_agreement"
