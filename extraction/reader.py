"""Reads one center, in a thread or an event loop: takes and gives frozen data, never touches the ORM, never raises."""

import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import stamina
from django.utils.translation import gettext as _
from stamina.instrumentation import set_on_retry_hooks

from centers.exceptions import SourceError, SourceErrorKind
from centers.source_errors import retry_limit
from extraction.adapters.base import Adapter, Source
from extraction.adapters.registry import adapter_class
from extraction.causes import Cause
from extraction.day_ranges import DayRange, answers
from extraction.exceptions import UnknownAdapterError
from extraction.rows import Extraction

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
RETRY_WAIT_SECONDS = 0.2
RETRY_MOST_SECONDS = 5.0
# The attempts are counted in the result; stamina's own hooks would write to the terminal of a command.
set_on_retry_hooks(())


@dataclass(frozen=True, slots=True)
class CenterTask:
    """What a reader needs to read one center's days, the earliest range first; `chunk_days` at a time."""

    center_run_id: int
    shard_id: int
    center_pk: int
    server_pk: int
    center_id: str
    adapter: str
    mapping_pk: int
    source: Source
    ranges: tuple[DayRange, ...]
    chunk_days: int

    @property
    def date_from(self) -> dt.date:
        """The first day."""
        return self.ranges[0].first

    @property
    def date_to(self) -> dt.date:
        """The last day."""
        return self.ranges[-1].last


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a center could not be read or stored; `message` is fit for the screen."""

    cause: str
    message: str


@dataclass(frozen=True, slots=True)
class CenterResult:
    """Some days of a center, or why they could not be read; after a failure, and after `is_last`, nothing more comes.

    `duration_ms` in milliseconds, all days and attempts so far; `read_at`: when reading these days began.
    """

    task: CenterTask
    extraction: Extraction | None
    failure: Failure | None
    duration_ms: int
    read_at: dt.datetime
    attempts: int = 1
    is_last: bool = True


def read(task: CenterTask) -> Iterator[CenterResult]:
    """Read a center's days, a result for each piece of `chunk_days`; it ends with the first piece that fails.

    Transient errors are tried again as `centers.source_errors.retry_limit` says, after a random wait that grows to
    RETRY_MOST_SECONDS at most.
    """
    started = time.monotonic()
    for days in answers(task.ranges, task.chunk_days):
        piece = _Piece(task, days.last)
        with piece.explained():
            for attempt in piece.attempts():
                with attempt:
                    piece.begin(attempt.num)
                    piece.take(piece.adapter().extract_chart_entries(days.first, days.last))
        result = piece.ended(started)
        yield result
        if result.failure is not None:
            return


async def read_in_loop(task: CenterTask) -> AsyncIterator[CenterResult]:
    """`read` for an event loop."""
    started = time.monotonic()
    for days in answers(task.ranges, task.chunk_days):
        piece = _Piece(task, days.last)
        with piece.explained():
            async for attempt in piece.attempts():
                with attempt:
                    piece.begin(attempt.num)
                    piece.take(await piece.adapter().extract_in_loop(days.first, days.last))
        result = piece.ended(started)
        yield result
        if result.failure is not None:
            return


class _Piece:
    """Some days of a center while they are read, be it by a thread or by a coroutine; `last` is the last of them."""

    def __init__(self, task: CenterTask, last: dt.date) -> None:
        self._is_last = last == task.date_to
        self._result = CenterResult(task, None, None, 0, dt.datetime.now(dt.UTC))

    def attempts(self) -> Any:
        """Each attempt; how long to wait before the next one is decided here, and who waits is not."""
        return stamina.retry_context(
            on=_Patience().allows,
            attempts=MOST_ATTEMPTS,
            timeout=None,
            wait_initial=RETRY_WAIT_SECONDS,
            wait_max=RETRY_MOST_SECONDS,
            wait_jitter=RETRY_MOST_SECONDS / 5,
        )

    def begin(self, number: int) -> None:
        """An attempt begins now."""
        self._result = replace(self._result, attempts=number, read_at=dt.datetime.now(dt.UTC))

    def adapter(self) -> Adapter:
        """A new one for each attempt. Raises UnknownAdapterError."""
        task = self._result.task
        return adapter_class(task.adapter)(replace(task.source, counts_undated=self._is_last))

    def take(self, extraction: Extraction) -> None:
        """The attempt has delivered."""
        self._result = replace(self._result, extraction=_wanted(self._result.task, extraction))

    def ended(self, started: float) -> CenterResult:
        """What became of it, for a center that was begun at `started` (monotonic seconds)."""
        duration_ms = round((time.monotonic() - started) * 1000)
        is_last = self._is_last or self._result.failure is not None
        return replace(self._result, duration_ms=duration_ms, is_last=is_last)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns whatever ended the last attempt into a failure."""
        try:
            yield
        except SourceError as error:
            self._fail(error.kind.value, error.message)
        except UnknownAdapterError as error:
            self._fail(Cause.ADAPTER.value, str(error))
        except Exception as error:  # noqa: BLE001 # whatever one center brings must not end the run
            # The class only: a message or traceback could hold a patient's value.
            logger.error("reading %s failed: %s", self._result.task.center_id, type(error).__name__)
            message = _("The program failed on this center's data (%(error)s).") % {"error": type(error).__name__}
            self._fail(SourceErrorKind.OTHER.value, message)

    def _fail(self, cause: str, message: str) -> None:
        self._result = replace(self._result, failure=Failure(cause, message))


def _wanted(task: CenterTask, found: Extraction) -> Extraction:
    """`found` without the days that were only read along."""
    if len(task.ranges) == 1:
        return found
    slices = tuple(one for one in found.slices if any(one.business_date in days for days in task.ranges))
    return replace(found, slices=slices)


class _Patience:
    """How often one piece may be tried, by the error that came last."""

    def __init__(self) -> None:
        self._failed = 0

    def allows(self, error: Exception) -> bool:
        """True when it may be tried once more after `error`."""
        self._failed += 1
        return isinstance(error, SourceError) and self._failed <= retry_limit(error)
