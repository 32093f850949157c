"""Reading one center: what is tried again, and what becomes of errors."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
import stamina

from centers.exceptions import SourceError, SourceErrorKind
from extraction.adapters import registry
from extraction.adapters.base import Adapter, Health
from extraction.adapters.ivoris import IvorisAdapter
from extraction.exceptions import UnknownAdapterError
from extraction.reader import MOST_ATTEMPTS, read
from extraction.rows import Extraction
from tests.extraction.builders import FRIDAY, MONDAY, entry, extraction, task


class FakeAdapter(Adapter):
    """Raises what it is told, then delivers one entry."""

    errors: list[Exception] = []
    calls: list[tuple[dt.date, dt.date | None]] = []
    counts: list[bool] = []

    def extract_chart_entries(self, date_from: dt.date, date_to: dt.date | None = None) -> Extraction:
        FakeAdapter.calls.append((date_from, date_to))
        FakeAdapter.counts.append(self.source.counts_undated)
        if FakeAdapter.errors:
            raise FakeAdapter.errors.pop(0)
        return extraction(task(), entry())

    def health_check(self) -> Health:
        return Health(True, "", 0)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The fake adapter under its own name, and retries without a wait."""
    monkeypatch.setitem(registry._ADAPTERS, "fake", FakeAdapter)
    FakeAdapter.errors, FakeAdapter.calls, FakeAdapter.counts = [], [], []
    with stamina.set_testing(True, attempts=MOST_ATTEMPTS, cap=True):
        yield


TASK = replace(task(), adapter="fake")


def _error(*, transient: bool) -> SourceError:
    kind = SourceErrorKind.DEADLOCK if transient else SourceErrorKind.PERMISSION
    return SourceError(kind, "The practice's own work had to go first.", transient=transient)


def test_read_gives_all_days() -> None:
    (result,) = read(TASK)
    assert result.extraction == extraction(task(), entry())
    assert (result.failure, result.attempts) == (None, 1)
    assert FakeAdapter.calls == [(MONDAY, FRIDAY)]


def test_only_the_last_piece_counts_undated_rows() -> None:
    assert [result.is_last for result in read(replace(TASK, chunk_days=2))] == [False, False, True]
    assert FakeAdapter.counts == [False, False, True]


def test_transient_error_is_tried_again() -> None:
    FakeAdapter.errors = [_error(transient=True), _error(transient=True)]
    (result,) = read(TASK)
    assert result.extraction is not None
    assert result.attempts == 3


def test_transient_error_is_tried_three_times_at_most() -> None:
    FakeAdapter.errors = [_error(transient=True) for _attempt in range(5)]
    (result,) = read(TASK)
    assert result.failure is not None
    assert (result.failure.cause, len(FakeAdapter.calls)) == ("deadlock", MOST_ATTEMPTS)


def test_lasting_error_is_not_tried_again() -> None:
    FakeAdapter.errors = [_error(transient=False)]
    (result,) = read(TASK)
    assert result.failure is not None
    assert result.failure.message == "The practice's own work had to go first."
    assert len(FakeAdapter.calls) == 1


def test_unexpected_error_becomes_a_failure_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    FakeAdapter.errors = [ValueError("Erika Mustermann")]
    (result,) = read(TASK)
    assert result.failure is not None
    assert result.failure.cause == "other"
    assert "ValueError" in result.failure.message
    assert "Mustermann" not in result.failure.message + caplog.text


def test_unknown_adapter_is_named() -> None:
    (result,) = read(replace(task(), adapter="charly"))
    assert result.failure is not None
    assert result.failure.cause == "unknown_adapter"
    assert "charly" in result.failure.message


def test_registry_knows_ivoris() -> None:
    assert registry.adapter_class("ivoris") is IvorisAdapter
    assert "ivoris" in registry.names()


def test_registry_names_the_known_adapters() -> None:
    with pytest.raises(UnknownAdapterError, match="ivoris"):
        registry.adapter_class("charly")
