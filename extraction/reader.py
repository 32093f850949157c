"""Reads one center. Runs in threads: takes and gives frozen data, never touches the ORM, never raises."""

import datetime as dt
import logging
import time
from dataclasses import dataclass, replace

import stamina
from django.utils.translation import gettext as _
from stamina.instrumentation import set_on_retry_hooks

from centers.exceptions import SourceError, SourceErrorKind
from extraction.adapters.base import Source
from extraction.adapters.registry import adapter_class
from extraction.causes import Cause
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
    """What a thread needs to read one center's days, both included."""

    center_run_id: int
    center_pk: int
    center_id: str
    adapter: str
    mapping_pk: int
    source: Source
    date_from: dt.date
    date_to: dt.date


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a center could not be read or stored; `message` is fit for the screen."""

    cause: str
    message: str


@dataclass(frozen=True, slots=True)
class CenterResult:
    """Either an extraction or a failure. `duration_ms` in milliseconds, all attempts together."""

    task: CenterTask
    extraction: Extraction | None
    failure: Failure | None
    duration_ms: int
    attempts: int = 1


def read(task: CenterTask) -> CenterResult:
    """Read a center's days; transient errors are tried again, at most MOST_ATTEMPTS times in all, after a random wait.

    The wait grows to RETRY_MOST_SECONDS at most.
    """
    started = time.monotonic()
    result = CenterResult(task, None, None, 0)
    try:
        for attempt in stamina.retry_context(
            on=_is_transient,
            attempts=MOST_ATTEMPTS,
            timeout=None,
            wait_initial=RETRY_WAIT_SECONDS,
            wait_max=RETRY_MOST_SECONDS,
            wait_jitter=RETRY_MOST_SECONDS / 5,
        ):
            with attempt:
                result = replace(result, attempts=attempt.num)
                result = replace(result, extraction=_extract(task))
    except SourceError as error:
        result = replace(result, failure=Failure(error.kind.value, error.message))
    except UnknownAdapterError as error:
        result = replace(result, failure=Failure(Cause.ADAPTER.value, str(error)))
    except Exception as error:  # noqa: BLE001 # whatever one center brings must not end the run
        # The class only: a message or traceback could hold a patient's value.
        logger.error("reading %s failed: %s", task.center_id, type(error).__name__)
        message = _("The program failed on this center's data (%(error)s).") % {"error": type(error).__name__}
        result = replace(result, failure=Failure(SourceErrorKind.OTHER.value, message))
    return replace(result, duration_ms=round((time.monotonic() - started) * 1000))


def _extract(task: CenterTask) -> Extraction:
    adapter = adapter_class(task.adapter)(task.source)
    return adapter.extract_chart_entries(task.date_from, task.date_to)


def _is_transient(error: Exception) -> bool:
    return isinstance(error, SourceError) and error.transient
