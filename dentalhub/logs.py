"""What a log line looks like, and what it says of where it comes from: request, run, shard, center.

Modules log with `logging.getLogger(__name__)`; whoever begins a piece of work binds what it is about. A patient's value
is bound nowhere. *Pure* but for the context of the thread.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog

from dentalhub.log_lines import valueless_trace

JSON, PLAIN = "json", "plain"
FORMATS = frozenset({JSON, PLAIN})
# At DEBUG they write down what they send and get: statements with values, answers with secrets.
TALKATIVE = ("django.db.backends", "botocore", "boto3", "s3transfer", "urllib3", "hvac", "requests_oauthlib")
_OWN_PLACE = frozenset({"timestamp", "level", "logger", "event", "exception"})


@contextmanager
def about(**names: object) -> Iterator[None]:
    """Every line that this thread logs inside carries these names."""
    with structlog.contextvars.bound_contextvars(**names):
        yield


def bound() -> dict[str, Any]:
    """What the lines of this thread carry now."""
    return dict(structlog.contextvars.get_contextvars())


def logging_settings(form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to the standard error, a JSON object per line or a plain line."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Without the text of the error and the values of local variables, which may be a patient's.
        structlog.processors.ExceptionRenderer(valueless_trace),
    ]
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if form == JSON else _plain
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "loggers": {name: {"level": _at_least_info(level)} for name in TALKATIVE},
        "root": {"handlers": ["stderr"], "level": level},
    }


def _at_least_info(level: str) -> str:
    return "INFO" if level.upper() in {"DEBUG", "NOTSET"} else level


def _plain(_logger: object, _method: str, event: Mapping[str, Any]) -> str:
    """`2026-01-02T03:04:05Z WARNING extraction.tasks: shard 3 is for others [run=7]`."""
    names = " ".join(f"{key}={value}" for key, value in sorted(event.items()) if key not in _OWN_PLACE)
    level = str(event.get("level", "")).upper()
    line = f"{event.get('timestamp', '')} {level} {event.get('logger', '')}: {event['event']}"
    line += f" [{names}]" if names else ""
    return f"{line}\n{event['exception']}" if event.get("exception") else line
