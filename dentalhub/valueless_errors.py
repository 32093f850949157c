"""Errors that nobody caught, without their texts: those of the queue's tasks, of commands and of threads.

django-q2 stores and logs the text of whatever a task raised, Python prints it: it may quote a patient's value.
"""

import logging
import sys
import threading
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import ParamSpec, TypeVar

from django.core.exceptions import ImproperlyConfigured

from dentalhub.log_lines import valueless_trace

logger = logging.getLogger(__name__)
# What is wrong with settings or packages must be read, and says nothing of a patient.
_ABOUT_THE_MACHINE = (ImproperlyConfigured, ImportError)
P = ParamSpec("P")
T = TypeVar("T")


class TaskFailedError(Exception):
    """A task failed; the text is the name of the error's class, and nothing stands behind it."""


def task(work: Callable[P, T]) -> Callable[P, T]:
    """`work` as the queue may call it: what it raises is logged without its text, and raised as TaskFailedError."""

    @wraps(work)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except Exception as error:
            logger.exception("the task %s failed", work.__name__)
            raise TaskFailedError(type(error).__name__) from None

    return guarded


def say_errors_without_texts() -> None:
    """From now on this process prints type and place of what nobody caught; leaves alone what others have put there."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_error
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _print_error_of_thread


def _print_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    said = valueless_trace((kind, error, trace))
    sys.stderr.write(f"{said}: {error}\n" if isinstance(error, _ABOUT_THE_MACHINE) else f"{said}\n")


def _print_error_of_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread else "?"
    trace = valueless_trace((args.exc_type, args.exc_value, args.exc_traceback))
    sys.stderr.write(f"in the thread {name}:\n{trace}\n")
