"""Breakers: each transition, what is written when, and the one try that many processes ask for."""

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from centers.models import Center, DatabaseServer
from extraction import breaker_rows
from extraction import breaker_rules as rules
from extraction.breaker_models import Breaker
from extraction.breaker_reset import left_alone, reset
from extraction.breakers import Gate
from extraction.causes import Cause
from extraction.enums import BreakerScope, BreakerState
from tests.extraction.breaker_tasks import (
    centers_on,
    delivers,
    fails,
    make_due,
    open_by,
    server,
    task_of,
    tasks_of,
)
from tests.mappings.test_simultaneous_approvals import database_file, opened

__all__ = ["database_file"]
PROCESSES, ROUNDS = 4, 3


@pytest.fixture
def own_file(practices: list[Center], database_file: Path) -> Path:
    """The database with these practices in a file, which several connections may open."""
    return database_file


@pytest.fixture
def home(db: None) -> DatabaseServer:
    """A server of its own."""
    return server(1)


@pytest.fixture
def practices(home: DatabaseServer) -> list[Center]:
    """Five centers on one server."""
    return centers_on(home, range(1, 6))


def _allowed(gate: Gate, centers: list[Center]) -> list[str]:
    return [found.center_id for found in centers if gate.refusal(task_of(found)) is None]


# --- closed ------------------------------------------------------------------------------------------------------


def test_no_row_means_closed(practices: list[Center], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        gate = Gate.of(tasks_of(practices))
    assert len(_allowed(gate, practices)) == 5


def test_success_with_a_closed_breaker_costs_no_query(
    practices: list[Center], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gate, results = Gate.of(tasks_of(practices)), [delivers(found) for found in practices]
    with django_assert_num_queries(0):
        gate.note(results)
    assert not Breaker.objects.exists()


def test_failures_are_counted_across_executions(practices: list[Center], home: DatabaseServer) -> None:
    for found in practices[:2]:
        Gate.of(tasks_of(practices)).note([fails(found, "refused")])
    row = Breaker.objects.get()
    assert (row.key, row.scope, row.server, row.center) == (f"server:{home.pk}", BreakerScope.SERVER, home, None)
    assert (row.state, row.failures, row.cause) == (BreakerState.CLOSED, 2, "refused")
    gate = Gate.of(tasks_of(practices))
    gate.note([fails(practices[2], "unreachable")])
    row.refresh_from_db()
    assert (row.state, row.failures, row.cause) == (BreakerState.OPEN, 3, "unreachable")
    assert _allowed(gate, practices) == []


def test_success_forgets_earlier_failures(practices: list[Center]) -> None:
    gate = Gate.of(tasks_of(practices))
    gate.note([fails(practices[0], "refused"), fails(practices[1], "refused"), delivers(practices[2])])
    assert not Breaker.objects.exists()
    gate.note([fails(practices[3], "refused")])
    assert Breaker.objects.get().failures == 1


def test_center_that_answers_after_the_login_forgets_failures_of_its_server(practices: list[Center]) -> None:
    gate = Gate.of(tasks_of(practices))
    gate.note([fails(practices[0], "refused"), fails(practices[1], "permission_denied")])
    assert [row.scope for row in Breaker.objects.all()] == [BreakerScope.CENTER]


def test_failure_on_our_side_opens_nothing(practices: list[Center]) -> None:
    gate = Gate.of(tasks_of(practices))
    gate.note(fails(found, cause) for found in practices for cause in (*Cause, "driver_missing", "schema_changed"))
    assert not Breaker.objects.exists()


# --- opening -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "least", "most"), [("refused", 4, 5), ("login_failed", 24, 30), ("credential", 24, 30)]
)
def test_open_breaker_waits(practices: list[Center], cause: str, least: int, most: int) -> None:
    before = timezone.now()
    row = open_by(cause, *practices[:3])
    assert row.opened_at is not None
    assert row.next_probe_at is not None
    assert before <= row.opened_at <= timezone.now()
    assert dt.timedelta(minutes=least) <= row.next_probe_at - row.opened_at <= dt.timedelta(minutes=most)


@pytest.mark.parametrize("cause", ["login_failed", "credential"])
def test_one_refused_login_opens_the_server_at_once(practices: list[Center], cause: str) -> None:
    gate = Gate.of(tasks_of(practices))
    gate.note([fails(practices[0], cause)])
    row = Breaker.objects.get()
    assert (row.scope, row.state, row.failures) == (BreakerScope.SERVER, BreakerState.OPEN, 1)
    refusals = [gate.refusal(task) for task in tasks_of(practices)]
    assert {refusal.cause for refusal in refusals if refusal} == {"breaker_open"}
    assert None not in refusals


def test_refusal_says_the_cause_since_when_and_when_next(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    Breaker.objects.update(opened_at=noon, next_probe_at=noon + dt.timedelta(days=1, minutes=30))
    refusal = Gate.of(tasks_of(practices)).refusal(task_of(practices[1]))
    assert refusal is not None
    assert refusal.message.startswith("Not tried: login failed since 12:00; next try at ")
    assert refusal.message.endswith(" 12:30.")
    assert row.message == "It failed: login_failed."


def test_late_results_of_an_open_breaker_change_nothing(
    practices: list[Center], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gate = Gate.of(tasks_of(practices))
    gate.note([fails(practices[0], "login_failed")])
    before = Breaker.objects.values().get()
    late = [fails(practices[1], "login_failed"), fails(practices[2], "refused"), delivers(practices[3])]
    with django_assert_num_queries(0):
        gate.note(late)
    assert Breaker.objects.values().get() == before


def test_center_breaker_leaves_the_other_centers_alone(practices: list[Center]) -> None:
    for _run in range(3):
        gate = Gate.of(tasks_of(practices))
        gate.note([fails(practices[0], "permission_denied"), *(delivers(found) for found in practices[1:])])
    row = Breaker.objects.get()
    assert (row.scope, row.center, row.state) == (BreakerScope.CENTER, practices[0], BreakerState.OPEN)
    assert len(_allowed(Gate.of(tasks_of(practices)), practices)) == 4


def test_server_that_is_silent_to_all_is_left_alone(practices: list[Center]) -> None:
    gate = Gate.of(tasks_of(practices))
    gate.note(fails(found, "hung") for found in practices[:3])
    assert Breaker.objects.get(scope=BreakerScope.SERVER).state == BreakerState.OPEN
    assert _allowed(gate, practices) == []


def test_server_that_has_answered_is_not_blamed_for_silent_centers(practices: list[Center]) -> None:
    gate = Gate.of(tasks_of(practices))
    gate.note([delivers(practices[0]), *(fails(found, "hung") for found in practices[1:])])
    assert not Breaker.objects.filter(scope=BreakerScope.SERVER).exists()


def test_two_processes_count_together(practices: list[Center]) -> None:
    first, second = Gate.of(tasks_of(practices)), Gate.of(tasks_of(practices))
    first.note([fails(practices[0], "refused")])
    second.note([fails(practices[1], "refused")])
    first.note([fails(practices[2], "refused")])
    assert (Breaker.objects.get().failures, Breaker.objects.get().state) == (3, BreakerState.OPEN)
    # The other one learns of it with its next failure, which is not counted any more.
    assert len(_allowed(second, practices)) == 5
    second.note([fails(practices[3], "refused")])
    assert _allowed(second, practices) == []
    assert Breaker.objects.get().failures == 3


# --- half open ---------------------------------------------------------------------------------------------------


def test_one_center_is_tried_when_the_wait_is_over(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    make_due(row)
    gate = Gate.of(tasks_of(practices))
    allowed = _allowed(gate, practices)
    assert len(allowed) == 1
    row.refresh_from_db()
    assert row.state == BreakerState.HALF_OPEN
    refusal = next(found for found in map(gate.refusal, tasks_of(practices)) if found)
    assert refusal.message.endswith("; one try is under way.")


def test_of_two_processes_one_has_the_try(practices: list[Center]) -> None:
    make_due(open_by("login_failed", practices[0]))
    first, second = Gate.of(tasks_of(practices)), Gate.of(tasks_of(practices))
    assert (len(_allowed(first, practices)), len(_allowed(second, practices))) == (1, 0)


def test_of_many_processes_at_the_same_moment_one_has_the_try(practices: list[Center], own_file: Path) -> None:
    tasks, start = tasks_of(practices), Barrier(PROCESSES)

    def ask(_number: int) -> int:
        connections["default"] = opened(own_file)
        try:
            connections["default"].ensure_connection()
            start.wait(10)
            gate = Gate.of(tasks)
            return sum(gate.refusal(task) is None for task in tasks)
        finally:
            connections["default"].close()

    for _round in range(ROUNDS):
        Breaker.objects.all().delete()
        make_due(open_by("login_failed", practices[0]))
        with ThreadPoolExecutor(PROCESSES) as pool:
            assert sum(pool.map(ask, range(PROCESSES))) == 1


def test_of_many_processes_at_the_same_moment_each_failure_counts(practices: list[Center], own_file: Path) -> None:
    tasks, start = tasks_of(practices), Barrier(PROCESSES)

    def tell(number: int) -> None:
        connections["default"] = opened(own_file)
        try:
            gate = Gate.of(tasks)
            start.wait(10)
            gate.note([fails(practices[number], "refused")])
        finally:
            connections["default"].close()

    for _round in range(ROUNDS):
        Breaker.objects.all().delete()
        with ThreadPoolExecutor(PROCESSES) as pool:
            list(pool.map(tell, range(PROCESSES)))
        row = Breaker.objects.get()
        assert (row.state, row.openings) == (BreakerState.OPEN, 1)
        assert rules.FAILURES_IN_A_ROW <= row.failures <= PROCESSES


def test_try_that_went_well_closes_the_breaker(practices: list[Center]) -> None:
    make_due(open_by("login_failed", practices[0]))
    gate = Gate.of(tasks_of(practices))
    tried = [found for found in practices if gate.refusal(task_of(found)) is None]
    gate.note([delivers(tried[0])])
    assert not Breaker.objects.exists()
    assert len(_allowed(gate, practices)) == 5


def test_tasks_may_come_later(practices: list[Center], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_due(open_by("login_failed", practices[0]))
    gate, others = Gate(), tasks_of(centers_on(server(2), [11]))
    with django_assert_num_queries(0):
        gate.add(others)
    gate.add(tasks_of(practices[:2]))
    with django_assert_num_queries(0):
        gate.add(tasks_of(practices[2:]))
    assert len(_allowed(gate, practices[:2])) == 1
    assert _allowed(gate, practices[2:]) == []


def test_server_is_on_trial_until_its_try_has_ended(practices: list[Center]) -> None:
    others = centers_on(server(2), [11])
    make_due(open_by("login_failed", practices[0]))
    gate = Gate.of(tasks_of([*practices, *others]))
    assert [gate.is_on_trial(task_of(found)) for found in (*practices, *others)] == [True] * 5 + [False]
    tried = [found for found in practices if gate.refusal(task_of(found)) is None]
    gate.note([delivers(tried[0])])
    assert not any(gate.is_on_trial(task_of(found)) for found in practices)


def test_processes_with_other_shares_of_a_servers_connections_agree(practices: list[Center]) -> None:
    open_by("login_failed", practices[0])
    task = task_of(practices[0])
    less = dataclasses.replace(task.source.server, max_connections=3)
    other = dataclasses.replace(task, source=dataclasses.replace(task.source, server=less))
    assert Gate.of([other]).refusal(other) is not None


def test_tries_come_first_and_what_waits_for_them_last(practices: list[Center]) -> None:
    make_due(open_by("login_failed", practices[0]))
    others = centers_on(server(2), [11, 12])
    tasks = tasks_of([*practices, *others])
    gate = Gate.of(tasks)
    ordered = gate.ordered(tasks)
    assert gate.refusal(ordered[0]) is None
    assert [task.center_id for task in ordered[1:3]] == ["center_11", "center_12"]
    assert len(ordered) == len(tasks)


def test_try_that_failed_doubles_the_wait(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    since = row.opened_at
    make_due(row)
    gate = Gate.of(tasks_of(practices))
    tried = [found for found in practices if gate.refusal(task_of(found)) is None]
    gate.note([fails(tried[0], "login_failed")])
    row.refresh_from_db()
    assert (row.state, row.failures, row.openings, row.opened_at) == (BreakerState.OPEN, 2, 2, since)
    assert row.next_probe_at is not None
    waits = row.next_probe_at - timezone.now()
    assert dt.timedelta(minutes=47) < waits <= dt.timedelta(minutes=60)
    assert _allowed(gate, practices) == []
    assert _allowed(Gate.of(tasks_of(practices)), practices) == []


def test_try_that_says_nothing_waits_as_long_as_before(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    make_due(row)
    gate = Gate.of(tasks_of(practices))
    tried = [found for found in practices if gate.refusal(task_of(found)) is None]
    gate.note([fails(tried[0], Cause.ADAPTER.value)])
    row.refresh_from_db()
    assert (row.state, row.failures, row.openings, row.cause) == (BreakerState.OPEN, 1, 1, "login_failed")


def test_lost_try_is_given_to_the_next_after_a_while(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    make_due(row)
    lost = Gate.of(tasks_of(practices))
    tried = [found for found in practices if lost.refusal(task_of(found)) is None]
    assert _allowed(Gate.of(tasks_of(practices)), practices) == []
    make_due(row)
    heir = Gate.of(tasks_of(practices))
    assert len(_allowed(heir, practices)) == 1
    # Whoever lost it has no say any more.
    lost.note([delivers(tried[0])])
    row.refresh_from_db()
    assert row.state == BreakerState.HALF_OPEN


def test_unused_try_is_given_back_when_a_run_is_left(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    make_due(row)
    gate = Gate.of(tasks_of(practices))
    gate.leave()
    row.refresh_from_db()
    assert row.state == BreakerState.OPEN
    assert len(_allowed(Gate.of(tasks_of(practices)), practices)) == 1


def test_try_that_was_made_is_not_given_back(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    make_due(row)
    gate = Gate.of(tasks_of(practices))
    _allowed(gate, practices)
    gate.leave()
    row.refresh_from_db()
    assert row.state == BreakerState.HALF_OPEN


def test_center_that_is_left_alone_is_not_its_servers_try(practices: list[Center]) -> None:
    first = practices[0]
    for _run in range(3):
        Gate.of(tasks_of(practices)).note([fails(first, "permission_denied")])
    Gate.of(tasks_of(practices)).note([fails(practices[1], "login_failed")])
    make_due(Breaker.objects.get(scope=BreakerScope.SERVER))
    gate = Gate.of(tasks_of(practices))
    allowed = _allowed(gate, practices)
    assert len(allowed) == 1
    assert first.center_id not in allowed
    # With only that center to read, nobody takes the server's try.
    Breaker.objects.filter(scope=BreakerScope.SERVER).update(state=BreakerState.OPEN)
    make_due(Breaker.objects.get(scope=BreakerScope.SERVER))
    assert _allowed(Gate.of(tasks_of([first])), [first]) == []
    assert Breaker.objects.get(scope=BreakerScope.SERVER).state == BreakerState.OPEN


def test_center_and_server_are_tried_with_one_task(home: DatabaseServer) -> None:
    (only,) = centers_on(home, [1])
    for _run in range(3):
        Gate.of(tasks_of([only])).note([fails(only, "timeout")])
    Gate.of(tasks_of([only])).note([fails(only, "login_failed")])
    make_due(*Breaker.objects.all())
    gate = Gate.of(tasks_of([only]))
    assert gate.refusal(task_of(only)) is None
    gate.note([delivers(only)])
    assert not Breaker.objects.exists()


# --- trouble of our own database ---------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_busy_database_costs_what_was_learnt_and_not_the_run(
    practices: list[Center], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_arguments: object, **_named: object) -> None:
        raise error("database is locked")

    row = open_by("login_failed", practices[0])
    make_due(row)
    gate = Gate.of(tasks_of(practices))
    for name in ("count_failure", "reopen", "close", "close_after_try", "give_back", "claim"):
        monkeypatch.setattr(breaker_rows, name, busy)
    gate.note(fails(found, "login_failed") for found in practices)
    gate.note(delivers(found) for found in practices)
    gate.leave()
    make_due(row)
    # Without a claim nobody is tried.
    assert _allowed(Gate.of(tasks_of(practices)), practices) == []


# --- closing from outside ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("changed", [{"host": "new.example"}, {"credential": "env:NEW"}, {"user": "other"}])
def test_changed_server_is_tried_at_the_next_run(
    practices: list[Center], home: DatabaseServer, changed: dict[str, str]
) -> None:
    open_by("login_failed", practices[0])
    DatabaseServer.objects.filter(pk=home.pk).update(**changed)
    again = list(Center.objects.select_related("server"))
    assert len(_allowed(Gate.of(tasks_of(again)), again)) == 5
    assert not Breaker.objects.exists()


def test_renamed_server_stays_left_alone(practices: list[Center], home: DatabaseServer) -> None:
    open_by("login_failed", practices[0])
    DatabaseServer.objects.filter(pk=home.pk).update(code="another-name")
    again = list(Center.objects.select_related("server"))
    assert _allowed(Gate.of(tasks_of(again)), again) == []


def test_reset_during_a_run_makes_its_late_try_harmless(practices: list[Center]) -> None:
    row = open_by("login_failed", practices[0])
    make_due(row)
    gate = Gate.of(tasks_of(practices))
    tried = [found for found in practices if gate.refusal(task_of(found)) is None]
    assert reset(row, None)
    gate.note([fails(tried[0], "login_failed")])
    assert not Breaker.objects.exists()


# --- scale -------------------------------------------------------------------------------------------------------


def test_gate_of_many_centers_asks_few_queries(db: None, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    centers = [found for number in range(1, 61) for found in centers_on(server(number), [number])]
    Gate.of(tasks_of(centers)).note(fails(found, "login_failed") for found in centers[:50])
    make_due(*Breaker.objects.all()[:25])
    tasks = tasks_of(centers)
    with django_assert_max_num_queries(3):
        gate = Gate.of(tasks)
    assert len(_allowed(gate, centers)) == 10 + 25


def test_left_alone_names_servers_and_centers_that_wait(practices: list[Center], home: DatabaseServer) -> None:
    row = open_by("login_failed", practices[0])
    assert (left_alone().servers, left_alone().centers) == (frozenset({home.pk}), frozenset())
    make_due(row)
    assert left_alone().servers == frozenset()
