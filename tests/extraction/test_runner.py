"""A run ends, names each failed center, and lands all others."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from centers.models import Center
from extraction import runner, storing
from extraction.enums import RunState
from extraction.exceptions import LeaseLostError
from extraction.landing import land
from extraction.leases import Lease, claim_run
from extraction.models import Breaker, CenterRun, ChartEntry, ExtractionRun, Shard, Slice
from extraction.reader import CenterResult, CenterTask
from extraction.reader_pool import Read
from extraction.resuming import resume
from extraction.rows import Extraction, SliceRows
from extraction.run_requests import request_run
from extraction.runner import CenterProgress, execute
from extraction.runs import cancel
from mappings.models import Mapping, SchemaWatch
from tests.extraction.builders import FRIDAY, MONDAY, entry, failure, success

DAY = dt.timedelta(days=1)
Behaviour = Callable[[CenterTask], CenterResult]


def _reader(**behaviours: Behaviour) -> Read:
    """Reads one entry from each center but those that `behaviours` names."""

    def read(task: CenterTask) -> Iterator[CenterResult]:
        behaviour = behaviours.get(task.center_id)
        yield behaviour(task) if behaviour else success(task, entry(text=task.center_id))

    return read


def _states(run: ExtractionRun) -> dict[str, tuple[str, str, int]]:
    parts = CenterRun.objects.filter(run=run).select_related("center")
    return {part.center.center_id: (part.state, part.error_kind, part.entry_count) for part in parts}


def _landed() -> list[str]:
    return list(ChartEntry.objects.order_by("center__center_id").values_list("chart_entry", flat=True))


def test_all_centers_land(run: ExtractionRun, lease: Lease) -> None:
    seen: list[CenterProgress] = []
    assert execute([lease], read_center=_reader(), observer=seen.append).hung == 0
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED
    assert run.finished_at is not None
    assert _landed() == ["center_01", "center_02", "center_03"]
    assert Slice.objects.count() == 15
    assert sorted(seen, key=lambda item: item.center_id) == [
        CenterProgress(f"center_{number:02d}", 1, 12, "") for number in (1, 2, 3)
    ]
    assert set(CenterRun.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.parametrize(("cause", "wanted"), [("schema_changed", ["center_02"]), ("login_failed", [])])
def test_center_whose_schema_changed_is_discovered_next(
    cause: str, wanted: list[str], run: ExtractionRun, lease: Lease
) -> None:
    execute([lease], read_center=_reader(center_02=lambda task: failure(task, cause)))
    found = SchemaWatch.objects.filter(wanted=True).values_list("center__center_id", flat=True)
    assert list(found) == wanted


def test_failing_center_does_not_end_the_others(run: ExtractionRun, lease: Lease) -> None:
    execute([lease], read_center=_reader(center_02=failure))
    run.refresh_from_db()
    assert run.state == RunState.PARTIAL
    assert _landed() == ["center_01", "center_03"]
    assert _states(run)["center_02"] == (RunState.FAILED, "login_failed", 0)
    assert CenterRun.objects.get(center__center_id="center_02").error_message == "The login was refused."


def test_run_without_success_has_failed(run: ExtractionRun, lease: Lease) -> None:
    execute([lease], read_center=lambda task: [failure(task)])
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_hung_center_is_left_behind(
    run: ExtractionRun, lease: Lease, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CENTER_DEADLINE_SECONDS = 0.3
    monkeypatch.setattr(runner, "WAIT_SECONDS", 0.05)
    ExtractionRun.objects.update(workers=1)
    release = threading.Event()

    def hang(task: CenterTask) -> CenterResult:
        release.wait(30)
        return success(task, entry(text="too late"))

    try:
        # One thread only: the others are read although it never comes back.
        assert execute([lease], read_center=_reader(center_01=hang)).hung == 1
    finally:
        release.set()
    run.refresh_from_db()
    assert run.state == RunState.PARTIAL
    assert _landed() == ["center_02", "center_03"]
    assert _states(run)["center_01"][:2] == (RunState.FAILED, "hung")


def test_cancelled_run_keeps_what_has_landed(run: ExtractionRun, lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BEAT_SECONDS", 0.0)
    ExtractionRun.objects.update(workers=1)
    release = threading.Event()
    first = threading.Lock()

    def read(task: CenterTask) -> Iterator[CenterResult]:
        if not first.acquire(blocking=False):
            release.wait(30)
        yield success(task, entry(text="landed" if not release.is_set() else "too late"))

    def cancel_run(progress: CenterProgress) -> None:
        assert cancel(run, None)

    try:
        execute([lease], read_center=read, observer=cancel_run)
    finally:
        release.set()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert _landed() == ["landed"]
    assert sorted(state for state, _cause, _count in _states(run).values()) == ["cancelled", "cancelled", "succeeded"]


def test_owner_that_lost_its_lease_stops(run: ExtractionRun, lease: Lease) -> None:
    Shard.objects.update(lease_token="somebody else")
    with pytest.raises(LeaseLostError):
        execute([lease], read_center=_reader())
    run.refresh_from_db()
    assert (run.state, _landed()) == (RunState.RUNNING, [])


def test_center_whose_rows_cannot_be_stored_fails_alone(
    run: ExtractionRun, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(results: Sequence[CenterResult], leases: dict[int, Lease]) -> set[int]:
        if any(result.task.center_id == "center_02" for result in results):
            raise ValueError("a patient's value")
        return land(results, leases)

    monkeypatch.setattr(storing, "land", refuse)
    execute([lease], read_center=_reader())
    assert _states(run)["center_02"][:2] == (RunState.FAILED, "not_stored")
    assert _landed() == ["center_01", "center_03"]
    assert "patient's value" not in CenterRun.objects.get(center__center_id="center_02").error_message


def test_center_with_unreadable_mapping_fails_alone(run: ExtractionRun, lease: Lease) -> None:
    Mapping._base_manager.filter(center__center_id="center_02").update(content={"tables": "broken"})
    execute([lease], read_center=_reader())
    assert _states(run)["center_02"][:2] == (RunState.FAILED, "invalid_mapping")
    assert _landed() == ["center_01", "center_03"]


def test_taken_over_run_does_the_rest_only(run: ExtractionRun, lease: Lease) -> None:
    CenterRun.objects.filter(center__center_id="center_01").update(state=RunState.SUCCEEDED, entry_count=5)
    CenterRun.objects.filter(center__center_id="center_02").update(state=RunState.RUNNING, attempts=1)
    execute([lease], read_center=_reader())
    assert _landed() == ["center_02", "center_03"]
    assert CenterRun.objects.get(center__center_id="center_02").attempts == 2


def test_center_that_took_its_process_down_three_times_is_given_up(run: ExtractionRun, lease: Lease) -> None:
    CenterRun.objects.filter(center__center_id="center_02").update(state=RunState.RUNNING, attempts=3)
    execute([lease], read_center=_reader())
    assert _states(run)["center_02"][:2] == (RunState.FAILED, "interrupted")
    assert _landed() == ["center_01", "center_03"]


def _pieces(task: CenterTask) -> Iterator[CenterResult]:
    """Five days, one by one, an entry on each."""
    for number in range(5):
        day = MONDAY + dt.timedelta(days=number)
        if day < task.date_from:
            continue
        slices = (SliceRows(day, (entry(text=f"{task.center_id} {day:%a}"),)),)
        yield CenterResult(task, Extraction(slices, 1), None, 10 * number, timezone.now(), is_last=number == 4)


def test_pieces_of_a_center_are_added_up(run: ExtractionRun, lease: Lease) -> None:
    execute([lease], read_center=_pieces)
    part = CenterRun.objects.get(center__center_id="center_01")
    assert (part.state, part.slice_count, part.entry_count) == (RunState.SUCCEEDED, 5, 5)
    assert (part.undated_count, part.duration_ms) == (1, 40)
    assert ChartEntry.objects.count() == 15


def test_failure_in_the_middle_keeps_the_days_before_it(run: ExtractionRun, lease: Lease) -> None:
    def breaks_off(task: CenterTask) -> Iterator[CenterResult]:
        yield from list(_pieces(task))[:2]
        yield failure(task, "connection_lost")

    execute([lease], read_center=breaks_off)
    part = CenterRun.objects.get(center__center_id="center_01")
    assert (part.state, part.error_kind, part.slice_count) == (RunState.FAILED, "connection_lost", 2)
    assert sorted(set(Slice.objects.values_list("business_date", flat=True))) == [MONDAY, MONDAY + DAY]


def test_next_owner_goes_on_behind_the_days_that_have_landed(run: ExtractionRun, lease: Lease) -> None:
    asked: list[dt.date] = []

    def first_owner(task: CenterTask) -> Iterator[CenterResult]:
        yield from list(_pieces(task))[:2]
        yield failure(task, "connection_lost")

    def second_owner(task: CenterTask) -> Iterator[CenterResult]:
        asked.append(task.date_from)
        return _pieces(task)

    execute([lease], read_center=first_owner)
    Breaker.objects.all().delete()
    assert resume(run, None) == 3
    execute(claim_run(run.pk), read_center=second_owner)
    assert asked == [MONDAY + 2 * DAY] * 3
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED
    assert ChartEntry.objects.count() == 15
    assert set(CenterRun.objects.values_list("slice_count", flat=True)) == {5}


def test_lost_shard_lands_nothing_and_the_other_goes_on(centers: list[Center], settings: Settings) -> None:
    settings.SHARD_SIZE = 2
    asked = request_run(centers, MONDAY, FRIDAY, workers=3).run
    first, second = claim_run(asked.pk)
    others = set(CenterRun.objects.filter(shard_id=second.shard_id).values_list("center__center_id", flat=True))
    Shard.objects.filter(pk=first.shard_id).update(lease_token="somebody else")
    execute([first, second], read_center=_reader())
    assert set(_landed()) == others
    assert Shard.objects.get(pk=first.shard_id).state == RunState.RUNNING
    assert Shard.objects.get(pk=second.shard_id).state == RunState.SUCCEEDED


def test_centers_of_a_server_that_refused_a_login_are_not_tried(centers: list[Center]) -> None:
    asked = request_run(centers, FRIDAY, workers=1).run
    tried: list[str] = []

    def refuse(task: CenterTask) -> Iterator[CenterResult]:
        tried.append(task.center_id)
        yield failure(task)

    execute(claim_run(asked.pk), read_center=refuse, workers=1)
    assert len(tried) == 1
    causes = list(CenterRun.objects.filter(run=asked).values_list("error_kind", flat=True))
    assert sorted(causes) == ["breaker_open", "breaker_open", "login_failed"]
    again = request_run(centers, FRIDAY, workers=3).run
    execute(claim_run(again.pk), read_center=refuse)
    assert len(tried) == 1


def test_centers_that_are_left_alone_are_written_down_together(centers: list[Center]) -> None:
    first = request_run(centers, FRIDAY, workers=1).run
    execute(claim_run(first.pk), read_center=lambda task: iter([failure(task)]))
    again = request_run(centers, FRIDAY, workers=3).run
    with CaptureQueriesContext(connection) as queries:
        execute(claim_run(again.pk), read_center=_reader())
    many = [query["sql"].split(" SET ")[0] for query in queries.captured_queries if " times: UPDATE" in query["sql"]]
    assert many == ['3 times: UPDATE "extraction_centerrun"']
    assert CenterRun.objects.filter(run=again, error_kind="breaker_open").count() == 3


def test_slow_center_gets_another_thread_beside_it(
    run: ExtractionRun, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "SLOW_SECONDS", 0.05)
    others = threading.Semaphore(0)

    def slow(task: CenterTask) -> CenterResult:
        # With one thread only, this center would wait for the others in vain.
        assert others.acquire(timeout=20)
        assert others.acquire(timeout=20)
        return success(task, entry(text="slow"))

    def quick(task: CenterTask) -> CenterResult:
        others.release()
        return success(task, entry(text="quick"))

    behaviours = {"center_01": slow, "center_02": quick, "center_03": quick}
    execute([lease], read_center=_reader(**behaviours), workers=1)
    assert sorted(_landed()) == ["quick", "quick", "slow"]


class _Pool:
    """Counts readers instead of starting them; each center is silent for long."""

    def __init__(self, size: int) -> None:
        self.sizes = [size]
        self.silent: frozenset[int] = frozenset()

    def grow(self, size: int) -> None:
        self.sizes.append(size)

    def silent_for(self, seconds: float) -> frozenset[int]:
        return self.silent if seconds == runner.SLOW_SECONDS else frozenset()


def test_run_of_a_hundred_readers_begins_with_fifty_and_slow_centers_add_to_what_there_is(
    run: ExtractionRun, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools: list[_Pool] = []

    def readers(size: int, _read: Read | None) -> _Pool:
        pools.append(_Pool(size))
        return pools[-1]

    monkeypatch.setattr(runner, "readers", readers)
    execution = runner._Execution([lease], 100, None, lambda progress: None)
    monkeypatch.setattr(execution, "_lanes", SimpleNamespace(waiting=True))
    # Nothing is due for the growth: it looks at the processor a while after the beginning.
    monkeypatch.setattr(execution._growth, "is_due", lambda now: False)
    pools[0].silent = frozenset(range(80))
    execution._relieve()
    assert pools[0].sizes == [50, 100]
    pools[0].silent = frozenset(range(3))
    execution._relieve()
    assert pools[0].sizes == [50, 100, 53]
