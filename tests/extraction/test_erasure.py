"""A patient who is erased stays away, whatever else happens at the same time."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from centers.models import Center
from centers.scope import EVERYTHING
from dentalhub.models import AuditEvent
from extraction import landing
from extraction.completeness import day_report
from extraction.enums import ErasureReason, HeldState
from extraction.erasure import Traces, erase, erase_again, finish_erasures, suppress, traces_of
from extraction.exceptions import ErasureError, HeldSliceError, SuppressionKeyError
from extraction.held import accept, reject
from extraction.landing import land
from extraction.leases import Lease, claim_run
from extraction.models import (
    AcceptedSlice,
    ChartEntry,
    ExtractionRun,
    HeldSlice,
    Slice,
    SliceChange,
    SliceFigures,
    SuppressedPatient,
)
from extraction.reader import CenterResult, CenterTask
from extraction.rows import EntryRow, SliceRows, checksum
from extraction.run_requests import request_run
from extraction.storing import store
from extraction.suppressions import missing_keys
from tests.extraction.builders import FRIDAY, MONDAY, center_with_mapping, entry, success
from tests.extraction.conftest import TaskOf

PATIENT = "4711"
TOKEN = "unique-token-of-the-patient"
OF_PATIENT = (entry(PATIENT, TOKEN, row="90", codes=("Ä1",)), entry(PATIENT, f"{TOKEN} 2", row="91"))


@pytest.fixture
def task(run: ExtractionRun, task_of: TaskOf) -> CenterTask:
    """The first center's task."""
    return task_of(run.center_runs.select_related("center")[0])


@pytest.fixture
def first(task: CenterTask) -> Center:
    """Its center."""
    return Center.objects.get(pk=task.center_pk)


def others(count: int) -> tuple[EntryRow, ...]:
    return tuple(entry(str(number), f"Befund {number}", row=str(number)) for number in range(1, count + 1))


def read(task: CenterTask, *rows: EntryRow, hours: int = 0) -> CenterResult:
    result = success(task, *rows)
    return dataclasses.replace(result, read_at=result.read_at + dt.timedelta(hours=hours))


def landed(result: CenterResult, lease: Lease) -> None:
    assert land([result], {lease.shard_id: lease}) == set()


def suppressed(center: Center) -> SuppressedPatient:
    return suppress(center, PATIENT, None, ErasureReason.REQUEST, "2026-17")


def whole_database() -> str:
    """Every value of every table."""
    connection.ensure_connection()
    return "\n".join(connection.connection.iterdump())


def assert_gone() -> None:
    assert TOKEN not in whole_database()
    assert not ChartEntry.objects.filter(patient_id=PATIENT).exists()


def test_erasing_leaves_what_the_next_extraction_says(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *others(3), *OF_PATIENT), lease)
    assert erase(suppressed(first)) == Traces(entries=2, days=1)
    assert_gone()
    manifest = Slice.objects.get(center=first, business_date=FRIDAY)
    assert (manifest.entry_count, manifest.suppressed_count) == (3, 2)
    assert manifest.checksum == checksum(SliceRows(FRIDAY, others(3)))
    figures = SliceFigures.objects.get(center=first, business_date=FRIDAY)
    assert (figures.gkv_count, figures.codes) == (3, '{"01":[3,0,0]}')
    before = whole_database()
    landed(read(task, *others(3), *OF_PATIENT, hours=1), lease)
    assert_gone()
    manifest.refresh_from_db()
    assert (manifest.entry_count, manifest.suppressed_count) == (3, 2)
    # Nothing was written but who read it last.
    assert [line for line in before.splitlines() if "chartentry" in line] == [
        line for line in whole_database().splitlines() if "chartentry" in line
    ]
    assert not SliceChange.objects.exists()


def test_rows_read_before_and_landed_after_the_erasure_stay_away(task: CenterTask, lease: Lease, first: Center) -> None:
    result = read(task, *others(3), *OF_PATIENT)
    assert erase(suppressed(first)) == Traces()
    landed(result, lease)
    assert_gone()
    assert Slice.objects.get(center=first, business_date=FRIDAY).suppressed_count == 2


def test_rows_landed_between_suppression_and_erasure_stay_away(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *others(3), *OF_PATIENT), lease)
    found = suppressed(first)
    landed(read(task, *others(3), *OF_PATIENT, hours=1), lease)
    assert_gone()
    # What was suppressed is no change in the practice.
    assert not SliceChange.objects.exists()
    assert erase(found) == Traces()
    assert Slice.objects.get(center=first, business_date=FRIDAY).suppressed_count == 2


def test_other_rows_landed_between_are_told_as_a_change(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *others(3), *OF_PATIENT), lease)
    suppressed(first)
    landed(read(task, *others(1), *OF_PATIENT, hours=1), lease)
    assert SliceChange.objects.get().removed == 2


@pytest.mark.parametrize("is_erased_first", [True, False])
def test_held_rows_that_are_accepted_stay_away(
    task: CenterTask, lease: Lease, first: Center, admin: User, is_erased_first: bool
) -> None:
    landed(read(task, *others(50)), lease)
    landed(read(task, *others(3), *OF_PATIENT, hours=1), lease)
    looked_at = HeldSlice.objects.select_related("center").get()
    found = suppressed(first)
    if is_erased_first:
        assert erase(found) == Traces(held_days=1)
        assert_gone()
        with pytest.raises(HeldSliceError):
            accept(looked_at, admin)
        looked_at = HeldSlice.objects.select_related("center").get()
        assert (looked_at.entry_count, looked_at.suppressed_count) == (3, 2)
    accept(looked_at, admin)
    erase(found)
    assert_gone()
    manifest = Slice.objects.get(center=first, business_date=FRIDAY)
    assert (manifest.entry_count, manifest.suppressed_count) == (3, 2)


def test_rows_held_after_the_erasure_are_without_the_patient(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *others(50)), lease)
    result = read(task, *others(3), *OF_PATIENT, hours=1)
    erase(suppressed(first))
    landed(result, lease)
    assert HeldSlice.objects.get().suppressed_count == 2
    assert_gone()


def test_patient_who_was_most_of_a_day_is_no_loss(task: CenterTask, lease: Lease, first: Center) -> None:
    rows = tuple(entry(PATIENT, TOKEN, row=str(number)) for number in range(100, 140))
    landed(read(task, *others(5), *rows), lease)
    erase(suppressed(first))
    landed(read(task, *others(5), *rows, hours=1), lease)
    assert not HeldSlice.objects.exists()
    landed(read(task, *others(1), hours=2), lease)
    # All of those rows are gone from the source as well: that is another matter.
    assert HeldSlice.objects.get().entry_count == 1


def test_lost_rows_of_others_are_held_all_the_same(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *others(50), *OF_PATIENT), lease)
    erase(suppressed(first))
    landed(read(task, *others(10), *OF_PATIENT, hours=1), lease)
    assert HeldSlice.objects.get().entry_count == 10


def test_what_people_refused_is_not_asked_again(task: CenterTask, lease: Lease, first: Center, admin: User) -> None:
    landed(read(task, *others(50)), lease)
    landed(read(task, *others(3), *OF_PATIENT, hours=1), lease)
    reject(HeldSlice.objects.get(), admin)
    erase(suppressed(first))
    for hours in (2, 3):
        landed(read(task, *others(3), *OF_PATIENT, hours=hours), lease)
        assert HeldSlice.objects.get().state == HeldState.REJECTED


def test_accepted_day_stays_accepted(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *others(3), *OF_PATIENT), lease)
    manifest = Slice.objects.get(center=first, business_date=FRIDAY)
    same = {"center": first, "business_date": FRIDAY, "checksum": manifest.checksum}
    AcceptedSlice.objects.create(**same, entry_count=5, accepted_at=timezone.now())
    erase(suppressed(first))
    manifest.refresh_from_db()
    accepted = AcceptedSlice.objects.get()
    assert (accepted.checksum, accepted.entry_count) == (manifest.checksum, 3)


def test_erased_day_is_as_complete_as_before(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *OF_PATIENT), lease)
    before = day_report(FRIDAY, EVERYTHING).centers[0]
    erase(suppressed(first))
    after = day_report(FRIDAY, EVERYTHING).centers[0]
    assert (before.state, before.entry_count) == (after.state, 2)
    assert after.entry_count == 0


def test_same_patient_id_of_another_center_stays(
    run: ExtractionRun, lease: Lease, task: CenterTask, task_of: TaskOf, first: Center
) -> None:
    other = task_of(run.center_runs.select_related("center")[1])
    landed(read(task, *OF_PATIENT), lease)
    landed(read(other, *OF_PATIENT), lease)
    erase(suppressed(first))
    assert set(ChartEntry.objects.values_list("center_id", flat=True)) == {other.center_pk}


def test_patient_id_in_other_letters_is_another_patient(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, entry("ab", row="1"), entry("AB", row="2")), lease)
    erase(suppress(first, "ab", None, ErasureReason.REQUEST))
    assert list(ChartEntry.objects.values_list("patient_id", flat=True)) == ["AB"]


def test_suppressing_twice_is_one_suppression(first: Center, admin: User) -> None:
    found = suppress(first, PATIENT, admin, ErasureReason.REQUEST, "2026-17")
    assert suppressed(first) == found
    event = AuditEvent.objects.get(action="patient.suppressed")
    assert event.details == {"suppression": found.pk, "reason": "request", "reference": "2026-17"}
    assert PATIENT not in whole_database()


def test_nobody_is_nobody(first: Center) -> None:
    with pytest.raises(ErasureError):
        suppress(first, "", None, ErasureReason.REQUEST)


def test_center_that_was_deleted_and_added_again_stays_without(centers: list[Center], task_of: TaskOf) -> None:
    erase(suppressed(centers[0]))
    # As if it were deleted: another row has its id.
    Center.objects.filter(pk=centers[0].pk).update(center_id="gone", database="gone")
    again = center_with_mapping(1)
    part = request_run([again], MONDAY, FRIDAY).run.center_runs.select_related("center").get()
    (lease,) = claim_run(part.run_id)
    landed(read(task_of(part), *others(2), *OF_PATIENT), lease)
    assert_gone()


@pytest.mark.parametrize("statement", range(1, 9))
def test_process_that_dies_while_erasing_is_made_good(
    task: CenterTask, lease: Lease, first: Center, monkeypatch: pytest.MonkeyPatch, statement: int
) -> None:
    """Killed at each write of the erasure; the next tick goes on."""
    landed(read(task, *others(50)), lease)
    rows = success(task).extraction
    assert rows is not None
    days = tuple(dataclasses.replace(item, entries=(*others(22), *OF_PATIENT)) for item in rows.slices)
    spread = dataclasses.replace(rows, slices=days)
    landed(dataclasses.replace(read(task, hours=1), extraction=spread), lease)
    found, writes = suppressed(first), 0

    class KilledError(Exception):
        pass

    def counting(execute: Callable[..., object], sql: str, *rest: object) -> object:
        nonlocal writes
        writes += sql.split(maxsplit=1)[0] in {"DELETE", "UPDATE", "INSERT"}
        if writes == statement:
            raise KilledError
        return execute(sql, *rest)

    with connection.execute_wrapper(counting), pytest.raises(KilledError):
        erase(found)
    assert finish_erasures() == []
    SuppressedPatient.objects.update(suppressed_at=timezone.now() - dt.timedelta(hours=1))
    assert finish_erasures() == [found.pk]
    assert_gone()
    assert finish_erasures() == []


def test_backup_that_was_put_back_is_erased_again(
    task: CenterTask, lease: Lease, first: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase(suppressed(first))
    with monkeypatch.context() as patch:
        patch.setattr(landing, "without_suppressed", lambda results: results)
        landed(read(task, *others(1), *OF_PATIENT), lease)
    assert ChartEntry.objects.count() == 3
    assert erase_again() == Traces(entries=2, days=1)
    assert_gone()


def test_changed_pseudonym_key_changes_nothing(task: CenterTask, lease: Lease, first: Center, settings: Any) -> None:
    settings.PSEUDONYM_KEY = "the first one"
    erase(suppressed(first))
    settings.PSEUDONYM_KEY, settings.SUPPRESSION_KEYS = "another one", ["a new one", "the first one"]
    landed(read(task, *others(1), *OF_PATIENT), lease)
    assert_gone()
    assert missing_keys() == []


def test_center_whose_key_is_gone_lands_nothing(
    run: ExtractionRun, lease: Lease, task: CenterTask, task_of: TaskOf, first: Center, settings: Any
) -> None:
    settings.PSEUDONYM_KEY = "the first one"
    erase(suppressed(first))
    settings.PSEUDONYM_KEY = "another one"
    assert missing_keys() == ["center_01"]
    other = task_of(run.center_runs.select_related("center")[1])
    results = [read(task, *others(1), *OF_PATIENT), read(other, *others(1))]
    stored = store(results, {lease.shard_id: lease})
    assert [failure.cause for failure in stored.failures.values()] == ["suppression_key"]
    assert set(ChartEntry.objects.values_list("center_id", flat=True)) == {other.center_pk}
    with pytest.raises(SuppressionKeyError):
        suppressed(first)
    SuppressedPatient.objects.update(suppressed_at=timezone.now() - dt.timedelta(hours=1), erased_at=None)
    assert finish_erasures() == []


def test_searches_are_forgotten(task: CenterTask, lease: Lease, first: Center) -> None:
    session = SessionStore()
    session["entry_searches"], session["other"] = {"handle": {"text": TOKEN}}, "stays"
    session.save()
    landed(read(task, *OF_PATIENT), lease)
    erase(suppressed(first))
    left = SessionStore(session.session_key).load()
    assert left == {"other": "stays"}


def test_preview_counts_and_changes_nothing(task: CenterTask, lease: Lease, first: Center) -> None:
    landed(read(task, *others(50), *OF_PATIENT), lease)
    landed(read(task, *others(3), *OF_PATIENT, hours=1), lease)
    before = whole_database()
    assert traces_of(first, PATIENT) == Traces(entries=2, days=1, held_days=1)
    assert not traces_of(first, "nobody")
    assert whole_database() == before
