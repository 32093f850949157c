"""What nobody caught says its type and place, in the queue's tables and logs, in commands and in threads."""

import logging
import os
import re
import subprocess
import sys
from multiprocessing import Value
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_q.worker import worker

from dentalhub.logs import TALKATIVE, logging_settings
from dentalhub.valueless_errors import TaskFailedError, _print_error, task
from extraction import tasks as extraction_tasks
from mappings import tasks as mapping_tasks
from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
VALUE = "PATIENT-4711"


def fails() -> None:
    """A task that does not convert a value."""
    int(VALUE)


guarded = task(fails)


def result_of(function: object) -> str:
    """What the queue's worker would store and log of a task."""
    waiting: SimpleQueue[Any] = SimpleQueue()
    done: SimpleQueue[Any] = SimpleQueue()
    waiting.put({"func": function, "name": "a task", "args": (), "kwargs": {}, "sync": False})
    waiting.put("STOP")
    worker(waiting, done, Value("f", -1), timeout=60)
    return str(done.get()["result"])


@pytest.mark.django_db
def test_the_queue_stores_the_text_of_an_error_that_nobody_guards() -> None:
    assert VALUE in result_of(fails)


@pytest.mark.django_db
def test_a_guarded_task_fails_with_a_type_only(caplog: pytest.LogCaptureFixture) -> None:
    result = result_of(guarded)
    assert VALUE not in result
    assert result.startswith("ValueError : Traceback")
    assert [(record.name, record.getMessage()) for record in caplog.records if record.levelno == logging.ERROR] == [
        ("dentalhub.valueless_errors", "the task fails failed")
    ]


def test_a_guarded_task_hides_what_stands_behind_its_error() -> None:
    with pytest.raises(TaskFailedError) as raised:
        guarded()
    assert (str(raised.value), raised.value.__cause__, raised.value.__suppress_context__) == ("ValueError", None, True)


def test_every_task_that_the_queue_may_call_is_guarded() -> None:
    source = "".join(path.read_text() for app in ("mappings", "extraction") for path in (ROOT / app).rglob("*.py"))
    named = set(re.findall(r'"(extraction|mappings)\.tasks\.(\w+)"', source))
    modules = {"extraction": extraction_tasks, "mappings": mapping_tasks}
    assert {name for app, name in named if not hasattr(getattr(modules[app], name), "__wrapped__")} == set()
    assert named == {
        *(("extraction", name) for name in ("execute_shard", "write_export", "send_alert", "tick", "hear")),
        *(("mappings", name) for name in ("look_again", "deliver_notices")),
    }


IN_A_THREAD = f"import threading; thread = threading.Thread(target=lambda: int('{VALUE}')); thread.start()"
IN_AN_EVENT_LOOP = f"""
import asyncio, gc
from centers.event_loop import event_loop
async def fail():
    int('{VALUE}')
async def begin():
    asyncio.ensure_future(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
asyncio.run_coroutine_threadsafe(begin(), event_loop()).result()
raise ValueError
"""


@pytest.mark.parametrize(
    ("script", "code"),
    [(f"int('{VALUE}')", 1), (IN_A_THREAD, 0), (IN_AN_EVENT_LOOP, 1)],
    ids=["process", "thread", "event loop"],
)
def test_a_process_prints_no_text_of_an_error(tmp_path: Path, script: str, code: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DENTALHUB_")}
    environment = kept | {
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_DATA_DIR": str(tmp_path),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DENTALHUB_LOG_LEVEL": "DEBUG",
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    command = [sys.executable, "-c", f"import django; django.setup()\n{script}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, VALUE in done.stderr, "ValueError" in done.stderr) == (code, False, True), done.stderr


def test_what_is_wrong_with_the_settings_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    for error in (ImproperlyConfigured("Set DENTALHUB_SECRET_KEY."), ValueError(VALUE)):
        _print_error(type(error), error, None)
    assert [line for line in capsys.readouterr().err.splitlines() if "Trace" not in line] == [
        "django.core.exceptions.ImproperlyConfigured: Set DENTALHUB_SECRET_KEY.",
        "builtins.ValueError",
    ]


@pytest.mark.parametrize(("level", "expected"), [("DEBUG", "INFO"), ("INFO", "INFO"), ("WARNING", "WARNING")])
def test_libraries_that_log_values_never_log_at_debug(level: str, expected: str) -> None:
    loggers = logging_settings("json", level)["loggers"]
    assert {name: loggers[name]["level"] for name in TALKATIVE} == dict.fromkeys(TALKATIVE, expected)
