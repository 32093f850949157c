import threading
from dataclasses import replace

import pytest
from django.utils import translation

from centers import connection_test, tcp_probe, tls_probe
from centers.connection import ResultSet
from centers.connection_report import SERVER_STEPS, Outcome, Step, StepResult, report_of
from centers.connection_test import climb
from centers.exceptions import SourceError, SourceErrorKind
from centers.server_spec import ServerSpec
from tests.centers.listening import hangs_up, listening
from tests.centers.makers import SPEC

TABLES = [("ck", f"{word}_A1") for word in ("KARTEI", "LEISTUNG", "PATKASSE", "KASSEN", "PATIENT")]


class FakeSource:
    """Stands for a session: knows its tables and whether they can be read and written."""

    def __init__(self, tables: list[tuple[str, str]], error: SourceError | None = None, may_write: int = 0) -> None:
        self.tables = tables
        self.error = error
        self.may_write = may_write
        self.closed = False

    def query(self, sql: str) -> list[ResultSet]:
        if "INFORMATION_SCHEMA.TABLES" in sql:
            return [ResultSet(("TABLE_SCHEMA", "TABLE_NAME"), list(self.tables))]
        if "HAS_PERMS_BY_NAME" in sql:
            return [ResultSet(("may_write",), [(self.may_write,)])]
        if self.error is not None:
            raise self.error
        return [ResultSet(("found",), [(1,)])]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything below the login works."""
    monkeypatch.setattr(tcp_probe, "resolve", lambda host, port: [(2, ("10.0.0.7", port))])
    monkeypatch.setattr(tcp_probe, "knock", lambda addresses: addresses[0])
    monkeypatch.setattr(tls_probe, "shake_hands", lambda spec, address: "encrypted, certificate verified")


def outcomes(source: FakeSource, monkeypatch: pytest.MonkeyPatch, spec: ServerSpec = SPEC) -> dict[str, str]:
    monkeypatch.setattr(connection_test, "open_connection", lambda spec, address: source)
    report = climb(spec, "DB_1", deadline=5)
    assert source.closed is True
    return {result.step.value: result.outcome.value for result in report.steps}


def test_climb_to_the_top_passes_every_step(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcomes(FakeSource(TABLES), monkeypatch) == dict.fromkeys(Step.values, "ok")


def test_climb_with_a_login_that_may_write_warns(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcomes(FakeSource(TABLES, may_write=1), monkeypatch)["select"] == "warning"


def test_climb_with_blind_trust_warns(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = replace(SPEC, tls="trusted")
    assert outcomes(FakeSource(TABLES), monkeypatch, spec)["tls"] == "warning"


def test_climb_to_other_tables_warns(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcomes(FakeSource([("dbo", "X1")]), monkeypatch)["tables"] == "warning"


@pytest.mark.parametrize(
    "source",
    [FakeSource([]), FakeSource(TABLES, SourceError(SourceErrorKind.PERMISSION, "no", number=229))],
)
def test_climb_without_the_right_to_read_fails_there(
    source: FakeSource, answering: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = outcomes(source, monkeypatch)
    assert (found["database"], found["select"], found["tables"]) == ("ok", "failed", "not_reached")


def test_climb_of_a_server_stops_at_the_login(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_test, "open_connection", lambda spec, address: FakeSource([]))
    report = climb(SPEC, None, deadline=5)
    assert [result.step for result in report.steps] == list(SERVER_STEPS)
    assert report.passed is True


def test_climb_with_a_missing_secret_fails_at_the_login(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IVORIS_PASSWORD", raising=False)
    failure = climb(SPEC, "DB_1", deadline=5).failure
    assert failure is not None
    assert (failure.step, failure.kind) == (Step.LOGIN, "credential")
    assert failure.message == "The environment variable IVORIS_PASSWORD is not set."


def test_climb_to_a_server_that_hangs_up_fails_at_the_encryption() -> None:
    with listening(hangs_up) as port:
        report = climb(replace(SPEC, host="127.0.0.1", port=port), "DB_1", deadline=5)
    assert [(result.step, result.outcome) for result in report.steps[:4]] == [
        (Step.DNS, Outcome.OK),
        (Step.TCP, Outcome.OK),
        (Step.TLS, Outcome.FAILED),
        (Step.LOGIN, Outcome.NOT_REACHED),
    ]


def test_climb_that_hangs_ends_at_its_deadline(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(spec: ServerSpec, address: object) -> FakeSource:
        released.wait(5)
        return FakeSource([])

    monkeypatch.setattr(connection_test, "open_connection", hang)
    report = climb(SPEC, "DB_1", deadline=0.1)
    released.set()
    assert report.failure is not None
    assert (report.failure.step, report.failure.kind) == (Step.LOGIN, "hung")


def test_climb_speaks_the_language_of_who_asked(answering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str | None] = []

    def listen(spec: ServerSpec, address: object) -> FakeSource:
        spoken.append(translation.get_language())
        return FakeSource([])

    monkeypatch.setattr(connection_test, "open_connection", listen)
    with translation.override("de"):
        climb(SPEC, None, deadline=5)
    assert spoken == ["de"]


def test_report_of_does_not_reach_what_is_behind_a_failure() -> None:
    report = report_of([StepResult(Step.DNS, Outcome.FAILED, 2, "no", "dns")], 3)
    assert [result.outcome for result in report.steps] == [Outcome.FAILED] + [Outcome.NOT_REACHED] * 6
    assert report.passed is False


def test_report_of_what_is_unfinished_blames_the_next_step() -> None:
    report = report_of([StepResult(Step.DNS, Outcome.OK, 2)], 15_000)
    assert report.failure is not None
    assert (report.failure.step, report.failure.milliseconds, report.failure.kind) == (Step.TCP, 14_998, "hung")
