"""Reads one center. Runs in threads: takes and gives frozen data, never touches the ORM, never raises."""

import datetime as dt
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import stamina
from django.utils.translation import gettext as _
from stamina.instrumentation import set_on_retry_hooks

from centers.exceptions import SourceError, SourceErrorKind
from centers.source_errors import retry_limit
from extraction.adapters.base import Source
from extraction.adapters.registry import adapter_class
from extraction.causes import Cause
from extraction.dates import chunks
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
    """What a thread needs to read one center's days, both included; `chunk_days` at a time."""

    center_run_id: int
    shard_id: int
    center_pk: int
    server_pk: int
    center_id: str
    adapter: str
    mapping_pk: int
    source: Source
    date_from: dt.date
    date_to: dt.date
    chunk_days: int


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
    for first, last in chunks(task.date_from, task.date_to, task.chunk_days):
        result = replace(_read_piece(task, first, last), is_last=last == task.date_to)
        duration_ms = round((time.monotonic() - started) * 1000)
        if result.failure is not None:
            yield replace(result, duration_ms=duration_ms, is_last=True)
            return
        yield replace(result, duration_ms=duration_ms)


def _read_piece(task: CenterTask, first: dt.date, last: dt.date) -> CenterResult:
    result = CenterResult(task, None, None, 0, dt.datetime.now(dt.UTC))
    patience = _Patience()
    source = replace(task.source, counts_undated=last == task.date_to)
    try:
        for attempt in stamina.retry_context(
            on=patience.allows,
            attempts=MOST_ATTEMPTS,
            timeout=None,
            wait_initial=RETRY_WAIT_SECONDS,
            wait_max=RETRY_MOST_SECONDS,
            wait_jitter=RETRY_MOST_SECONDS / 5,
        ):
            with attempt:
                result = replace(result, attempts=attempt.num, read_at=dt.datetime.now(dt.UTC))
                adapter = adapter_class(task.adapter)(source)
                result = replace(result, extraction=adapter.extract_chart_entries(first, last))
    except SourceError as error:
        result = replace(result, failure=Failure(error.kind.value, error.message))
    except UnknownAdapterError as error:
        result = replace(result, failure=Failure(Cause.ADAPTER.value, str(error)))
    except Exception as error:  # noqa: BLE001 # whatever one center brings must not end the run
        # The class only: a message or traceback could hold a patient's value.
        logger.error("reading %s failed: %s", task.center_id, type(error).__name__)
        message = _("The program failed on this center's data (%(error)s).") % {"error": type(error).__name__}
        result = replace(result, failure=Failure(SourceErrorKind.OTHER.value, message))
    return result


class _Patience:
    """How often one piece may be tried, by the error that came last."""

    def __init__(self) -> None:
        self._failed = 0

    def allows(self, error: Exception) -> bool:
        """True when it may be tried once more after `error`."""
        self._failed += 1
        return isinstance(error, SourceError) and self._failed <= retry_limit(error)
